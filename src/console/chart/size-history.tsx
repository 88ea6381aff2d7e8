import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { TrendChart } from './trend-chart.tsx'

interface Props {
  items: readonly { day: string; size: number }[]
  /** The caller sees a part of the brand, for which past sizes are not kept. */
  partial: boolean
}

/** How many were in it at the end of each day; today is unfinished. */
export function SizeHistory({ items, partial }: Props) {
  const t = useText()
  const format = useFormat()
  if (partial)
    return (
      <p className="soft">
        {t({
          en: 'Past sizes are kept for the whole brand only, of which you see a part.',
          zh: '历史人数只按整个品牌记录，您仅可查看部分成员。',
        })}
      </p>
    )
  return (
    <TrendChart
      label={t({ en: 'Members at the end of each day', zh: '每日结束时的人数' })}
      data={{
        buckets: items.map((i) => format.dayOnly(`${i.day}T00:00:00`)),
        unfinished: items.length > 0 ? [items.length - 1] : [],
        annotations: [],
        series: [{ name: t({ en: 'Members', zh: '人数' }), values: items.map((i) => i.size) }],
      }}
    />
  )
}
