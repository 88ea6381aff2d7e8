// Traits in words: what is measured, and values as a reader writes them.
import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { describeDuration } from '../../segment/console/describe.ts'
import { namesOf, pathText } from '../../segment/console/draft.ts'
import { useWords } from '../../segment/console/use-words.ts'
import { FNS } from '../fn.ts'
import { SEGMENT_TITLES } from '../segment-titles.ts'
import type { DefinitionDraft, Kind, MeasureDraft, SourceDraft } from './draft.ts'

export const KIND_TITLES: Record<Kind, Text> = {
  measure: { en: 'measure', zh: '行为统计' },
  score: { en: 'score', zh: '加权评分' },
  rfm: { en: 'RFM', zh: 'RFM 分层' },
}

type Value = string | number | boolean | Readonly<Record<string, string | number>> | null
const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/

export function useTraitWords() {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  return useMemo(() => {
    const events = (s: SourceDraft) =>
      namesOf(s.event)
        .map(words.eventTitle)
        .join(t({ en: ' or ', zh: '、' })) || t({ en: 'an event', zh: '（未选择事件）' })
    const span = (s: SourceDraft) =>
      s.within === undefined
        ? t({ en: 'ever', zh: '历史累计' })
        : t({
            en: `in the last ${describeDuration(s.within, t)}`,
            zh: `近 ${describeDuration(s.within, t)}`,
          })
    const filters = (s: SourceDraft) =>
      s.where.length === 0 ? '' : t({ en: ` (${s.where.length} filters)`, zh: `（附加 ${s.where.length} 个条件）` })
    const measure = (m: MeasureDraft): string => {
      const of = m.of === undefined ? '' : words.fieldTitle(m.event, pathText(m.of))
      const moment = m.of === undefined && FNS[m.fn].of === 'optional'
      const what = moment
        ? t({ en: `when the ${m.fn} time was`, zh: m.fn === 'first' ? '首次时间' : '最近一次时间' })
        : t(FNS[m.fn].title)
      return t({
        en: `${what}${of ? ` ${of}` : ''}: ${events(m)}, ${span(m)}${filters(m)}`,
        zh: `${span(m)}「${events(m)}」${of ? `的${of}` : ''}${what}${filters(m)}`,
      })
    }
    const describe = (d: DefinitionDraft): string => {
      if (d.measure) return measure(d.measure)
      if (d.rfm)
        return t({
          en: `Recency, frequency and ${words.fieldTitle(d.rfm.event, pathText(d.rfm.amount))} of ${events(d.rfm)}, ${span(d.rfm)}, in fifths, measured anew every day`,
          zh: `按${span(d.rfm)}「${events(d.rfm)}」的最近时间、频次与${words.fieldTitle(d.rfm.event, pathText(d.rfm.amount))}五等分打分，每日重算`,
        })
      const parts = d.score?.components ?? []
      const total = parts.reduce((n, c) => n + c.weight, 0) || 1
      return parts.map((c) => `${c.title} ${format.percent(c.weight / total)}`).join(' + ')
    }
    /** Amounts are written as money; `of` is the measure they come from. */
    const number = (n: number, of?: MeasureDraft): string => {
      const isAmount = of?.of !== undefined && ['sum', 'avg', 'min', 'max'].includes(of.fn)
      const name = of && namesOf(of.event)[0]
      return (isAmount && name && words.money(name, pathText(of.of), n)) || format.number(n)
    }
    /** An amount of RFM. */
    const amount = (d: DefinitionDraft['rfm']) => (n: number) =>
      d ? number(n, { ...d, fn: 'sum', of: d.amount }) : format.number(n)
    /** Whether a measure is money, and is written in whole units of it. */
    const isMoney = (m: MeasureDraft): boolean => number(0, m) !== format.number(0)
    const value = (v: Value, d?: DefinitionDraft): string => {
      if (v === null) return '–'
      if (typeof v === 'number') return number(v, d?.measure)
      if (typeof v === 'boolean') return t(v ? { en: 'yes', zh: '是' } : { en: 'no', zh: '否' })
      if (typeof v === 'string') return ISO.test(v) ? format.exact(v) : v
      const title = SEGMENT_TITLES[String(v.segment)]
      return `${title ? t(title) : v.segment} · ${v.r}${v.f}${v.m}`
    }
    return { describe, measure, number, amount, isMoney, value, eventTitle: words.eventTitle }
  }, [t, format, words])
}
