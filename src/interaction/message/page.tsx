import { definePage, lazily } from '../../console/page.ts'

export const page = definePage({
  path: '/messages',
  title: { en: 'Messages', zh: '触达记录' },
  keywords: 'sent inbox push 消息 触达 推送',
  nav: { group: 'interaction', order: 20, icon: 'message' },
  needs: 'message.list',
  Component: lazily(() => import('./console/message-list.tsx'), 'MessageList'),
})
