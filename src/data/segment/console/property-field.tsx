import { AutoComplete } from 'antd'
import { useMemo } from 'react'
import type { Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'

type Kind = Item<'member.properties'>['kinds'][number]['kind']

/** Fields every brand has, whether or not anybody has filled them in yet. */
const COMMON: Readonly<Record<string, Text>> = {
  name: { en: 'Name', zh: '姓名' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
  externalId: { en: 'Member id of the brand', zh: '品牌会员号' },
  gender: { en: 'Gender', zh: '性别' },
  birthday: { en: 'Birthday', zh: '生日' },
  locale: { en: 'Language', zh: '语言' },
  timezone: { en: 'Time zone', zh: '时区' },
}
const KIND_TITLES: Record<Kind, Text> = {
  text: { en: 'text', zh: '文本' },
  number: { en: 'number', zh: '数字' },
  boolean: { en: 'yes or no', zh: '是否' },
  date: { en: 'date', zh: '日期' },
  list: { en: 'list', zh: '列表' },
  object: { en: 'object', zh: '对象' },
}

/** What members have been told to be, with how often it was told, the most frequent first. */
function usePropertyChoices() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const seen = useCall('member.properties', may('member.read') ? {} : null, { staleTime: 60_000 })
  return useMemo(() => {
    const items = (seen.data?.items ?? []).map((p) => ({
      ...p,
      count: p.kinds.reduce((sum, k) => sum + (k.count ?? 0), 0),
    }))
    const known = new Map(items.map((p) => [p.path, p]))
    const choice = (path: string) => {
      const property = known.get(path)
      const kind = property?.kinds[0]?.kind
      return {
        value: path,
        // Also what typing is compared with.
        title: COMMON[path] ? `${t(COMMON[path])} (${path})` : path,
        note: kind
          ? [t(KIND_TITLES[kind]), ...(property?.count ? [format.compact(property.count)] : [])].join(' · ')
          : '',
      }
    }
    const others = items.filter((p) => !(p.path in COMMON)).sort((a, b) => b.count - a.count)
    return [
      { label: t({ en: 'Your own', zh: '自定义属性' }), options: others.map((p) => choice(p.path)) },
      { label: t({ en: 'Every brand has', zh: '通用属性' }), options: Object.keys(COMMON).map(choice) },
    ].filter((group) => group.options.length > 0)
  }, [seen.data, t, format])
}

/** A property by its path: one that members have, or any other that is typed. */
export function PropertyField({ value, onChange }: { value: string; onChange: (path: string) => void }) {
  const t = useText()
  const groups = usePropertyChoices()
  return (
    <AutoComplete
      aria-label={t({ en: 'Property', zh: '成员属性' })}
      placeholder={t({ en: 'Property', zh: '属性名' })}
      style={{ width: 190 }}
      popupMatchSelectWidth={300}
      value={value}
      options={groups}
      showSearch={{
        filterOption: (text, option) =>
          `${option && 'title' in option ? option.title : ''}`.toLowerCase().includes(text.toLowerCase()),
      }}
      optionRender={({ data }) => (
        <span className="row between">
          <span className="clip">{'title' in data ? String(data.title) : data.label}</span>
          <span className="faint small tabular">{'note' in data ? String(data.note) : ''}</span>
        </span>
      )}
      onChange={onChange}
    />
  )
}
