import type { Output } from '#web/api.ts'
import { usePreferences } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'

/** Settings change rarely; an hour spares every visit a question. */
const FRESH_MS = 3_600_000

/** What the page was served with; the development server serves it without. */
const served: Output<'brand.get'> | null = JSON.parse(document.getElementById('brand')?.textContent ?? 'null')

/** A page from the worker's cache may be an old one. */
const isFresh = !navigator.serviceWorker?.controller

export const useBrand = () =>
  useCall(
    'brand.get',
    {},
    { staleTime: FRESH_MS, ...(served && { initialData: served, ...(!isFresh && { initialDataUpdatedAt: 0 }) }) },
  )

/** The brand's name in the reader's language. */
export function useBrandName(): string {
  const { locale } = usePreferences()
  return useBrand().data?.name[locale] ?? ''
}
