// What analyses answer, as the pages draw it. Names and meaning are those of `insight.*`; see docs/guide.md.
type Numbers = readonly (number | null)[]
type Cells = readonly string[]

export interface TrendSeries {
  name: string
  /** Absent without a breakdown; null: without a value. */
  group?: string | null
  formula?: boolean
  values: Numbers
  cells: Cells
  total: number | null
  totalCell?: string
  previous?: Numbers
  previousTotal?: number | null
}
export interface TrendAnswer {
  buckets: readonly string[]
  unfinished: readonly number[]
  series: readonly TrendSeries[]
}

export interface FunnelStep {
  entered: number
  cell?: string
  droppedCell?: string
  conversionRate: number | null
  fromPrevious: number | null
  medianSeconds: number | null
  avgSeconds: number | null
}
export interface FunnelAnswer {
  steps: readonly FunnelStep[]
  excluded?: number
  excludedCell?: string
  stillOpen: number
  stillOpenCell?: string
  /** By value; "" is without one. */
  groups?: Readonly<Record<string, { steps: readonly FunnelStep[] }>>
  trend?: readonly { bucket: string; entered: number; converted: number; rate: number | null; cell: string }[]
}

export interface Cohort {
  cohort: string
  size: number
  values: Numbers
  cells: Cells
}
interface Cohorts {
  rows: readonly Cohort[]
  average: Numbers
}
export interface RetentionAnswer extends Cohorts {
  groups?: Readonly<Record<string, Cohorts>>
}

export type LifecycleState = 'new' | 'returning' | 'resurrected' | 'dormant' | 'lost'
export interface LifecycleAnswer {
  buckets: readonly string[]
  unfinished: readonly number[]
  states: readonly { state: LifecycleState; values: Numbers; cells: Cells }[]
  /** Active in the period before and not in this one. */
  newlyDormant: { values: Numbers; cells: Cells }
}

export interface StickinessAnswer {
  histogram: readonly { periods: number; members: number; cell: string }[]
  days: readonly { day: string; dau: number; mau: number; ratio: number | null }[]
  unfinished: readonly number[]
  ratio: number | null
}

export interface HeatCell {
  weekday: number
  hour: number
  value: number
  cell?: string
}
export interface HeatmapAnswer {
  cells: readonly HeatCell[]
  total: number
  totalCell: string
  best?: readonly { weekday: number; hour: number }[]
}

export interface DistributionAnswer {
  bins: readonly { from: number | null; to: number | null; members: number; cell: string }[]
  members: number
  membersCell: string
  mean: number | null
  median: number | null
  p90: number | null
}

export interface PathNode {
  id: string
  step: number
  name: string
  count: number
  cell: string
}
export interface PathLink {
  from: string
  to: string
  count: number
  avgSeconds: number | null
  cell: string
}
export interface PathsAnswer {
  nodes: readonly PathNode[]
  links: readonly PathLink[]
  dropOff: readonly { node: string; count: number; cell: string }[]
  total: number
  totalCell: string
}

export const SESSION_MEASURES = ['sessions', 'members', 'avgSeconds', 'eventsPerSession', 'bounceRate'] as const
export type SessionMeasure = (typeof SESSION_MEASURES)[number]
export interface SessionsAnswer {
  buckets: readonly string[]
  unfinished: readonly number[]
  series: readonly { name: SessionMeasure; values: Numbers; cells: Cells }[]
  total: Readonly<Record<SessionMeasure, number | null>>
  totalCell: string
}

export interface AttributionAnswer {
  rows: readonly {
    touch: number
    /** The value of the field that tells it apart. */
    name: string | null
    conversions: number
    value: number | null
    share: number
    members: number
    cell: string
  }[]
  unattributed: number
  unattributedMembers: number
  unattributedCell: string
  total: number
  totalCell: string
}

export interface Answers {
  trend: TrendAnswer
  funnel: FunnelAnswer
  retention: RetentionAnswer
  lifecycle: LifecycleAnswer
  stickiness: StickinessAnswer
  heatmap: HeatmapAnswer
  distribution: DistributionAnswer
  paths: PathsAnswer
  sessions: SessionsAnswer
  attribution: AttributionAnswer
}
export type ChartKind = keyof Answers

/** A question as it is sent; each kind reads its own fields. */
export type InsightQuery = Readonly<Record<string, unknown>>

/** What is noted on the time line of every chart: a campaign, an incident. */
export interface Annotation {
  /** An instant. */
  at: string
  title: string
}
