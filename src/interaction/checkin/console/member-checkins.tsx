import { Button } from 'antd'
import { useState } from 'react'
import { usePreferences, useText } from '#web/preferences.tsx'
import { LANG } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { Answer } from '../../../console/states.tsx'
import './member-checkins.css'

const shift = (month: string, by: number) => {
  const [year = 0, m = 1] = month.split('-').map(Number)
  return new Date(Date.UTC(year, m - 1 + by, 1)).toISOString().slice(0, 7)
}

export function MemberCheckins({ memberId }: { memberId: string }) {
  const t = useText()
  const { locale } = usePreferences()
  const status = useCall('checkin.status', { memberId })
  const [chosen, setChosen] = useState<string | null>(null)
  const month = chosen ?? status.data?.today.slice(0, 7) ?? null
  const calendar = useCall('checkin.calendar', month ? { memberId, month } : null, {
    placeholderData: (before) => before,
  })
  return (
    <Answer of={status} rows={3}>
      {(s) => {
        const shown = month ?? s.today.slice(0, 7)
        const first = new Date(`${shown}-01T00:00:00Z`)
        const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
        const marked = new Set(calendar.data?.days.map((d) => d.day))
        const title = new Intl.DateTimeFormat(LANG[locale], { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(
          first,
        )
        return (
          <div className="stack tight">
            <p className="soft">
              {t({
                en: `${s.streak} in a row · longest ${s.longest} · ${s.total} in all`,
                zh: `连续 ${s.streak} 天 · 最长 ${s.longest} 天 · 累计 ${s.total} 次`,
              })}
            </p>
            <div className="row between">
              <Button
                type="text"
                size="small"
                icon={<Icon name="left" size={13} />}
                aria-label={t({ en: 'Month before', zh: '上个月' })}
                onClick={() => setChosen(shift(shown, -1))}
              />
              <span className="small">{title}</span>
              <Button
                type="text"
                size="small"
                icon={<Icon name="right" size={13} />}
                aria-label={t({ en: 'Month after', zh: '下个月' })}
                disabled={shown >= s.today.slice(0, 7)}
                onClick={() => setChosen(shift(shown, 1))}
              />
            </div>
            <ol className="checkin-days" aria-label={title}>
              {Array.from({ length: days }, (_, i) => {
                const day = `${shown}-${String(i + 1).padStart(2, '0')}`
                const done = marked.has(day)
                return (
                  <li
                    key={day}
                    className={`${done ? 'is-done' : ''} ${day === s.today ? 'is-today' : ''}`}
                    style={i === 0 ? { gridColumnStart: ((first.getUTCDay() + 6) % 7) + 1 } : {}}
                  >
                    {i + 1}
                    {done ? <span className="sr-only">{t({ en: 'checked in', zh: '已打卡' })}</span> : null}
                  </li>
                )
              })}
            </ol>
          </div>
        )
      }}
    </Answer>
  )
}
