import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { type Format, useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Answer, Empty } from '../../../../console/states.tsx'
import { useUrlState } from '../../../../console/url-state.ts'
import { PropertyField } from '../../../segment/console/property-field.tsx'
import { Pick } from '../pick.tsx'
import { Count, LensCard, type LensProps } from './lens-card.tsx'

type Health = Output<'insight.lens_health'>
type State = Health['groups'][number]['now']

interface Column {
  key: string
  title: Text
  value(state: State): number | null
  shown(format: Format): (n: number) => string
  /** Whose number it is. */
  people?: keyof State['counts']
  /** More is worse. */
  down?: true
}

const number = (format: Format) => format.number
const percent = (format: Format) => format.percent
const COLUMNS: readonly Column[] = [
  {
    key: 'members',
    title: { en: 'Members', zh: '成员' },
    value: (s) => s.counts.members,
    shown: number,
    people: 'members',
  },
  {
    key: 'active',
    title: { en: 'Active', zh: '活跃' },
    value: (s) => s.counts.active,
    shown: number,
    people: 'active',
  },
  {
    key: 'share',
    title: { en: 'Active share', zh: '活跃占比' },
    value: (s) => s.activeShare,
    shown: percent,
    people: 'active',
  },
  {
    key: 'new',
    title: { en: 'Newcomers', zh: '新成员' },
    value: (s) => s.counts.newcomers,
    shown: number,
    people: 'newcomers',
  },
  {
    key: 'kept',
    title: { en: 'Retention 30 d', zh: '30 天留存' },
    value: (s) => s.retention30,
    shown: percent,
    people: 'retained',
  },
  {
    key: 'answers',
    title: { en: 'Answer rate', zh: '回应率' },
    value: (s) => s.answerRate,
    shown: percent,
    people: 'answered',
  },
  {
    key: 'wait',
    title: { en: 'Median wait', zh: '响应中位数' },
    value: (s) => s.responseSeconds,
    shown: (f) => f.span,
    people: 'answered',
    down: true,
  },
  {
    key: 'gini',
    title: { en: 'Concentration', zh: '贡献集中度' },
    value: (s) => s.gini,
    shown: number,
    people: 'contributors',
    down: true,
  },
]

/** Communities, or places, beside each other and beside themselves before. */
export function HealthCard({ scene, onPick, names }: LensProps & { names: ReadonlyMap<string, string> }) {
  const t = useText()
  const [url, set] = useUrlState()
  const [choosing, setChoosing] = useState(false)
  const property = url.by ?? ''
  const query = property ? { ...scene, by: { property } } : scene
  const health = useCall('insight.lens_health', query)
  const isProperty = choosing || property !== ''
  return (
    <LensCard
      kind="lens_health"
      wide
      actions={
        <div className="row wrap">
          <Pick
            label={t({ en: 'What is compared', zh: '对比维度' })}
            value={isProperty ? 'property' : 'community'}
            options={{
              community: { en: 'Communities', zh: '按社群' },
              property: { en: 'City, store or another property', zh: '按城市、门店等成员属性' },
            }}
            onChange={(next) => {
              setChoosing(next === 'property')
              set({ by: next === 'property' ? 'city' : null }, true)
            }}
          />
          {isProperty ? (
            <PropertyField
              value={property}
              onChange={(next) => set({ by: typeof next === 'string' ? next : next.join('.') }, true)}
            />
          ) : null}
        </div>
      }
    >
      <Answer of={health} rows={6}>
        {(answer) =>
          answer.groups.length === 0 ? (
            <Empty
              title={
                property
                  ? t({ en: 'No member has this property', zh: '还没有成员具备该属性' })
                  : t({ en: 'No community has members yet', zh: '社群内暂无成员' })
              }
            />
          ) : (
            <Table
              answer={answer}
              head={property ? property : t({ en: 'Community', zh: '社群' })}
              nameOf={(g) => (property ? g : (names.get(g) ?? g.slice(0, 8)))}
              onOpen={(cell, label) => onPick({ kind: 'lens_health', query, cell, label })}
            />
          )
        }
      </Answer>
    </LensCard>
  )
}

interface TableProps {
  answer: Health
  head: string
  nameOf(group: string): string
  onOpen(cell: string, label: string): void
}

function Table({ answer, head, nameOf, onOpen }: TableProps) {
  const t = useText()
  const format = useFormat()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by the keyboard
    <section className="heat-scroll" tabIndex={0} aria-label={t({ en: 'Health compared', zh: '健康度对比' })}>
      <table className="lens-table">
        <thead>
          <tr>
            <th scope="col">{head}</th>
            {COLUMNS.map((c) => (
              <th scope="col" key={c.key}>
                {t(c.title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {answer.groups.map(({ group, now, before }) => (
            <tr key={group}>
              <th scope="row">{nameOf(group)}</th>
              {COLUMNS.map((column) => {
                const value = column.value(now)
                const label = `${nameOf(group)} · ${t(column.title)}`
                const people = column.people
                return (
                  <td key={column.key}>
                    {value === null ? (
                      <span className="faint">–</span>
                    ) : people ? (
                      <Count
                        text={column.shown(format)(value)}
                        label={label}
                        value={now.counts[people]}
                        onOpen={() => onOpen(now.cells[people], label)}
                      />
                    ) : (
                      column.shown(format)(value)
                    )}
                    <Change column={column} now={value} before={column.value(before)} />
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {answer.more > 0 ? (
        <p className="faint small">
          {t({ en: `${answer.more} more are not shown.`, zh: `另有 ${answer.more} 个未显示。` })}
        </p>
      ) : null}
    </section>
  )
}

/** Shares change by points, the rest by its part. */
function Change({ column, now, before }: { column: Column; now: number | null; before: number | null }) {
  const t = useText()
  const format = useFormat()
  if (now === null || before === null || (before === 0 && now === 0))
    return <span className="lens-change faint">·</span>
  const isShare = column.shown === percent || column.key === 'gini'
  const change = isShare ? now - before : before === 0 ? null : now / before - 1
  if (change === null) return <span className="lens-change faint">{t({ en: 'new', zh: '新增' })}</span>
  const good = column.down ? change < 0 : change > 0
  const tone = Math.abs(change) < 0.0005 ? 'faint' : good ? 'kpi-up' : 'kpi-down'
  const text =
    column.key === 'gini'
      ? `${change > 0 ? '+' : ''}${format.number(change)}`
      : isShare
        ? t({
            en: `${change > 0 ? '+' : ''}${format.number(Math.round(change * 1000) / 10)} pt`,
            zh: `${change > 0 ? '+' : ''}${format.number(Math.round(change * 1000) / 10)} 个百分点`,
          })
        : format.change(change)
  return (
    <span className={`lens-change ${tone}`} title={t({ en: 'against the period before', zh: '较上期' })}>
      {text}
    </span>
  )
}
