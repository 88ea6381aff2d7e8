import { useEffect } from 'react'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { FaultBoundary } from '../../../console/fault-boundary.tsx'
import { nameOf } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { panels } from '../../../console/pages.ts'
import { useSession } from '../../../console/session.tsx'
import { rememberPlace } from '../../../console/shell/recent.ts'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { MemberActions } from './member-actions.tsx'
import { MemberHeader } from './member-header.tsx'
import { MemberProfile } from './member-profile.tsx'
import { Notes } from './notes.tsx'
import { Timeline } from './timeline.tsx'
import './member-page.css'

/** Member 360: who they are, everything that happened, and what every capability knows of them. */
export function MemberPage() {
  const memberId = useParam('memberId')
  const t = useText()
  const { may } = useSession()
  const member = useCall('member.get', { memberId })
  const name = (member.data && nameOf(member.data)) ?? t({ en: 'Anonymous', zh: '匿名访客' })
  const loaded = member.data !== undefined
  useEffect(() => {
    if (loaded) rememberPlace({ to: `/members/${memberId}`, title: name })
  }, [loaded, memberId, name])
  return (
    <Answer of={member} rows={10}>
      {(m) => (
        <>
          <PageHead
            title={name}
            back={{ to: '/members', title: t({ en: 'Members', zh: '成员' }) }}
            hint={<MemberHeader member={m} />}
            actions={<MemberActions member={m} name={name} />}
          />
          <div className="member">
            <div className="member-side">
              <MemberProfile member={m} />
              <Notes memberId={m.memberId} />
            </div>
            <Timeline memberId={m.memberId} />
            <div className="member-panels">
              {panels
                .filter((p) => may(p.needs))
                .map((p) => (
                  <section className="card" key={p.title.en}>
                    <header>
                      <h2>{t(p.title)}</h2>
                    </header>
                    <FaultBoundary resetKey={m.memberId}>
                      <p.Component memberId={m.memberId} />
                    </FaultBoundary>
                  </section>
                ))}
            </div>
          </div>
        </>
      )}
    </Answer>
  )
}
