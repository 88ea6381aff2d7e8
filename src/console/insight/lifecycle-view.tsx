import { useMemo } from 'react'
import type { Text } from '#web/text.ts'
import { gridOf, TrendChart, type TrendSeries } from '../chart/trend-chart.tsx'
import type { Annotation, LifecycleAnswer, LifecycleState } from './answer.ts'
import type { Drawing, PictureProps } from './drawing.ts'
import { timeData } from './time-data.ts'

const STATE_TITLES: Readonly<Record<LifecycleState, Text>> = {
  new: { en: 'New', zh: '新增' },
  returning: { en: 'Returning', zh: '持续活跃' },
  resurrected: { en: 'Resurrected', zh: '回流' },
  dormant: { en: 'Dormant', zh: '沉默' },
  lost: { en: 'Lost', zh: '流失' },
}
/** The picture tells who came and who went; how many are away altogether is in the table. */
const HERE: readonly LifecycleState[] = ['new', 'returning', 'resurrected']
const WENT: Text = { en: 'Gone silent', zh: '转为沉默' }
const ACTIVE: Text = { en: 'Active in all', zh: '活跃合计' }

type Part = Pick<PictureProps<LifecycleAnswer>, 'answer' | 'query' | 'words'>

function dataOf(
  { answer, query, words }: Part,
  series: readonly TrendSeries[],
  annotations: readonly Annotation[] = [],
) {
  return timeData({ ...answer, interval: query.period ?? 'day', series, annotations }, words)
}
const stateSeries = ({ answer, words }: Part): TrendSeries[] =>
  answer.states.map(({ state, values, cells }) => ({ name: words.t(STATE_TITLES[state]), values, cells }))

function Picture({ label, answer, query, words, height, annotations, onCell }: PictureProps<LifecycleAnswer>) {
  const data = useMemo(() => {
    const part = { answer, query, words }
    const here = stateSeries(part).filter((_, i) => HERE.includes(answer.states[i]?.state ?? 'lost'))
    const { values, cells } = answer.newlyDormant
    const went = {
      name: words.t(WENT),
      values: values.map((v) => (v === null ? null : -v)),
      cells,
      shown: (n: number) => words.format.number(Math.abs(n)),
    }
    return dataOf(part, [...here, went], annotations)
  }, [answer, query, words, annotations])
  return <TrendChart label={label} data={data} height={height} style="stacked" onCell={onCell} />
}

export const lifecycleDrawing: Drawing<LifecycleAnswer> = {
  Picture,
  grid(answer, query, words) {
    const part = { answer, query, words }
    const active = { name: words.t(ACTIVE), values: answer.active, cells: answer.activeCells }
    const went = { name: words.t(WENT), ...answer.newlyDormant }
    return gridOf(dataOf(part, [active, ...stateSeries(part), went]), words.t, words.format.number)
  },
}
