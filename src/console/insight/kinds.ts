import type { Text } from '#web/text.ts'
import type { ChartKind } from './answer.ts'

export const KIND_TITLES: Readonly<Record<ChartKind, Text>> = {
  trend: { en: 'Trend', zh: '趋势' },
  funnel: { en: 'Funnel', zh: '漏斗' },
  retention: { en: 'Retention', zh: '留存' },
  lifecycle: { en: 'Lifecycle', zh: '生命周期' },
  stickiness: { en: 'Stickiness', zh: '粘性' },
  paths: { en: 'Paths', zh: '路径' },
  heatmap: { en: 'Heat map', zh: '时段热力图' },
  distribution: { en: 'Distribution', zh: '分布' },
  sessions: { en: 'Sessions', zh: '会话' },
  attribution: { en: 'Attribution', zh: '归因' },
}
