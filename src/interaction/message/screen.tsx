import { defineCard, defineNotices, defineScreen, lazily } from '../../portal/screen.ts'
import { InboxCard } from './portal/inbox-card.tsx'
import { useUnread } from './portal/use-inbox.ts'

export const screens = [
  defineScreen({
    path: '/inbox',
    title: { en: 'Inbox', zh: '消息' },
    nav: { order: 30, icon: 'mail', useBadge: useUnread },
    Component: lazily(() => import('./portal/inbox.tsx'), 'Inbox'),
  }),
  defineScreen({
    path: '/inbox/$messageId',
    title: { en: 'Message', zh: '消息详情' },
    Component: lazily(() => import('./portal/message.tsx'), 'Message'),
  }),
]

export const card = defineCard({ order: 30, Component: InboxCard })

export const notices = defineNotices({
  'message.sent': () => ({ en: 'A new message for you', zh: '收到一条新消息' }),
})
