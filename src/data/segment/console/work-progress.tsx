import { Button, Progress } from 'antd'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { Answer } from '../../../console/states.tsx'

type Work = Output<'segment.work'>

const LOOK_MS = 700

export const WORK_STATES: Readonly<Record<Work['state'], { title: Text; look: string }>> = {
  waiting: { title: { en: 'waiting', zh: '等待中' }, look: 'pill' },
  running: { title: { en: 'running', zh: '进行中' }, look: 'pill warn' },
  done: { title: { en: 'done', zh: '已完成' }, look: 'pill good' },
  failed: { title: { en: 'failed', zh: '失败' }, look: 'pill bad' },
  cancelled: { title: { en: 'stopped', zh: '已停止' }, look: 'pill' },
}
const isOpen = (state: Work['state']) => state === 'waiting' || state === 'running'

/** How far long work is, the way to stop it, and what came of it. */
export function WorkProgress({ id }: { id: string }) {
  const t = useText()
  const format = useFormat()
  const work = useCall(
    'segment.work',
    { id },
    { refetchInterval: (query) => (query.state.data && !isOpen(query.state.data.state) ? false : LOOK_MS) },
  )
  const stop = useAct('segment.cancel_work')
  return (
    <Answer of={work} rows={2}>
      {(w) => (
        <div className="stack" aria-live="polite">
          <p className="row wrap">
            <span className={WORK_STATES[w.state].look}>{t(WORK_STATES[w.state].title)}</span>
            <span className="tabular">
              {t({
                en: `${format.number(w.done)} of ${format.number(w.total)} members`,
                zh: `${format.number(w.done)} / ${format.number(w.total)} 人`,
              })}
            </span>
          </p>
          <Progress
            percent={w.total === 0 ? (isOpen(w.state) ? 0 : 100) : Math.floor((w.done / w.total) * 100)}
            status={w.state === 'done' ? 'success' : w.state === 'failed' ? 'exception' : 'normal'}
            aria-label={t({ en: 'Progress', zh: '进度' })}
          />
          {w.kind === 'bulk' && !isOpen(w.state) ? <Outcome work={w} /> : null}
          <div className="row wrap">
            {isOpen(w.state) ? (
              <Button icon={<Icon name="close" />} loading={stop.isPending} onClick={() => stop.mutate({ id })}>
                {w.kind === 'bulk'
                  ? t({ en: 'Stop; what is done stays', zh: '停止（已完成的保留）' })
                  : t({ en: 'Stop', zh: '停止' })}
              </Button>
            ) : null}
            {w.ready ? (
              <Button type="primary" icon={<Icon name="download" />} href={`/api/segment.export_file?id=${id}`}>
                {t({ en: 'Download the file', zh: '下载文件' })}
              </Button>
            ) : null}
          </div>
        </div>
      )}
    </Answer>
  )
}

function Outcome({ work }: { work: Work }) {
  const t = useText()
  const format = useFormat()
  return (
    <dl className="pairs">
      <div>
        <dt>{t({ en: 'Done', zh: '成功' })}</dt>
        <dd className="tabular">{format.number(work.done - work.failed)}</dd>
      </div>
      {work.refusals.map((r) => (
        <div key={r.code}>
          <dt>
            {t({ en: 'Not done: ', zh: '未执行：' })}
            <code>{r.code}</code>
          </dt>
          <dd className="tabular">{format.number(r.members)}</dd>
        </div>
      ))}
    </dl>
  )
}
