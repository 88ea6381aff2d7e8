import { ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useAddress } from '../../../portal/route.ts'
import { useMe } from '../../../portal/session.tsx'
import { ButtonLink } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Failed, Loading } from '../../../portal/ui/states.tsx'
import { useToast } from '../../../portal/ui/toast.tsx'
import styles from './community.module.css'
import { Join } from './join.tsx'

/** A closed community shows itself only to who is in it; the link carries the code that opens it. */
export function Invitation({ communityId, code }: { communityId: string; code: string }) {
  const t = useText()
  const me = useMe()
  const say = useToast()
  const { path } = useAddress()
  const rules = useCall('community.rules', { communityId, code })
  const ended = rules.error instanceof ProblemAnswer && rules.error.code === 'community.unknown'
  const back = `${path}?code=${encodeURIComponent(code)}`
  return (
    <Page title={t({ en: 'Invitation', zh: '入群邀请' })} up="/communities">
      <Card>
        {rules.isPending && <Loading height={120} rows={1} />}
        {rules.error && !ended && <Failed error={rules.error} retry={() => void rules.refetch()} />}
        {ended && (
          <Empty
            icon="scroll"
            title={t({ en: 'This invitation is no longer valid', zh: '该邀请已失效' })}
            hint={t({ en: 'Ask for a new one where you got it.', zh: '请联系邀请你的人重新获取。' })}
          />
        )}
        {rules.data && (
          <>
            <Empty
              icon="scroll"
              title={t({ en: 'You are invited to a closed community', zh: '你收到了一份入群邀请' })}
              hint={t({ en: 'Only those who are invited find it.', zh: '该社群仅限受邀加入。' })}
            />
            <div className={styles.act}>
              {me ? (
                <Join
                  communityId={communityId}
                  code={code}
                  rulesVersion={rules.data.version}
                  label={t({ en: 'Accept the invitation', zh: '接受邀请' })}
                  joined={() => say(t({ en: 'Welcome!', zh: '欢迎加入！' }))}
                />
              ) : (
                <ButtonLink wide to={`/sign-in?next=${encodeURIComponent(back)}`}>
                  {t({ en: 'Sign in to accept', zh: '登录后接受' })}
                </ButtonLink>
              )}
            </div>
          </>
        )}
      </Card>
    </Page>
  )
}
