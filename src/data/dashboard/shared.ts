// What a link shows: the dashboard and its numbers, to be looked at and nothing else. No list of people, no contact
// data, no filter, and no question but those of its tiles.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Context, Scope } from '#kernel/context'
import type { Route } from '#kernel/contribution'
import type { Host } from '#kernel/host'
import { isId } from '#kernel/ids'
import { Problem } from '#kernel/problem'
import { secretHash } from '#platform/secret'
import { drawnBetween } from './annotation.ts'
import { answer, type Question, questionsOf } from './ask.ts'
import { id, query, when } from './declare.ts'
import { spanOf } from './range.ts'
import { scopeToday } from './share.ts'
import type { DashboardTables, Db } from './tables.ts'
import { insightQuery, type Tile, view } from './tile.ts'

const credentials = {
  linkId: id,
  secret: z.string().min(20).max(100).meta({ en: 'Secret of the link', zh: '链接密钥' }),
}
const fails = {
  'dashboard.link_invalid': {
    status: 404,
    title: { en: 'This link has ended or was taken back', zh: '该链接已失效或已被撤销' },
  },
} as const

type Asker = Pick<Context<DashboardTables, never, keyof typeof fails>, 'db' | 'now' | 'fail'>

/** The link whose secret this is; unknown, ended and taken back are told alike. */
async function linkOf(ctx: Asker, { linkId, secret }: { linkId: string; secret: string }) {
  const link = await ctx.db
    .selectFrom('dashboard_links as l')
    .innerJoin('dashboards as d', 'd.id', 'l.dashboard_id')
    .selectAll('d')
    .select(['l.scope', 'l.created_by', 'l.opened_at'])
    .where('l.id', '=', linkId)
    .where('l.hash', '=', secretHash(secret))
    .where('l.revoked_at', 'is', null)
    .where('l.expires_at', '>', ctx.now)
    .executeTakeFirst()
  const scope = link && (await scopeToday(ctx.db, link.created_by, link.scope))
  return link && scope ? { dashboard: link, scope, openedAt: link.opened_at } : ctx.fail('dashboard.link_invalid')
}

/** A tile as a stranger may see it: what its question filters by is not told. */
const plainTile = z.object({
  id: z.string(),
  type: z.enum(['insight', 'number', 'goal', 'text']),
  title: z.string(),
  x: z.int(),
  y: z.int(),
  w: z.int(),
  h: z.int(),
  text: z.string().optional(),
  kind: z.string().optional(),
  query: insightQuery.optional(),
  view: view.optional(),
  unit: z.enum(['number', 'money']).optional(),
  target: z.number().optional(),
})
export const opened = z.object({
  name: z.string(),
  description: z.string(),
  brand: z.object({ en: z.string(), zh: z.string() }),
  currency: z.string(),
  timezone: z.string(),
  weekStart: z.int(),
  from: when,
  to: when,
  tiles: z.array(plainTile),
  /** What its charts name. */
  events: z.array(
    z.object({ name: z.string(), title: z.object({ en: z.string(), zh: z.string() }), money: z.boolean() }),
  ),
  annotations: z.array(z.object({ at: when, text: z.string(), kind: z.enum(['campaign', 'incident', 'note']) })),
  asOf: when,
})

/** Conditions and the values they compare with may name members. */
function withoutConditions(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutConditions)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => key !== 'filter' && key !== 'where')
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutConditions(inner)]))
}

function plain(tile: Tile, questions: readonly Question[]): z.input<typeof plainTile> | null {
  const { x, y, w, h } = tile
  const place = { id: tile.id, x, y, w, h }
  if (tile.type === 'text') return { ...place, type: 'text', title: '', text: tile.text }
  const question = questions.find((q) => q.id === tile.id)
  if (!question) return null
  return {
    ...place,
    type: tile.type === 'chart' ? 'insight' : tile.type,
    title: question.title,
    kind: question.kind,
    query: withoutConditions(question.query) as Question['query'],
    view: question.view,
    ...('unit' in tile ? { unit: tile.unit } : {}),
    ...(tile.type === 'goal' ? { target: tile.target } : {}),
  }
}

type Showing = Pick<Context<never>, 'now' | 'brand' | 'contributors'> & { db: Db }

