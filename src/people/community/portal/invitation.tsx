import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { useAddress } from '../../../portal/route.ts'
import { useMe } from '../../../portal/session.tsx'
import { Button, ButtonLink } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Refused } from '../../../portal/ui/states.tsx'

/** A closed community shows itself only to who is in it; the link carries the code that opens it. */
export function Invitation({ communityId, code }: { communityId: string; code: string }) {
  const t = useText()
  const me = useMe()
  const { path } = useAddress()
  const join = useAct('community.join')
  const back = `${path}?code=${encodeURIComponent(code)}`
  return (
    <Page title={t({ en: 'Invitation', zh: '入群邀请' })} up="/communities">
      <Card>
        <Empty
          icon="scroll"
          title={t({ en: 'You are invited to a closed community', zh: '你收到了一份入群邀请' })}
          hint={t({ en: 'Only those who are invited find it.', zh: '该社群仅限受邀加入。' })}
          action={
            me ? (
              <Button busy={join.isPending} onClick={() => join.mutate({ communityId, code })}>
                {t({ en: 'Accept the invitation', zh: '接受邀请' })}
              </Button>
            ) : (
              <ButtonLink to={`/sign-in?next=${encodeURIComponent(back)}`}>
                {t({ en: 'Sign in to accept', zh: '登录后接受' })}
              </ButtonLink>
            )
          }
        />
        {join.error && <Refused error={join.error} />}
      </Card>
    </Page>
  )
}
