import { useMemo } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useSession } from '../../../console/session.tsx'
import type { Words } from './describe.ts'
import { metricOf, namesOf } from './draft.ts'
import { declaredFields, usePropertyTitle } from './use-field.ts'
import { useReferences } from './use-reference.ts'
import { dayIn, isMidnight } from './zone-day.ts'

/** A family of names, `checkin.*`. */
const FAMILY = /^(.+)\.\*$/

/** The reader's words for events and for all that a definition names, for `describe`. */
export function useWords() {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const references = useReferences()
  const propertyTitle = usePropertyTitle()
  const { brand } = useSession()
  return useMemo(() => {
    const titles = new Map(catalog.data?.events.map((e) => [e.name, e.title]))
    const eventTitle = (name: string): string => {
      const title = titles.get(name)
      if (title) return t(title)
      if (name === '*') return t({ en: 'any activity', zh: '任意互动' })
      const family = FAMILY.exec(name)?.[1]
      const capability = catalog.data?.capabilities.find((c) => c.name === family)
      return capability ? t({ en: `${capability.title.en}: any`, zh: `${capability.title.zh}类任意事件` }) : name
    }
    const meant = (event: unknown) => {
      const metric = metricOf(event)
      return metric === null ? namesOf(event) : (references.metric?.find((m) => m.value === metric)?.events ?? [])
    }
    const fieldOf = (event: unknown, path: string) =>
      meant(event)
        .flatMap((name) => declaredFields(catalog.data, name, t))
        .find((f) => f.path === path)
    return {
      t,
      eventTitle,
      nameOf: (kind, key) => references[kind]?.find((r) => r.value === key)?.label,
      propertyTitle,
      fieldTitle: (event, path) => fieldOf(event, path)?.title ?? path,
      money: (event, path, value) => (fieldOf(event, path)?.isMoney ? format.money(value, brand.currency) : undefined),
      time: (at) => (isMidnight(at, brand.zone) ? dayIn(at, brand.zone) : format.exact(at)),
    } satisfies Words
  }, [catalog.data, references, propertyTitle, brand, format, t])
}
