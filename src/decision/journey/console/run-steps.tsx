import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from '../../../console/icon.tsx'
import { JsonView } from '../../../console/json-view.tsx'
import { MemberLink } from '../../../console/member-name.tsx'
import type { NodeType } from './draft.ts'
import { NODE_ICONS, RUN_LOOK, RUN_TITLES } from './words.ts'
import './run-steps.css'

const OUTCOMES: Record<string, Text> = {
  entered: { en: 'came in', zh: '进入' },
  waiting: { en: 'waits', zh: '等待中' },
  woken: { en: 'waited', zh: '等待结束' },
  done: { en: 'done', zh: '已执行' },
  failed: { en: 'failed', zh: '执行失败' },
  else: { en: 'else', zh: '其他' },
  end: { en: 'ended', zh: '结束' },
}

/** What one member's run did, step by step. */
export function RunSteps({
  run,
  described,
}: {
  run: Output<'journey.run'>
  described: Readonly<Record<string, string>>
}) {
  const t = useText()
  const format = useFormat()
  return (
    <div className="stack">
      <div className="row between">
        <MemberLink memberId={run.memberId} size={28} />
        <span className={RUN_LOOK[run.state]}>{t(RUN_TITLES[run.state])}</span>
      </div>
      <ol className="run-steps">
        {run.steps.map((s) => (
          <li key={s.visit}>
            <span className="run-icon">
              <Icon name={NODE_ICONS[s.type as NodeType] ?? 'event'} size={14} />
            </span>
            <div className="grow">
              <p className="row between">
                <strong>{described[s.node] ?? s.node}</strong>
                <time className="faint small tabular" dateTime={s.at}>
                  {format.minute(s.at)}
                </time>
              </p>
              <p className="soft small">{OUTCOMES[s.outcome] ? t(OUTCOMES[s.outcome] as Text) : s.outcome}</p>
              {s.detail && s.outcome === 'failed' ? <JsonView value={s.detail} /> : null}
            </div>
          </li>
        ))}
      </ol>
      {run.dueAt ? (
        <p className="soft">
          {t({
            en: `Goes on ${format.ago(run.dueAt)} (${format.exact(run.dueAt)})`,
            zh: `将于 ${format.exact(run.dueAt)} 继续（${format.ago(run.dueAt)}）`,
          })}
        </p>
      ) : null}
      {run.reason ? (
        <p className="soft">
          {t({ en: 'Ended: ', zh: '结束原因：' })}
          <code>{run.reason}</code>
        </p>
      ) : null}
    </div>
  )
}
