import { useDeferredValue, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Button } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { TextField } from '../../../portal/ui/field.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Failed, Loading } from '../../../portal/ui/states.tsx'
import { usePages } from '../../../portal/use-pages.ts'
import { CommunityRow } from './community-row.tsx'
import { isIn } from './words.ts'

/** Below this many a search box is only in the way. */
const SEARCH_FROM = 8

export function Communities() {
  const t = useText()
  const [search, setSearch] = useState('')
  const wanted = useDeferredValue(search.trim())
  const list = usePages('community.list', wanted ? { search: wanted } : {})
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  const mine = items.filter(isIn)
  const others = items.filter((c) => !isIn(c))
  const many = search !== '' || items.length >= SEARCH_FROM
  return (
    <Page title={t({ en: 'Communities', zh: '社群' })}>
      {many && (
        <TextField
          label={t({ en: 'Find a community', zh: '搜索社群' })}
          type="search"
          value={search}
          maxLength={120}
          onChange={(event) => setSearch(event.target.value)}
        />
      )}
      {list.isPending && <Loading height={76} rows={4} />}
      {list.error && <Failed error={list.error} retry={() => void list.refetch()} />}
      {list.data && items.length === 0 && (
        <Empty
          icon="people"
          title={
            wanted
              ? t({ en: 'No community of that name', zh: '没有找到相关社群' })
              : t({ en: 'No community yet', zh: '还没有社群' })
          }
          hint={t({ en: 'Some can only be joined by invitation.', zh: '部分社群仅限受邀加入。' })}
        />
      )}
      {[
        { title: t({ en: 'My communities', zh: '我的社群' }), shown: mine },
        { title: t({ en: 'Communities to join', zh: '发现社群' }), shown: others },
      ].map(
        ({ title, shown }) =>
          shown.length > 0 && (
            <Card key={title} flush title={title}>
              <ul>
                {shown.map((community) => (
                  <CommunityRow key={community.id} community={community} />
                ))}
              </ul>
            </Card>
          ),
      )}
      {list.hasNextPage && (
        <Button tone="plain" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t({ en: 'More', zh: '加载更多' })}
        </Button>
      )}
    </Page>
  )
}
