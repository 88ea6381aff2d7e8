import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import type { ChartKind, InsightQuery } from '../../../console/insight/answer.ts'
import { KIND_TITLES } from '../../../console/insight/kinds.ts'
import { Answer } from '../../../console/states.tsx'
import type { Chosen } from './first-cell.ts'

const SAMPLE = 6

interface Props {
  kind: ChartKind
  query: InsightQuery | null
  sentence: string
  asOf: string | undefined
  /** Whose names to show; null where nothing is answered, or they may not be seen. */
  people: { chosen: Chosen | null; isFirst: boolean; open(): void } | null
}

/** How the numbers are counted, what was asked, and whose they are. */
export function ExploreSide({ kind, query, sentence, asOf, people }: Props) {
  const t = useText()
  const format = useFormat()
  const kinds = useCall('insight.kinds', {}, { staleTime: Number.POSITIVE_INFINITY })
  const means = kinds.data?.items.find((k) => k.kind === kind)?.means
  return (
    <aside className="explore-side" aria-label={t({ en: 'Definition and people', zh: '口径与人群' })}>
      <section className="card stack tight">
        <h2>{t({ en: 'Definition', zh: '指标口径' })}</h2>
        <p>{sentence}</p>
        <p className="soft small">
          <strong>{t(KIND_TITLES[kind])}</strong>
          {t({ en: ': ', zh: '：' })}
          {means ? t(means) : ''}
        </p>
        {asOf ? (
          <p className="faint small tabular">
            {t({ en: `As of ${format.exact(asOf)}`, zh: `数据截至 ${format.exact(asOf)}` })}
          </p>
        ) : null}
      </section>
      {query && people ? (
        <section className="card stack tight" aria-label={t({ en: 'People', zh: '人群' })}>
          <h2>{t({ en: 'People', zh: '人群' })}</h2>
          {people.chosen ? (
            <People kind={kind} query={query} chosen={people.chosen} onOpen={people.open} />
          ) : (
            <p className="soft">{t({ en: 'Nobody is behind this answer.', zh: '该结果下暂无成员。' })}</p>
          )}
          {people.isFirst && people.chosen ? (
            <p className="faint small">
              {t({ en: 'Pick any number to see who is behind it.', zh: '点击任意数值，这里会显示对应的成员。' })}
            </p>
          ) : null}
        </section>
      ) : null}
    </aside>
  )
}

interface PeopleProps {
  kind: ChartKind
  query: InsightQuery
  chosen: Chosen
  onOpen(): void
}

function People({ kind, query, chosen: { cell, label }, onOpen }: PeopleProps) {
  const t = useText()
  const format = useFormat()
  const definition = useMemo(() => ({ insight: { kind, query: { ...query }, cell } }), [kind, query, cell])
  const found = useCall('segment.preview', { definition, limit: SAMPLE })
  return (
    <>
      <p className="soft small explore-whose">{label}</p>
      <Answer of={found} rows={4}>
        {({ count, sample }) => (
          <>
            <p className="who-count tabular" data-people={count}>
              {format.number(count)}{' '}
              <span className="soft">{t({ en: count === 1 ? 'member' : 'members', zh: '人' })}</span>
            </p>
            <ul className="stack tight">
              {sample.map((m) => {
                const name = m.name ?? m.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })
                return (
                  <li key={m.memberId}>
                    <Link to={`/members/${m.memberId}`} className="row explore-person">
                      <Avatar name={name} id={m.memberId} size={22} />
                      <span className="clip">{name}</span>
                    </Link>
                  </li>
                )
              })}
            </ul>
            {count > 0 ? (
              <Button size="small" onClick={onOpen}>
                {t({ en: 'All of them', zh: '查看全部' })}
              </Button>
            ) : null}
          </>
        )}
      </Answer>
    </>
  )
}
