import { Button, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item, type Output } from '#web/api.ts'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { WORK_STATES, WorkProgress } from './work-progress.tsx'

type Work = Item<'segment.works'>

/** What was done for everybody in the segment, newest first, and the way back. */
export function SegmentWorks({ id }: { id: string }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const catalog = useCatalog()
  const actorName = useActorName()
  const confirmed = useConfirmed()
  const undo = useAct('segment.undo_bulk', { touches: ['points', 'message', 'member'] })
  const [open, setOpen] = useState<string | null>(null)
  const spec = useMemo((): ListSpec<Work> => {
    const titles = new Map(catalog.data?.actions.map((a) => [a.name, a.title]))
    const title = (w: Work) => {
      if (w.kind === 'export')
        return t({ en: `Export (${w.format?.toUpperCase()})`, zh: `导出（${w.format?.toUpperCase()}）` })
      const known = titles.get(w.action ?? '')
      return known ? t(known) : (w.action ?? '')
    }
    const askUndo = async (w: Work) => {
      const preview = await call('segment.undo_bulk_preview', { workId: w.id })
      await confirmed({
        danger: true,
        title: t({ en: 'Take it back for everybody?', zh: '撤销该批量操作的影响？' }),
        consequence: <Undone of={preview} />,
        ok: t({ en: 'Take back', zh: '撤销' }),
        done: t({ en: 'Taken back', zh: '已撤销' }),
        act: () => undo.mutateAsync({ workId: w.id }),
      })
    }
    return {
      name: 'segment-works',
      title: t({ en: 'Bulk work', zh: '批量任务' }),
      queryKey: ['segment.works', id],
      load: ({ limit, cursor }, signal) =>
        call('segment.works', { segmentId: id, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (w) => w.id,
      refetchMs: 5_000,
      columns: [
        { key: 'what', title: t({ en: 'What', zh: '任务' }), render: title, text: title },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          width: 150,
          render: (w) => (
            <span className="row">
              <span className={WORK_STATES[w.state].look}>{t(WORK_STATES[w.state].title)}</span>
              {w.undoneAt ? <span className="faint">{t({ en: 'taken back', zh: '已撤销' })}</span> : null}
            </span>
          ),
          text: (w) => t(WORK_STATES[w.state].title),
        },
        {
          key: 'done',
          title: t({ en: 'Members', zh: '成员' }),
          width: 130,
          align: 'right',
          render: (w) => `${format.number(w.done)} / ${format.number(w.total)}`,
          text: (w) => `${w.done}/${w.total}`,
        },
        {
          key: 'failed',
          title: t({ en: 'Not done', zh: '未执行' }),
          width: 110,
          align: 'right',
          render: (w) => (w.failed > 0 ? format.number(w.failed) : '–'),
          text: (w) => String(w.failed),
        },
        {
          key: 'actor',
          title: t({ en: 'Who', zh: '操作人' }),
          width: 120,
          render: (w) => actorName(w.actor),
          text: (w) => actorName(w.actor),
        },
        {
          key: 'createdAt',
          title: t({ en: 'When', zh: '时间' }),
          width: 140,
          render: (w) => <span title={format.exact(w.createdAt)}>{format.ago(w.createdAt)}</span>,
          text: (w) => w.createdAt,
        },
      ],
      rowActions: (w) => (
        <span className="row">
          <Button type="text" size="small" onClick={() => setOpen(w.id)}>
            {t({ en: 'Details', zh: '详情' })}
          </Button>
          {w.kind === 'bulk' && w.endedAt && !w.undoneAt && may('segment.bulk') && may('event.undo') ? (
            <Button type="text" size="small" onClick={() => void askUndo(w)}>
              {t({ en: 'Take back', zh: '撤销' })}
            </Button>
          ) : null}
        </span>
      ),
      empty: {
        title: t({ en: 'No bulk work yet', zh: '暂无批量任务' }),
        hint: t({
          en: 'Exports and actions for everybody in the segment are listed here with what came of them.',
          zh: '对该分群成员的导出与批量操作都会记录在这里，可查看结果或撤销。',
        }),
      },
    }
  }, [id, t, format, may, catalog.data, actorName, confirmed, undo.mutateAsync])
  return (
    <>
      <DataList spec={spec} />
      <Modal
        open={open !== null}
        title={t({ en: 'Details', zh: '任务详情' })}
        footer={null}
        onCancel={() => setOpen(null)}
      >
        {open ? <WorkProgress id={open} /> : null}
      </Modal>
    </>
  )
}

function Undone({ of }: { of: Output<'segment.undo_bulk_preview'> }) {
  const t = useText()
  const format = useFormat()
  const lines = of.capabilities.flatMap((c) => c.consequences)
  if (lines.length === 0)
    return (
      <p>
        {t({
          en: 'There is nothing that can be taken back by itself.',
          zh: '该操作没有可自动撤销的影响。',
        })}
      </p>
    )
  return (
    <dl className="pairs">
      {lines.map((line) => (
        <div key={line.title.en}>
          <dt>{t(line.title)}</dt>
          <dd className="tabular">{format.number(line.count)}</dd>
        </div>
      ))}
    </dl>
  )
}
