import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActorName } from './use-actor-name.ts'
import './list.css'

type Change = Item<'list.history'>

const KINDS: Readonly<Record<Change['kind'], Text>> = {
  create: { en: 'created', zh: '创建' },
  add: { en: 'added', zh: '追加' },
  remove: { en: 'removed', zh: '移除' },
  replace: { en: 'replaced', zh: '替换' },
  undo: { en: 'taken back', zh: '撤销' },
}

/** Every change of a list, newest first, each with the way back where there is one. */
export function ListHistory({ id }: { id: string }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const actorName = useActorName()
  const confirmed = useConfirmed()
  const undo = useAct('list.undo', { touches: ['segment'] })
  const spec = useMemo((): ListSpec<Change> => {
    const ask = async (change: Change) => {
      const preview = await call('list.undo_preview', { changeId: change.changeId })
      const { refused } = preview
      await confirmed({
        title: t({ en: 'Take this change back?', zh: '撤销此次变更？' }),
        consequence: refused ? (
          <div className="stack tight">
            <p>{refused.title}</p>
            {refused.detail ? <p className="soft">{refused.detail}</p> : null}
          </div>
        ) : (
          t({
            en: `${format.number(preview.adds)} ids come back on the list, ${format.number(preview.removes)} go off it. Segments and journeys that stand on it follow.`,
            zh: `将恢复 ${format.number(preview.adds)} 个 ID，移除 ${format.number(preview.removes)} 个 ID；引用该名单的分群与旅程随之变化。`,
          })
        ),
        ok: refused ? t({ en: 'Close', zh: '知道了' }) : t({ en: 'Take back', zh: '撤销变更' }),
        ...(refused ? {} : { done: t({ en: 'Taken back', zh: '已撤销' }) }),
        act: () => (refused ? Promise.resolve() : undo.mutateAsync({ changeId: change.changeId })),
      })
    }
    return {
      name: 'list-history',
      title: t({ en: 'Changes of the list', zh: '名单变更历史' }),
      queryKey: ['list.history', id],
      load: ({ limit, cursor }, signal) =>
        call('list.history', { id, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (c) => c.changeId,
      columns: [
        {
          key: 'at',
          title: t({ en: 'When', zh: '时间' }),
          width: 150,
          render: (c) => <span title={format.exact(c.at)}>{format.minute(c.at)}</span>,
          text: (c) => c.at,
        },
        {
          key: 'kind',
          title: t({ en: 'What', zh: '变更' }),
          width: 150,
          render: (c) => (
            <span className="row">
              <span className="pill">{t(KINDS[c.kind])}</span>
              {c.undoneBy ? <span className="faint">{t({ en: 'taken back', zh: '已撤销' })}</span> : null}
            </span>
          ),
          text: (c) => t(KINDS[c.kind]),
        },
        {
          key: 'effect',
          title: t({ en: 'Ids', zh: 'ID 增减' }),
          width: 130,
          align: 'right',
          render: (c) => (
            <span className="tabular">
              <span className="list-plus">+{format.number(c.added)}</span>
              {' / '}
              <span className="list-minus">−{format.number(c.removed)}</span>
            </span>
          ),
          text: (c) => `+${c.added} / -${c.removed}`,
        },
        {
          key: 'matched',
          title: t({ en: 'Matched', zh: '匹配' }),
          width: 130,
          align: 'right',
          render: (c) => `${format.number(c.matched)} / ${format.number(c.given)}`,
          text: (c) => `${c.matched}/${c.given}`,
        },
        {
          key: 'source',
          title: t({ en: 'From', zh: '来源' }),
          render: (c) => c.source || '–',
          text: (c) => c.source,
        },
        {
          key: 'actor',
          title: t({ en: 'Who', zh: '操作人' }),
          width: 140,
          render: (c) => actorName(c.actor),
          text: (c) => actorName(c.actor),
        },
      ],
      ...(may('list.manage')
        ? {
            rowActions: (c: Change) =>
              c.kind === 'undo' || c.undoneBy ? null : (
                <Button type="text" size="small" onClick={() => void ask(c)}>
                  {t({ en: 'Take back', zh: '撤销' })}
                </Button>
              ),
          }
        : {}),
      empty: {
        title: t({ en: 'No changes yet', zh: '暂无变更' }),
        hint: t({
          en: 'Uploads and removals are kept here with who did them and the file they came from.',
          zh: '每次上传、移除都会记录操作人与来源文件。',
        }),
      },
    }
  }, [id, t, format, may, actorName, confirmed, undo.mutateAsync])
  return <DataList spec={spec} />
}
