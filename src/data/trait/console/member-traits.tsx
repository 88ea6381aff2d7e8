import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Radar } from '../../../console/chart/radar.tsx'
import { Answer } from '../../../console/states.tsx'
import type { DefinitionDraft } from './draft.ts'
import { useTraitWords } from './words.ts'
import './trait.css'

type Traits = Output<'trait.of_member'>
/** Fewer than three points are no star. */
const FEWEST_AXES = 3

/** The portrait of a member: radars of the installed models, and all values, each with its reason. */
export function MemberTraits({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const traits = useCall('trait.of_member', { memberId })
  return (
    <Answer of={traits} rows={3}>
      {({ items, models }) =>
        items.length === 0 ? (
          <p className="soft">
            {t({ en: 'No traits are defined yet. ', zh: '还没有定义计算属性。' })}
            <Link to="/traits/presets">{t({ en: 'Install presets', zh: '从预置库安装' })}</Link>
          </p>
        ) : (
          <div className="stack tight">
            {models
              .filter((m) => m.axes.length >= FEWEST_AXES)
              .map((m) => (
                <Radar
                  key={m.key}
                  label={t(m.title)}
                  shown={format.number}
                  axes={m.axes.map((a) => ({ key: a.key, label: a.title, value: a.value }))}
                />
              ))}
            <Values memberId={memberId} items={items} />
          </div>
        )
      }
    </Answer>
  )
}

function Values({ memberId, items }: { memberId: string; items: Traits['items'] }) {
  const t = useText()
  const words = useTraitWords()
  const list = useCall('trait.list', { limit: 200 }, { staleTime: 60_000 })
  const [open, setOpen] = useState<string | null>(null)
  const definitions = new Map((list.data?.items ?? []).map((i) => [i.id, i.definition as DefinitionDraft]))
  const known = items.filter((i) => i.value !== null)
  if (known.length === 0)
    return (
      <p className="soft">
        {t({ en: 'Nothing they did counts for a trait yet.', zh: '该成员暂无计入计算属性的行为。' })}
      </p>
    )
  return (
    <ul className="member-traits">
      {known.map((i) => (
        <li key={i.id}>
          <button
            type="button"
            className="bare row between"
            aria-expanded={open === i.key}
            onClick={() => setOpen(open === i.key ? null : i.key)}
          >
            <span className="clip soft">{i.name}</span>
            <span className="tabular">{words.value(i.value, definitions.get(i.id))}</span>
          </button>
          {open === i.key ? <Why memberId={memberId} item={i} definition={definitions.get(i.id)} /> : null}
        </li>
      ))}
    </ul>
  )
}

/** What one value was made of, and when it changes by itself. */
function Why({
  memberId,
  item,
  definition,
}: {
  memberId: string
  item: Traits['items'][number]
  definition: DefinitionDraft | undefined
}) {
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const explained = useCall('trait.of_member', { memberId, key: item.key })
  return (
    <div className="member-why small stack tight">
      <Answer of={explained} rows={2}>
        {({ because }) =>
          because ? (
            <>
              {definition ? <p className="soft">{words.describe(definition)}</p> : null}
              {because.components.map((c, i) => (
                <p key={c.key} className="row between">
                  <span className="clip">{c.title}</span>
                  <span className="tabular">
                    {t({
                      en: `${c.measured === null ? 'none' : words.number(c.measured, definition?.score?.components[i]?.measure)} → ${format.number(c.points)} points`,
                      zh: `${c.measured === null ? '无' : words.number(c.measured, definition?.score?.components[i]?.measure)} → ${format.number(c.points)} 分`,
                    })}
                  </span>
                </p>
              ))}
              {because.rfm ? (
                <p>
                  {t({
                    en: `Last ${format.number(because.rfm.recencyDays)} days before, ${format.number(because.rfm.frequency)} times, as of ${format.day(because.rfm.asOf)}`,
                    zh: `截至 ${format.day(because.rfm.asOf)}：距最近一次 ${format.number(because.rfm.recencyDays)} 天，共 ${format.number(because.rfm.frequency)} 次`,
                  })}
                </p>
              ) : null}
              <p className="soft">
                {t({
                  en: `${format.number(because.count)} events count`,
                  zh: `共计入 ${format.number(because.count)} 个事件`,
                })}
              </p>
              <ul>
                {because.events.slice(0, 5).map((e) => (
                  <li key={e.eventId} className="row between">
                    <span className="clip">{words.eventTitle(e.name)}</span>
                    <span className="faint">{format.minute(e.at)}</span>
                  </li>
                ))}
              </ul>
              {item.nextAt ? (
                <p className="faint">
                  {t({
                    en: `May change by itself on ${format.minute(item.nextAt)}`,
                    zh: `下次随时间变化：${format.minute(item.nextAt)}`,
                  })}
                </p>
              ) : null}
              <Link to={`/traits/${item.id}`}>{t({ en: 'About this trait', zh: '查看该计算属性' })}</Link>
            </>
          ) : null
        }
      </Answer>
    </div>
  )
}
