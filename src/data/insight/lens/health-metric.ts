// The counts that community health is made of, each as rows of a group and a member, so that a number and its people
// come from one relation.
import type { z } from 'zod'
import type { path } from '#data/segment'
import type { Sheet } from '../sheet.ts'
import { questions } from './response.ts'
import { own, REPLIES, type Scene } from './scene.ts'

/** `unanswered` and `answered` are questions; the others members. */
export const METRICS = [
  'members',
  'active',
  'newcomers',
  'joiners',
  'retained',
  'contributors',
  'answered',
  'unanswered',
] as const
export type Metric = (typeof METRICS)[number]

export interface Span {
  name: 'now' | 'before'
  from: Date
  to: Date
}
export interface Grouping extends Scene {
  by?: { property: z.output<typeof path> } | undefined
}

const DAY_MS = 86_400_000
const daysBefore = (at: Date, days: number) => new Date(at.getTime() - days * DAY_MS)

/** The range as far as it has gone, and as long a time right before it. */
export const spans = ({ from, at }: Sheet): readonly [Span, Span] => {
  const before = new Date(2 * from.getTime() - at.getTime())
  return [
    { name: 'now', from, to: at },
    { name: 'before', from: before, to: from },
  ]
}

/** Rows (g, root): who belongs to which group at an instant. */
function groups(sheet: Sheet, { by, community }: Grouping, at: Date): string {
  const facts = `SELECT ${sheet.root} AS root, key, value, validFrom, seq FROM (SELECT *, false AS bot FROM facts
    WHERE validFrom <= ${sheet.instant(at)}) WHERE ${sheet.audience}`
  const latest = 'argMax(value, (validFrom, seq)) AS v'
  if (by) {
    const key = sheet.bind(
      'String',
      `property:${typeof by.property === 'string' ? by.property : by.property.join('.')}`,
    )
    const ofProperty = `SELECT v AS g, root FROM (SELECT root, ${latest} FROM (${facts}) WHERE key = ${key} GROUP BY root) WHERE v != ''`
    return community === undefined
      ? ofProperty
      : `${ofProperty} AND root IN (SELECT root FROM (${groups(sheet, { community }, at)}))`
  }
  const one =
    community === undefined
      ? "startsWith(key, 'community:')"
      : `key = ${sheet.bind('String', `community:${community}`)}`
  return `SELECT substring(key, 11) AS g, root FROM (SELECT key, root, ${latest} FROM (${facts}) WHERE ${one} GROUP BY key, root)
    WHERE JSONExtractString(v, 'state') = 'active'`
}

const WRITTEN = "name IN ('post.created', 'answer.created', 'comment.created', 'wiki.created')"
const NOWHERE = '00000000-0000-0000-0000-000000000000'

/** Rows (g, root, written): members of a group who did something there or nowhere in particular, and what they wrote. */
function acting(sheet: Sheet, asked: Grouping, from: Date, at: Date): string {
  const done = `SELECT ${sheet.root} AS root, toString(communityId) AS place, countIf(${WRITTEN}) AS n FROM events
    WHERE ${sheet.within(from, at)} AND ${own(sheet, {})} AND ${sheet.audience} GROUP BY root, place`
  const where = asked.by ? '' : `WHERE d.place IN (b.g, '${NOWHERE}')`
  return `SELECT b.g AS g, d.root AS root, sum(d.n) AS written FROM (${done}) AS d
    INNER JOIN (${groups(sheet, asked, at)}) AS b ON b.root = d.root ${where} GROUP BY g, root`
}

/** Rows (g, root) of those who joined; of a property's group they need not have stayed in the community. */
function joining(sheet: Sheet, asked: Grouping, from: Date, to: Date, at: Date): string {
  const joined = `SELECT DISTINCT toString(communityId) AS g, ${sheet.root} AS root FROM events
    WHERE ${sheet.within(from, to)} AND name = 'community.joined' AND ${sheet.audience}`
  const inPlace =
    asked.community === undefined ? joined : `${joined} AND communityId = ${sheet.bind('UUID', asked.community)}`
  if (!asked.by) return inPlace
  return `SELECT b.g AS g, j.root AS root FROM (SELECT DISTINCT root FROM (${inPlace})) AS j
    INNER JOIN (${groups(sheet, asked, at)}) AS b ON b.root = j.root`
}

