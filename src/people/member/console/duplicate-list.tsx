import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { Column, ListSpec } from '../../../console/list/list-spec.ts'
import { MemberLink } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'

type Proposal = Item<'member.proposals'>
type Merge = Item<'member.merges'>
interface Pair {
  keepId: string
  keepName: string | null
  mergedId: string
  mergedName: string | null
  at: string
}

export function DuplicateList() {
  const t = useText()
  return (
    <>
      <PageHead
        title={t({ en: 'Possible duplicates', zh: '疑似重复成员' })}
        back={{ to: '/members', title: t({ en: 'Members', zh: '成员' }) }}
        hint={t({
          en: 'Two known members are never merged by themselves. You decide, and can take it back.',
          zh: '两个已识别成员不会自动合并，由您判断；合并后可随时撤销。',
        })}
      />
      <PageTabs
        label={t({ en: 'Views', zh: '视图' })}
        items={[
          { key: 'open', label: t({ en: 'To decide', zh: '待处理' }), children: <Proposals /> },
          { key: 'done', label: t({ en: 'Merged', zh: '合并记录' }), children: <Merges /> },
        ]}
      />
    </>
  )
}

function usePairColumns<R extends Pair>(): Column<R>[] {
  const t = useText()
  const format = useFormat()
  return useMemo(
    () => [
      {
        key: 'keep',
        title: t({ en: 'Keep', zh: '保留' }),
        render: (p) => <MemberLink memberId={p.keepId} />,
        text: (p) => p.keepName ?? p.keepId,
      },
      {
        key: 'merged',
        title: t({ en: 'Merge into it', zh: '并入' }),
        render: (p) => p.mergedName ?? <code>{p.mergedId.slice(-12)}</code>,
        text: (p) => p.mergedName ?? p.mergedId,
      },
      { key: 'at', title: t({ en: 'When', zh: '时间' }), render: (p) => format.ago(p.at), text: (p) => p.at },
    ],
    [t, format],
  )
}

function Proposals() {
  const t = useText()
  const { may } = useSession()
  const merge = useAct('member.merge')
  const dismiss = useAct('member.dismiss_proposal')
  const columns = usePairColumns<Proposal>()
  const spec = useMemo(
    (): ListSpec<Proposal> => ({
      name: 'proposal',
      title: t({ en: 'To decide', zh: '待处理' }),
      queryKey: ['member.proposals'],
      load: ({ limit, cursor }, signal) =>
        call('member.proposals', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (p) => p.id,
      columns: [
        ...columns,
        {
          key: 'reason',
          title: t({ en: 'Why', zh: '依据' }),
          render: (p) =>
            p.reason === 'alias'
              ? t({ en: 'a source said so', zh: '来源上报' })
              : t({ en: 'share an identity', zh: '身份标识相同' }),
          text: (p) => p.reason,
        },
      ],
      ...(may('member.merge')
        ? {
            rowActions: (p: Proposal) => (
              <span className="row" style={{ justifyContent: 'flex-end' }}>
                <Button size="small" onClick={() => dismiss.mutate({ id: p.id })}>
                  {t({ en: 'Not the same', zh: '不是同一人' })}
                </Button>
                <Button
                  size="small"
                  type="primary"
                  onClick={() => merge.mutate({ keepId: p.keepId, mergeId: p.mergedId })}
                >
                  {t({ en: 'Merge', zh: '合并' })}
                </Button>
              </span>
            ),
          }
        : {}),
      empty: {
        title: t({ en: 'Nothing to decide', zh: '没有待处理的重复成员' }),
        hint: t({ en: 'Pairs that look like one person appear here.', zh: '疑似同一人的成员会出现在这里。' }),
      },
    }),
    [t, columns, may, merge, dismiss],
  )
  return <DataList spec={spec} />
}

function Merges() {
  const t = useText()
  const { may } = useSession()
  const unmerge = useAct('member.unmerge')
  const confirmed = useConfirmed()
  const columns = usePairColumns<Merge>()
  const spec = useMemo(
    (): ListSpec<Merge> => ({
      name: 'merge',
      title: t({ en: 'Merged', zh: '合并记录' }),
      queryKey: ['member.merges'],
      load: ({ limit, cursor }, signal) => call('member.merges', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (m) => m.mergeId,
      columns,
      rowActions: (m) =>
        m.undoneAt ? (
          <span className="pill">{t({ en: 'undone', zh: '已撤销' })}</span>
        ) : may('member.merge') ? (
          <Button
            size="small"
            onClick={() =>
              void confirmed({
                title: t({ en: 'Undo this merge?', zh: '撤销本次合并？' }),
                consequence: t({
                  en: 'Both members stand apart again, each with what was theirs. What happened since stays with the identity it came with.',
                  zh: '两位成员恢复独立，各自的积分、社群与记录归还；合并后新增的行为按其身份标识归属。',
                }),
                ok: t({ en: 'Undo', zh: '撤销合并' }),
                act: () => unmerge.mutateAsync({ mergeId: m.mergeId }),
              })
            }
          >
            {t({ en: 'Undo', zh: '撤销' })}
          </Button>
        ) : null,
      empty: { title: t({ en: 'Nothing merged yet', zh: '暂无合并记录' }) },
    }),
    [t, columns, may, unmerge, confirmed],
  )
  return <DataList spec={spec} />
}
