import type { Item } from '#web/api.ts'
import { usePages } from '../../../portal/use-pages.ts'

export type InboxMessage = Item<'message.inbox'>

/** The inbox as far as it was read, newest first; one list for badge, card and screens. */
export function useInbox() {
  const pages = usePages('message.inbox', {})
  const messages: readonly InboxMessage[] = pages.data?.pages.flatMap((page) => page.items) ?? []
  return { pages, messages, unread: pages.data?.pages[0]?.unread ?? 0 }
}

export const useUnread = () => useInbox().unread
