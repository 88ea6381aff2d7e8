import { Drawer, Segmented } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { ShareLinks } from './share-links.tsx'
import { ShareMails } from './share-mails.tsx'

/** The two ways a dashboard leaves the console. */
export function ShareDrawer({ dashboardId, open, onClose }: { dashboardId: string; open: boolean; onClose(): void }) {
  const t = useText()
  const [way, setWay] = useState<'link' | 'mail'>('link')
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size="min(600px, 100vw)"
      destroyOnHidden
      title={t({ en: 'Share the dashboard', zh: '分享看板' })}
    >
      <div className="stack">
        <Segmented
          block
          value={way}
          aria-label={t({ en: 'How', zh: '分享方式' })}
          options={[
            { value: 'link', label: t({ en: 'Link and embedding', zh: '链接与嵌入' }) },
            { value: 'mail', label: t({ en: 'By e-mail', zh: '定时邮件' }) },
          ]}
          onChange={setWay}
        />
        {way === 'link' ? <ShareLinks dashboardId={dashboardId} /> : <ShareMails dashboardId={dashboardId} />}
      </div>
    </Drawer>
  )
}
