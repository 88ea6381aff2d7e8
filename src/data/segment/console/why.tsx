import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { MemberPicker } from '../../../console/member-picker.tsx'
import { Answer } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { describe } from './describe.ts'
import { type Clause, type Draft, isNot, jointOf, partsOf } from './draft.ts'
import { useWords } from './use-words.ts'

/** Why one member is in the segment or not, clause by clause, with the events that count. */
export function Why({ id }: { id: string }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const [url, set] = useUrlState()
  const segment = useCall('segment.get', { id })
  const excluded = useMemo(() => new Set(segment.data ? negated(segment.data.definition as Draft) : []), [segment.data])
  const explanation = useCall('segment.explain', url.member ? { id, memberId: url.member } : null)
  return (
    <section className="card stack">
      <div className="field" style={{ maxWidth: 420 }}>
        <span className="label">{t({ en: 'Which member?', zh: '查看哪位成员？' })}</span>
        <MemberPicker value={url.member ?? null} onChange={(member) => set({ member })} />
      </div>
      {url.member ? (
        <Answer of={explanation}>
          {(e) => (
            <div className="stack">
              <p className="row wrap">
                <span className={e.member ? 'pill good' : 'pill bad'}>
                  {e.member
                    ? t({ en: 'In the segment', zh: '在分群中' })
                    : t({ en: 'Not in the segment', zh: '不在分群中' })}
                </span>
                {e.enteredAt ? (
                  <span className="soft">
                    {t({ en: `since ${format.exact(e.enteredAt)}`, zh: `${format.exact(e.enteredAt)} 进入` })}
                  </span>
                ) : null}
                <span className="soft">
                  {e.nextChangeAt
                    ? e.member
                      ? t({
                          en: `if nothing else happens, leaves ${format.ago(e.nextChangeAt)} (${format.exact(e.nextChangeAt)})`,
                          zh: `若无新行为，将在${format.ago(e.nextChangeAt)}（${format.exact(e.nextChangeAt)}）离开分群`,
                        })
                      : t({
                          en: `if nothing else happens, enters ${format.ago(e.nextChangeAt)} (${format.exact(e.nextChangeAt)})`,
                          zh: `若无新行为，将在${format.ago(e.nextChangeAt)}（${format.exact(e.nextChangeAt)}）进入分群`,
                        })
                    : t({
                        en: 'time alone does not change it: only something the member does, or a change of the member',
                        zh: '不会随时间自动变化，仅在成员产生新行为或资料变更时更新',
                      })}
                </span>
              </p>
              <ol className="why-list">
                {e.because.map((b) => {
                  const not = excluded.has(keyOf(b.clause))
                  const met = b.holds !== not
                  return (
                    <li key={JSON.stringify(b.clause)} className={met ? 'why is-held' : 'why'}>
                      <span className="why-mark">
                        <Icon name={met ? 'check' : 'close'} size={15} />
                        <span className="sr-only">
                          {met ? t({ en: 'holds', zh: '满足' }) : t({ en: 'does not hold', zh: '不满足' })}
                        </span>
                      </span>
                      <div className="grow">
                        <p>{describe(not ? { not: b.clause } : b.clause, words)}</p>
                        <p className="soft small">{t(b.words)}</p>
                        {b.events.length > 0 ? (
                          <ul className="why-events small">
                            {b.events.map((event) => (
                              <li key={event.id} className="row">
                                <time className="faint tabular" dateTime={event.timestamp}>
                                  {format.exact(event.timestamp)}
                                </time>
                                <Link
                                  to={`/members/${url.member}?show=all&event=${encodeURIComponent(event.name)}`}
                                  title={t({ en: 'On the timeline', zh: '在时间线中查看' })}
                                >
                                  {words.eventTitle(event.name)}
                                </Link>
                              </li>
                            ))}
                          </ul>
                        ) : null}
                      </div>
                    </li>
                  )
                })}
              </ol>
            </div>
          )}
        </Answer>
      ) : (
        <p className="soft">
          {t({
            en: 'Choose a member to see each condition, what was measured, and the events that count.',
            zh: '选择一位成员，逐条查看条件是否满足、实际取值以及计入的行为。',
          })}
        </p>
      )}
    </section>
  )
}

/** The same text for the same clause, in whatever order its fields came. */
const keyOf = (clause: Clause): string =>
  JSON.stringify(clause, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )

/** The clauses that must not hold: those below an odd number of “not”. */
function negated(draft: Draft, not = false): string[] {
  if (isNot(draft)) return negated(draft.not, !not)
  if (jointOf(draft)) return partsOf(draft).flatMap((part) => negated(part, not))
  return not ? [keyOf(draft as Clause)] : []
}
