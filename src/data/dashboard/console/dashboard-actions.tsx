import { useNavigate } from '@tanstack/react-router'
import { App, Button, Dropdown } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { ShareDrawer } from './share-drawer.tsx'
import type { Dashboard } from './types.ts'

/** Change, share, copy, delete. */
export function DashboardActions({ dashboard, edit }: { dashboard: Dashboard; edit(): void }) {
  const t = useText()
  const navigate = useNavigate()
  const { may } = useSession()
  const { message } = App.useApp()
  const confirmed = useConfirmed()
  const duplicate = useAct('dashboard.duplicate')
  const remove = useAct('dashboard.delete')
  const [sharing, setSharing] = useState(false)
  const copy = () =>
    duplicate.mutateAsync({ id: dashboard.id }).then(
      ({ id }) => navigate({ to: `/dashboards/${id}` } as never),
      (error: unknown) => void message.error(explainProblem(error, t).title),
    )
  const { links, schedules } = dashboard
  const drop = () =>
    void confirmed({
      danger: true,
      title: t({ en: `Delete “${dashboard.name}”?`, zh: `删除看板「${dashboard.name}」？` }),
      consequence: t({
        en: `The dashboard with ${dashboard.content.tiles.length} tiles is gone for good. ${links} ${links === 1 ? 'link stops' : 'links stop'} working and ${schedules} scheduled ${schedules === 1 ? 'mail ends' : 'mails end'}. Saved charts stay.`,
        zh: `看板及其 ${dashboard.content.tiles.length} 个图块将永久删除，${links} 个分享链接失效，${schedules} 个定时邮件停止；已存图表不受影响。`,
      }),
      ok: t({ en: 'Delete', zh: '删除' }),
      act: () => remove.mutateAsync({ id: dashboard.id }).then(() => navigate({ to: '/dashboards' } as never)),
    })
  return (
    <>
      {may('dashboard.share') ? (
        <Button icon={<Icon name="link" />} onClick={() => setSharing(true)}>
          {t({ en: 'Share', zh: '分享' })}
        </Button>
      ) : null}
      {may('dashboard.manage') ? (
        <>
          <Dropdown
            trigger={['click']}
            menu={{
              items: [
                {
                  key: 'copy',
                  icon: <Icon name="copy" />,
                  label: t({ en: 'Copy', zh: '复制看板' }),
                  onClick: () => void copy(),
                },
                {
                  key: 'delete',
                  icon: <Icon name="trash" />,
                  danger: true,
                  label: t({ en: 'Delete', zh: '删除看板' }),
                  onClick: drop,
                },
              ],
            }}
          >
            <Button icon={<Icon name="more" />} aria-label={t({ en: 'More', zh: '更多操作' })} />
          </Dropdown>
          <Button type="primary" icon={<Icon name="edit" />} onClick={edit}>
            {t({ en: 'Change', zh: '编辑' })}
          </Button>
        </>
      ) : null}
      <ShareDrawer dashboardId={dashboard.id} open={sharing} onClose={() => setSharing(false)} />
    </>
  )
}
