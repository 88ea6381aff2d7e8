// What is known of properties and of fields of events: titles, types and how many have them.
import { useMemo } from 'react'
import { type Catalog, useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import { fieldsOf } from '#web/schema.ts'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { useSession } from '../../../console/session.tsx'
import { type EventSource, metricOf, namesOf, type Path, pathText } from './draft.ts'

export type ValueType = 'text' | 'number' | 'bool' | 'date' | 'list' | 'object'

export interface FieldInfo {
  path: Path
  title: string
  type?: ValueType | undefined
  /** Members that have the property, or the part of the events that have the field. */
  members?: number | undefined
  share?: number | undefined
  /** An amount in the minor unit of the event's currency. */
  isMoney?: boolean
}

export const TYPE_TITLES: Record<ValueType, Text> = {
  text: { en: 'text', zh: '文本' },
  number: { en: 'number', zh: '数字' },
  bool: { en: 'yes or no', zh: '是否' },
  date: { en: 'date', zh: '日期' },
  list: { en: 'list', zh: '列表' },
  object: { en: 'object', zh: '对象' },
}

/** Suggestions are for orientation; a minute old is new enough. */
export const FRESH_MS = 60_000

/** Fields every brand has, whether or not anybody has filled them in yet. */
export const COMMON: Readonly<Record<string, { title: Text; type: ValueType }>> = {
  name: { title: { en: 'Name', zh: '姓名' }, type: 'text' },
  email: { title: { en: 'E-mail', zh: '邮箱' }, type: 'text' },
  phone: { title: { en: 'Phone', zh: '手机号' }, type: 'text' },
  externalId: { title: { en: 'Member id of the brand', zh: '品牌会员号' }, type: 'text' },
  gender: { title: { en: 'Gender', zh: '性别' }, type: 'text' },
  birthday: { title: { en: 'Birthday', zh: '生日' }, type: 'date' },
  locale: { title: { en: 'Language', zh: '语言' }, type: 'text' },
  timezone: { title: { en: 'Time zone', zh: '时区' }, type: 'text' },
}

/** Titles of properties: of those every brand has, and of computed ones by the names of their traits. */
export function usePropertyTitle(): (path: string) => string {
  const t = useText()
  const { may } = useSession()
  const traits = useCall('trait.list', may('trait.read') ? { limit: 200 } : null, { staleTime: FRESH_MS })
  return useMemo(() => {
    const names = new Map((traits.data?.items ?? []).map((trait) => [trait.key, trait.name]))
    return (path) => {
      const common = COMMON[path]
      if (common) return t(common.title)
      const [head, key = '', ...rest] = path.split('.')
      const name = head === 'trait' ? names.get(key) : undefined
      return name === undefined ? path : [name, ...rest].join(' · ')
    }
  }, [traits.data, t])
}

/** Properties that members have, the most frequent first, and those every brand has. */
export function useProperties(): readonly FieldInfo[] {
  const titleOf = usePropertyTitle()
  const seen = useCall('segment.suggest_keys', { of: 'property' }, { staleTime: FRESH_MS })
  return useMemo(() => {
    const items = (seen.data?.items ?? []).map((p): FieldInfo => {
      return {
        path: p.key,
        title: titleOf(p.key),
        type: p.kinds[0]?.kind ?? COMMON[p.key]?.type,
        members: p.members ?? undefined,
      }
    })
    const known = new Set(items.map((p) => p.path))
    const rest = Object.entries(COMMON).filter(([path]) => !known.has(path))
    return [...items, ...rest.map(([path, c]): FieldInfo => ({ path, title: titleOf(path), type: c.type }))]
  }, [seen.data, titleOf])
}

const SCHEMA_TYPES: Readonly<Record<string, ValueType>> = {
  number: 'number',
  integer: 'number',
  boolean: 'bool',
  list: 'list',
  object: 'object',
}

/** Fields that the catalogue declares of an event. Amounts beside a currency are money, as the house writes it. */
export function declaredFields(catalog: Catalog | undefined, name: string, t: (text: Text) => string): FieldInfo[] {
  const schema = catalog?.events.find((e) => e.name === name)?.schema
  const fields = schema ? fieldsOf(schema) : []
  const hasCurrency = fields.some((f) => f.name === 'currency')
  return fields.flatMap((f): FieldInfo[] => {
    const isMoney = hasCurrency && f.kind === 'integer' && f.name === 'amount'
    const type = f.schema.format?.startsWith('date') ? 'date' : (SCHEMA_TYPES[f.kind] ?? 'text')
    const own = { path: f.name, title: isMoney ? t({ en: 'Amount', zh: '金额' }) : t(f.title), type, isMoney }
    const inner = f.fields.map((i) => ({
      path: `${f.name}.${i.name}`,
      title: `${t(f.title)} · ${t(i.title)}`,
      type: SCHEMA_TYPES[i.kind] ?? ('text' as const),
    }))
    return f.kind === 'object' ? inner : [own]
  })
}

/** Fields of some events: those declared, with how many events have them, and those only seen. */
export function useEventFields(event: EventSource): readonly FieldInfo[] {
  const t = useText()
  const catalog = useCatalog()
  const metric = metricOf(event)
  const metrics = useCall('metric.list', metric === null ? null : { limit: 200 }, { staleTime: FRESH_MS })
  const names =
    metric === null
      ? namesOf(event)
      : namesOf(metrics.data?.items.find((m) => m.key === metric)?.definition.event ?? '')
  const asked = metric === null ? [...names] : { metric }
  const seen = useCall('segment.suggest_paths', names.length > 0 ? { event: asked } : null, { staleTime: FRESH_MS })
  const key = names.join('\n')
  return useMemo(() => {
    const declared = key === '' ? [] : key.split('\n').flatMap((name) => declaredFields(catalog.data, name, t))
    const found = new Map(declared.map((f) => [pathText(f.path), f]))
    for (const f of seen.data?.items ?? []) {
      const at = pathText(f.path)
      const known = found.get(at)
      // A list of things is declared as something only code can write; a text may be declared as a date.
      const type = f.kind === 'text' ? (known?.type ?? 'text') : f.kind
      found.set(at, { title: at, ...known, type, path: f.path, share: f.share })
    }
    return [...found.values()].filter((f) => f.type !== 'object').sort((a, b) => (b.share ?? 0) - (a.share ?? 0))
  }, [catalog.data, key, seen.data, t])
}