/** Rows (g, root, state, wait) of the questions asked. */
function asking(sheet: Sheet, asked: Grouping, { from, to }: Span): string {
  const rows = questions(
    sheet,
    {
      ...{ question: { event: 'post.created', where: [] }, replies: REPLIES, window: '7d', interval: 'day' },
      community: asked.community,
    },
    from,
    to,
  )
  if (!asked.by) return `SELECT g, root, state, wait FROM (${rows})`
  return `SELECT b.g AS g, q.root AS root, q.state AS state, q.wait AS wait FROM (${rows}) AS q
    INNER JOIN (${groups(sheet, asked, to)}) AS b ON b.root = q.root`
}

/** Rows (g, root, kept) of who joined 60 to 30 days before the end; kept: did something in the last 30 days. */
function cohort(sheet: Sheet, asked: Grouping, { to }: Span): string {
  const back = `SELECT g, root FROM (${acting(sheet, asked, daysBefore(to, 30), to)})`
  return `SELECT g, root, (g, root) IN (${back}) AS kept
    FROM (${joining(sheet, asked, daysBefore(to, 60), daysBefore(to, 30), to)})`
}

/** What counts come from, each read once, and where a count is a part of it. */
const SOURCES = {
  groups: (sheet: Sheet, asked: Grouping, { to }: Span) => groups(sheet, asked, to),
  acting: (sheet: Sheet, asked: Grouping, { from, to }: Span) => acting(sheet, asked, from, to),
  joining: (sheet: Sheet, asked: Grouping, { from, to }: Span) => joining(sheet, asked, from, to, to),
  cohort,
  asking,
} as const
const PARTS: Readonly<Record<Metric, readonly [keyof typeof SOURCES, string]>> = {
  members: ['groups', '1'],
  active: ['acting', '1'],
  contributors: ['acting', 'written > 0'],
  newcomers: ['joining', '1'],
  joiners: ['cohort', '1'],
  retained: ['cohort', 'kept'],
  answered: ['asking', "state = 'answered'"],
  unanswered: ['asking', "state = 'unanswered'"],
}

/** Rows (g, root …) behind a count. */
export function relationOf(sheet: Sheet, asked: Grouping, span: Span, metric: Metric): string {
  const [source, part] = PARTS[metric]
  return `SELECT * FROM (${SOURCES[source](sheet, asked, span)}) WHERE ${part}`
}

export interface Figures {
  counts: Record<Metric, number>
  gini: number | null
  responseSeconds: number | null
}

const SORTED = 'arraySort(groupArrayIf(toFloat64(written), written > 0))'
/** Beside the counts of a source. */
const EXTRAS: Readonly<Record<string, string>> = {
  acting: `, if(contributors = 0, NULL, 2 * arraySum(arrayMap((x, i) -> x * i, ${SORTED}, arrayEnumerate(${SORTED})))
    / (contributors * sum(written)) - (contributors + 1) / contributors) AS gini`,
  asking: ", if(answered = 0, NULL, quantileExactInclusiveIf(0.5)(wait, state = 'answered')) AS responseSeconds",
}

/** All groups with their counts in a span. */
export async function figures(sheet: Sheet, asked: Grouping, span: Span): Promise<Map<string, Figures>> {
  const found = new Map<string, Figures>()
  for (const [source, relation] of Object.entries(SOURCES)) {
    const counts = METRICS.filter((m) => PARTS[m][0] === source).map(
      (m) =>
        `${source === 'asking' ? 'countIf' : 'uniqExactIf'}(${source === 'asking' ? '' : 'root, '}${PARTS[m][1]}) AS ${m}`,
    )
    const rows = await sheet.rows<{ g: string } & Partial<Record<Metric | 'gini' | 'responseSeconds', number | null>>>(
      `SELECT g, ${counts.join(', ')}${EXTRAS[source] ?? ''} FROM (${relation(sheet, asked, span)}) GROUP BY g`,
    )
    for (const { g, gini, responseSeconds, ...numbers } of rows) {
      const of = found.get(g) ?? { counts: { ...NONE }, gini: null, responseSeconds: null }
      found.set(g, {
        counts: { ...of.counts, ...(numbers as Partial<Record<Metric, number>>) },
        gini: gini ?? of.gini,
        responseSeconds: responseSeconds ?? of.responseSeconds,
      })
    }
  }
  return found
}

const NONE = Object.fromEntries(METRICS.map((m) => [m, 0])) as Record<Metric, number>
