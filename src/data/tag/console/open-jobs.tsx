import { useQueryClient } from '@tanstack/react-query'
import { Button, Progress } from 'antd'
import { useEffect, useRef } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { isOpen, JOB_TITLES, STATE_TITLES } from './words.ts'

type Job = Item<'tag.jobs'>
const LOOK_MS = 1000
/** While nothing runs, one that a colleague starts is noticed this soon. */
const IDLE_MS = 30_000

/** Bulk changes that are under way, with their progress; nothing where there are none. */
export function OpenJobs() {
  const client = useQueryClient()
  const jobs = useCall(
    'tag.jobs',
    { open: true, limit: 20 },
    { refetchInterval: (query) => (query.state.data?.items.length ? LOOK_MS : IDLE_MS) },
  )
  const n = jobs.data?.items.length ?? 0
  const before = useRef(0)
  useEffect(() => {
    if (n < before.current)
      void client.invalidateQueries({ predicate: ({ queryKey }) => /^tag\.(?!jobs)/.test(String(queryKey[0])) })
    before.current = n
  }, [n, client])
  if (n === 0) return null
  return (
    <div className="tag-jobs" aria-live="polite">
      {jobs.data?.items.map((job) => (
        <JobLine key={job.id} job={job} />
      ))}
    </div>
  )
}

/** How far one has come, and how to stop it. */
export function JobLine({ job }: { job: Job }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const confirmed = useConfirmed()
  const cancel = useAct('tag.cancel_job')
  const share = job.total ? Math.min(1, job.done / job.total) : job.state === 'done' ? 1 : 0
  const name = job.title ? t(job.title) : job.key
  const canStop = isOpen(job.state) && (job.kind === 'apply' || job.kind === 'remove') && may('tag.apply')
  return (
    <div className="card tag-job">
      <span className="clip">
        {t(JOB_TITLES[job.kind])} <strong>{name}</strong>
      </span>
      <Progress
        percent={Math.round(share * 100)}
        status={job.state === 'failed' ? 'exception' : job.state === 'done' ? 'success' : 'normal'}
        aria-label={t({ en: 'Progress', zh: '进度' })}
      />
      <span className="soft small tabular">
        {isOpen(job.state)
          ? t({
              en: `${format.number(job.done)} of ${format.number(job.total ?? 0)}`,
              zh: `${format.number(job.done)} / ${format.number(job.total ?? 0)} 人`,
            })
          : `${t(STATE_TITLES[job.state])} · ${t({ en: `${format.number(job.changed)} changed`, zh: `变更 ${format.number(job.changed)} 人` })}`}
      </span>
      {canStop ? (
        <Button
          size="small"
          onClick={() =>
            void confirmed({
              title: t({ en: 'Stop this bulk change?', zh: '停止批量打标？' }),
              consequence: t({
                en: `What was changed for ${format.number(job.changed)} members so far stays; the rest is left as it is.`,
                zh: `已变更的 ${format.number(job.changed)} 人保留，其余成员不再处理。`,
              }),
              ok: t({ en: 'Stop', zh: '停止' }),
              danger: true,
              act: () => cancel.mutateAsync({ id: job.id }),
            })
          }
        >
          {t({ en: 'Stop', zh: '停止' })}
        </Button>
      ) : null}
    </div>
  )
}