/** What the page of a link shows before its numbers. */
export async function shown(
  ctx: Showing,
  dashboard: Pick<DashboardTables['dashboards'], 'name' | 'description' | 'content'>,
  scope: Scope,
): Promise<z.input<typeof opened>> {
  const { content } = dashboard
  const questions = await questionsOf(ctx, content)
  const timezone = content.timezone ?? ctx.brand.zone
  const span = spanOf(content.range, ctx.now, timezone, ctx.brand.weekStart)
  const [from, to] = [span.from.toISOString(), span.to.toISOString()]
  return {
    name: dashboard.name,
    description: dashboard.description,
    brand: ctx.brand.name,
    currency: ctx.brand.currency,
    timezone,
    from,
    to,
    tiles: content.tiles.flatMap((tile) => plain(tile, questions) ?? []),
    weekStart: ctx.brand.weekStart,
    events: wordsOf(ctx, JSON.stringify(questions)),
    annotations: await drawnBetween(ctx.db, scope, from, to),
    asOf: ctx.now.toISOString(),
  }
}

const wordsOf = ({ contributors }: Showing, asked: string) =>
  contributors
    .flatMap((c) => c.events)
    .filter((e) => asked.includes(JSON.stringify(e.name)))
    .map(({ name, title, data }) => ({ name, title, money: 'currency' in data.shape }))

/** When it was last opened is asked in hours. */
const OPENED_MS = 3_600_000

export const open = query('dashboard.open_link', {
  title: { en: 'Open a shared dashboard', zh: '打开分享的看板' },
  input: z.object(credentials),
  output: opened,
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  // The secret must not stand in an address.
  personal: true,
  rate: { max: 120, seconds: 60, by: 'address' },
  fails,
  async run(ctx, input) {
    const { dashboard, scope, openedAt } = await linkOf(ctx, input)
    if (!openedAt || ctx.now.getTime() - openedAt.getTime() >= OPENED_MS)
      await ctx.db.updateTable('dashboard_links').set({ opened_at: ctx.now }).where('id', '=', input.linkId).execute()
    return shown(ctx, dashboard, scope)
  },
})

export const read = query('dashboard.read_tile', {
  title: { en: 'Numbers of a shared tile', zh: '分享看板的图块数据' },
  input: z.object({ ...credentials, tileId: z.string().max(40) }),
  output: z.object({ answer: z.record(z.string(), z.unknown()) }),
  offeredTo: ['public'],
  needs: null,
  on: 'brand',
  personal: true,
  // A wall of a dozen tiles behind one address, looked at by an office.
  rate: { max: 1200, seconds: 60, by: 'address' },
  fails,
  async run(ctx, input) {
    const { dashboard, scope } = await linkOf(ctx, input)
    const tiles = dashboard.content.tiles.filter((t) => t.id === input.tileId)
    const [question] = await questionsOf(ctx, { ...dashboard.content, tiles })
    if (!question) return ctx.fail('object.unknown')
    return { answer: await answer(ctx, scope, ctx.locale, question) }
  },
})

const SHELL = join(import.meta.dirname, '../../../dist/console/index.html')
const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; form-action 'self'"

/**
 * The page of a link. It is the one page that other sites may show in a frame, and only those its link names; browsers
 * that know frame-ancestors go by it and not by X-Frame-Options.
 */
export const sharedPage: Route = {
  method: 'GET',
  path: '/console/shared/:linkId',
  title: { en: 'Page of a shared dashboard', zh: '分享看板页面' },
  needs: null,
  async handle(request, env) {
    const host = env.host as Host
    const linkId = new URL(request.url).pathname.split('/').at(-1)
    const link = isId(linkId)
      ? await (host.db as unknown as Db)
          .selectFrom('dashboard_links')
          .select('frame_origins')
          .where('id', '=', linkId)
          .where('revoked_at', 'is', null)
          .where('expires_at', '>', host.now())
          .executeTakeFirst()
      : undefined
    const ancestors = ["'self'", ...(link?.frame_origins ?? [])].join(' ')
    const page = await readFile(SHELL).catch(() => null)
    if (!page) throw new Problem('route.unknown', 404)
    return new Response(new Uint8Array(page), {
      headers: {
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
        'content-security-policy': `${POLICY}; frame-ancestors ${ancestors}`,
        'referrer-policy': 'no-referrer',
      },
    })
  },
}
