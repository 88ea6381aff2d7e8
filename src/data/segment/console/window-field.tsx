import { Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useSession } from '../../../console/session.tsx'
import type { Clause } from './draft.ts'
import { DurationField } from './duration-field.tsx'
import { TimeField } from './time-field.tsx'
import { instantOf, minuteIn } from './zone-day.ts'

/** The same clause without some of its fields. */
export const without = (clause: Clause, ...keys: readonly string[]): Clause =>
  Object.fromEntries(Object.entries(clause).filter(([key]) => !keys.includes(key)))

/** “in the last 30 days”, “from … to before …”, or at any time: the window fields of a clause. */
export function WindowField({ clause: c, onChange }: { clause: Clause; onChange: (clause: Clause) => void }) {
  const t = useText()
  const { zone } = useSession().brand
  const kind = c.within !== undefined ? 'within' : c.from !== undefined || c.to !== undefined ? 'between' : 'ever'
  const bare = without(c, 'within', 'from', 'to')
  const today = () => instantOf(minuteIn(new Date().toISOString(), zone).slice(0, 10), zone)
  const edge = (key: 'from' | 'to', label: string) => (
    <TimeField
      label={label}
      value={typeof c[key] === 'string' ? c[key] : ''}
      onChange={(at) => onChange(at ? { ...c, [key]: at } : without(c, key))}
    />
  )
  return (
    <>
      <Select
        aria-label={t({ en: 'When', zh: '时间范围' })}
        value={kind}
        popupMatchSelectWidth={false}
        options={[
          { value: 'within', label: t({ en: 'in the last', zh: '在过去' }) },
          { value: 'between', label: t({ en: 'between', zh: '在日期区间' }) },
          { value: 'ever', label: t({ en: 'at any time', zh: '不限时间' }) },
        ]}
        onChange={(next) =>
          onChange(
            next === 'within' ? { ...bare, within: '30d' } : next === 'between' ? { ...bare, from: today() } : bare,
          )
        }
      />
      {kind === 'within' ? (
        <DurationField
          label={t({ en: 'Length of time', zh: '时长' })}
          value={String(c.within)}
          onChange={(within) => onChange({ ...bare, within })}
        />
      ) : kind === 'between' ? (
        <>
          {edge('from', t({ en: 'From', zh: '开始日期' }))}
          <span className="soft">{t({ en: 'to before', zh: '至（不含）' })}</span>
          {edge('to', t({ en: 'To', zh: '结束日期' }))}
        </>
      ) : null}
    </>
  )
}
