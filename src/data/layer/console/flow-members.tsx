import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Drawer } from 'antd'
import { call, type Output, type ProblemAnswer } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { MemberLink } from '../../../console/member-name.tsx'
import { Answer } from '../../../console/states.tsx'
import { NOT_HERE, type Scheme } from './look.ts'

export interface Way {
  /** null: not here yet. */
  from: string | null
  to: string
}

interface Props {
  scheme: Scheme
  span: Pick<Output<'layer.flow'>, 'from' | 'to' | 'links'>
  way: Way | null
  close(): void
}

const PAGE = 50

/** The members behind one number of a flow. */
export function FlowMembers({ scheme, span: { from, to, links }, way, close }: Props) {
  const t = useText()
  const format = useFormat()
  const nameOf = (key: string | null) => t(scheme.layers.find((l) => l.key === key)?.name ?? NOT_HERE)
  const found = useInfiniteQuery<
    Output<'layer.flow_members'>,
    ProblemAnswer,
    { pages: Output<'layer.flow_members'>[] },
    readonly unknown[],
    string | undefined
  >({
    queryKey: ['layer.flow_members', scheme.id, from, to, way],
    queryFn: ({ signal, pageParam }) =>
      call(
        'layer.flow_members',
        {
          id: scheme.id,
          from,
          to,
          source: way?.from ?? null,
          target: way?.to ?? '',
          limit: PAGE,
          ...(pageParam ? { cursor: pageParam } : {}),
        },
        { signal },
      ),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    enabled: way !== null,
  })
  const total = links.find((l) => l.from === way?.from && l.to === way.to)?.members ?? 0
  return (
    <Drawer
      open={way !== null}
      onClose={close}
      title={way ? `${nameOf(way.from)} → ${nameOf(way.to)}` : ''}
      extra={<span className="soft tabular">{t({ en: format.number(total), zh: `${format.number(total)} 人` })}</span>}
    >
      <Answer of={found} rows={8}>
        {({ pages }) => (
          <div className="stack">
            <ul className="stack tight">
              {pages
                .flatMap((p) => p.items)
                .map((m) => (
                  <li key={m.memberId}>
                    <MemberLink memberId={m.memberId} name={m.name ?? m.externalId} />
                  </li>
                ))}
            </ul>
            {found.hasNextPage ? (
              <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
                {t({ en: 'More', zh: '加载更多' })}
              </Button>
            ) : null}
          </div>
        )}
      </Answer>
    </Drawer>
  )
}
