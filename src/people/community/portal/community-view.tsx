import { useState } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { useAddress } from '../../../portal/route.ts'
import type { ScreenProps } from '../../../portal/screen.ts'
import { useMe } from '../../../portal/session.tsx'
import { Avatar } from '../../../portal/ui/avatar.tsx'
import { Button, ButtonLink } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Dialog } from '../../../portal/ui/dialog.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import { useToast } from '../../../portal/ui/toast.tsx'
import styles from './community.module.css'
import { Invitation } from './invitation.tsx'
import { Join } from './join.tsx'
import { Rules } from './rules.tsx'
import { isIn, ROLES, TYPES } from './words.ts'

export function CommunityView({ params }: ScreenProps) {
  const t = useText()
  const { query } = useAddress()
  const communityId = params.communityId ?? ''
  const community = useCall('community.get', { communityId })
  const hidden = community.error instanceof ProblemAnswer && community.error.code === 'community.unknown'
  if (community.data) return <Found community={community.data} />
  if (hidden && query.get('code')) return <Invitation communityId={communityId} code={query.get('code') ?? ''} />
  return (
    <Page title={t({ en: 'Community', zh: '社群' })} up="/communities">
      {community.error ? (
        <Failed error={community.error} retry={() => void community.refetch()} />
      ) : (
        <Loading height={180} rows={2} />
      )}
    </Page>
  )
}

type Community = NonNullable<ReturnType<typeof useCall<'community.get'>>['data']>

function Found({ community }: { community: Community }) {
  const t = useText()
  const format = useFormat()
  const me = useMe()
  const say = useToast()
  const { path } = useAddress()
  const { mine } = community
  return (
    <Page title={community.name} up="/communities" note={t(TYPES[community.type])}>
      <Card>
        <div className={styles.top}>
          <Avatar name={community.name} size={72} />
          <dl className={styles.counts}>
            <div>
              <dt>{t({ en: 'Members', zh: '成员' })}</dt>
              <dd>{format.compact(community.memberCount)}</dd>
            </div>
            <div>
              <dt>{t({ en: 'Since', zh: '创建于' })}</dt>
              <dd>{format.day(community.createdAt)}</dd>
            </div>
            {mine && isIn(community) && (
              <div>
                <dt>{t({ en: 'I am', zh: '我的身份' })}</dt>
                <dd>{t(ROLES[mine.role])}</dd>
              </div>
            )}
          </dl>
        </div>
        {community.description && <p className={styles.about}>{community.description}</p>}
        <div className={styles.act}>
          {!me ? (
            <ButtonLink wide to={`/sign-in?next=${encodeURIComponent(path)}`}>
              {t({ en: 'Sign in to join', zh: '登录后加入' })}
            </ButtonLink>
          ) : isIn(community) ? null : mine?.state === 'banned' ? (
            <p className="soft">{t({ en: 'You cannot join this community.', zh: '你暂时无法加入该社群。' })}</p>
          ) : (
            <Join
              communityId={community.id}
              rulesVersion={community.rulesVersion}
              label={t({ en: 'Join', zh: '加入社群' })}
              joined={() => say(t({ en: `Welcome to ${community.name}`, zh: `欢迎加入${community.name}` }))}
            />
          )}
        </div>
      </Card>
      {community.rulesVersion !== null && <Rules communityId={community.id} joined={isIn(community)} />}
      {isIn(community) && <Leave community={community} />}
    </Page>
  )
}

function Leave({ community }: { community: Community }) {
  const t = useText()
  const say = useToast()
  const [asking, setAsking] = useState(false)
  const leave = useAct('community.leave', {
    onSuccess: () => {
      setAsking(false)
      say(t({ en: `You left ${community.name}`, zh: `已退出${community.name}` }))
    },
  })
  return (
    <>
      <Button tone="plain" wide onClick={() => setAsking(true)}>
        {t({ en: 'Leave this community', zh: '退出社群' })}
      </Button>
      {asking && (
        <Dialog
          title={t({ en: `Leave ${community.name}?`, zh: `退出${community.name}？` })}
          close={() => setAsking(false)}
          actions={
            <>
              <Button
                tone="danger"
                wide
                busy={leave.isPending}
                onClick={() => leave.mutate({ communityId: community.id })}
              >
                {t({ en: 'Leave', zh: '确认退出' })}
              </Button>
              <Button wide onClick={() => setAsking(false)}>
                {t({ en: 'Stay', zh: '再想想' })}
              </Button>
            </>
          }
        >
          <p className="soft">
            {community.admission === 'closed'
              ? t({
                  en: 'You will need a new invitation to come back. Your points stay yours.',
                  zh: '再次加入需要新的邀请。你的积分会保留。',
                })
              : t({
                  en: 'You can come back at any time. Your points stay yours.',
                  zh: '之后可以随时重新加入。你的积分会保留。',
                })}
          </p>
          {leave.error && <Refused error={leave.error} />}
        </Dialog>
      )}
    </>
  )
}
