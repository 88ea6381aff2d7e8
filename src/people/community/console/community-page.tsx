import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { CommunityForm } from './community-form.tsx'
import { Invitations } from './invitations.tsx'
import { Roster } from './roster.tsx'
import { Rules } from './rules.tsx'
import { ADMISSION_TITLES, TYPE_TITLES } from './words.ts'

export function CommunityPage() {
  const communityId = useParam('communityId')
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const [editing, setEditing] = useState(false)
  const community = useCall('community.get', { communityId })
  const archive = useAct('community.archive')
  const confirmed = useConfirmed()
  return (
    <Answer of={community} rows={8}>
      {(c) => (
        <>
          <PageHead
            title={c.name}
            back={{ to: '/communities', title: t({ en: 'Communities', zh: '社群' }) }}
            hint={
              <span className="row wrap">
                <span className="pill">{t(TYPE_TITLES[c.type])}</span>
                <span className="pill">{t(ADMISSION_TITLES[c.admission])}</span>
                {c.archivedAt ? <span className="pill warn">{t({ en: 'archived', zh: '已归档' })}</span> : null}
                <span className="tabular">
                  {t({ en: `${format.number(c.memberCount)} members`, zh: `${format.number(c.memberCount)} 名成员` })}
                </span>
                {c.description ? <span className="soft">{c.description}</span> : null}
              </span>
            }
            actions={
              may('community.manage') ? (
                <>
                  {c.archivedAt ? null : (
                    <Button
                      onClick={() =>
                        void confirmed({
                          danger: true,
                          title: t({ en: `Archive “${c.name}”?`, zh: `归档社群「${c.name}」？` }),
                          consequence: t({
                            en: `Nobody can join it any more. Its ${format.number(c.memberCount)} members and its history stay.`,
                            zh: `归档后不能再加入；现有 ${format.number(c.memberCount)} 名成员与历史记录全部保留。`,
                          }),
                          ok: t({ en: 'Archive', zh: '归档' }),
                          act: () =>
                            archive.mutateAsync({ communityId }).then(() => navigate({ to: '/communities' } as never)),
                        })
                      }
                    >
                      {t({ en: 'Archive', zh: '归档' })}
                    </Button>
                  )}
                  <Button type="primary" icon={<Icon name="edit" />} onClick={() => setEditing(true)}>
                    {t({ en: 'Edit', zh: '编辑' })}
                  </Button>
                </>
              ) : null
            }
          />
          <PageTabs
            label={t({ en: 'Views of the community', zh: '社群视图' })}
            items={[
              {
                key: 'members',
                label: t({ en: 'Members', zh: '成员' }),
                children: <Roster communityId={communityId} />,
              },
              { key: 'rules', label: t({ en: 'Rules', zh: '群规' }), children: <Rules communityId={communityId} /> },
              {
                key: 'invitations',
                label: t({ en: 'Invitations', zh: '邀请码' }),
                children: <Invitations communityId={communityId} />,
              },
            ]}
          />
          <CommunityForm open={editing} community={c} close={() => setEditing(false)} />
        </>
      )}
    </Answer>
  )
}
