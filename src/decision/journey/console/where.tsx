import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { MemberPicker } from '../../../console/member-picker.tsx'
import { Answer } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import type { Journey } from './journey-head.tsx'
import { RunSteps } from './run-steps.tsx'
import { useDescribed } from './use-node-words.ts'

const ENTRY = {
  open: { en: 'The next fitting event lets this member in.', zh: '下次满足触发条件即可进入。' },
  inside: { en: 'The member is inside now.', zh: '成员正在旅程中。' },
  before: {
    en: 'The member has been in before; the rule lets nobody in twice.',
    zh: '成员曾进入过，按规则不可再次进入。',
  },
  closed: { en: 'The journey is not running, so nobody comes in.', zh: '旅程未在运行，不会有成员进入。' },
} as const satisfies Record<string, Text>

/** Where one member is, how it came there, and whether it may come in. */
export function Where({ journey }: { journey: Journey }) {
  const t = useText()
  const [url, set] = useUrlState()
  const described = useDescribed(journey)
  const explanation = useCall('journey.explain', url.member ? { id: journey.id, memberId: url.member } : null)
  return (
    <section className="card stack" style={{ maxWidth: 720 }}>
      <div className="field">
        <span className="label">{t({ en: 'Which member?', zh: '查看哪位成员？' })}</span>
        <MemberPicker value={url.member ?? null} onChange={(member) => set({ member })} />
      </div>
      {url.member ? (
        <Answer of={explanation}>
          {(e) => (
            <div className="stack">
              <p>{t(ENTRY[e.entry])}</p>
              {e.runs.length === 0 ? (
                <p className="soft">
                  {t({ en: 'The member has never been in this journey.', zh: '该成员从未进入此旅程。' })}
                </p>
              ) : (
                e.runs.map((run) => <RunSteps key={run.id} run={run} described={described} />)
              )}
            </div>
          )}
        </Answer>
      ) : (
        <p className="soft">
          {t({
            en: 'Choose a member to see each step and what comes next.',
            zh: '选择一位成员，查看其经过的每一步与下一步安排。',
          })}
        </p>
      )}
    </section>
  )
}
