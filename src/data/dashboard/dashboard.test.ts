// Dashboards through the front door: saved by two at once, asked with their days and filter, shared by link and by mail.
import { randomUUID } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Actor, Scope } from '#kernel/context'
import { type World, world } from '#test/world'

type Json = Record<string, unknown>
let w: World
let base: string
let tea: string
let coffee: string
/** Accounts as they stand in the database, since links live as long as their makers may share. */
let analyst: Actor
let narrow: Actor

const ask = async (operation: string, input: Json = {}, who: Actor = analyst) =>
  (await w.as(who, operation, input)) as Json
async function account(role: 'manager' | 'analyst', scope: Scope): Promise<Actor> {
  const email = `${randomUUID()}@x.example`
  const { token } = await ask('operator.invite', { email, role, scope }, w.owner)
  await ask('operator.accept_invitation', { token, password: 'four quiet words suffice', name: role }, w.public)
  const { items } = (await ask('operator.list', { limit: 200 }, w.owner)) as {
    items: { operatorId: string; email: string }[]
  }
  const operatorId = items.find((o) => o.email === email)?.operatorId ?? ''
  return { ...w.operator(role, scope), id: `operator:${operatorId}`, operatorId }
}

beforeAll(async () => {
  w = await world({ env: { BANYAN_PUBLIC_URL: 'https://tea.example.org' } })
  vi.stubEnv('BANYAN_CHROMIUM', 'off')
  base = await w.http()
  const community = async (name: string) =>
    String((await ask('community.create', { name, type: 'interest', admission: 'open' }, w.owner)).id)
  tea = await community('茶友会')
  coffee = await community('咖啡会')
  for (const [externalId, communityId] of [
    ['mei', tea],
    ['lin', tea],
    ['chen', coffee],
  ] as const) {
    const member = await w.member({ externalId, email: `${externalId}@mail.example` })
    await w.as(member, 'community.join', { communityId })
    await w.as(member, 'checkin.complete')
  }
  await w.settle()
  analyst = await account('analyst', { kind: 'all' })
  narrow = await account('manager', { kind: 'communities', ids: [tea] })
})
afterAll(() => {
  vi.unstubAllEnvs()
  return w.end()
})

const tile = (id: string, y: number, of: Json) => ({ id, x: 0, y, w: 6, h: 4, ...of })
const CHECKINS = { event: 'checkin.completed', measure: 'members' }
const CONTENT = {
  range: { preset: '7d' },
  tiles: [
    tile('people', 0, { type: 'number', title: '打卡成员', metric: CHECKINS }),
    tile('goal', 4, { type: 'goal', title: '目标', metric: CHECKINS, target: 6 }),
    tile('words', 8, { type: 'text', text: '# 说明' }),
    tile('chart', 12, {
      type: 'insight',
      title: '趋势',
      kind: 'trend',
      query: { interval: 'day', series: [{ ...CHECKINS, where: [] }] },
    }),
  ],
}
const made = async (content: Json = CONTENT, who = analyst) =>
  String((await ask('dashboard.create', { name: '晨会', content }, who)).id)
type Question = { id: string; kind: string; query: Json }
const totalOf = (answer: unknown) => (answer as { series: { total: number }[] }).series[0]?.total

test('every tile asks with the days, the zone and the filter of the dashboard, or with days of its own', async () => {
  const filter = { community: tea }
  const own = { ...CONTENT.tiles[0], id: 'own', y: 20, range: { from: '2026-02-27', to: '2026-02-28' } }
  const id = await made({
    ...CONTENT,
    filter,
    tiles: [...CONTENT.tiles, own],
    timezone: 'Europe/Berlin',
    compare: true,
  })
  const { questions } = (await ask('dashboard.get', { id })) as { questions: Question[] }
  expect(questions.map((q) => q.id)).toEqual(['people', 'goal', 'chart', 'own'])
  const [people, goal, chart, fixed] = questions.map((q) => q.query)
  expect(people).toMatchObject({
    from: '2026-02-22T23:00:00.000Z',
    to: '2026-03-01T23:00:00.000Z',
    timezone: 'Europe/Berlin',
    filter,
    compare: true,
  })
  expect(goal).not.toHaveProperty('compare')
  expect(chart).toMatchObject({ compare: true, interval: 'day' })
  expect(fixed).toMatchObject({ from: '2026-02-26T23:00:00.000Z', to: '2026-02-28T23:00:00.000Z' })
  expect(totalOf(await ask('insight.trend', people))).toBe(2)
})

test('ranges lie where the calendar says', async () => {
  const spans = async (range: Json) => {
    const { questions } = (await ask('dashboard.questions', {
      content: { range, tiles: [CONTENT.tiles[0]] },
    })) as { questions: Question[] }
    const { from, to } = { ...questions[0]?.query } as { from: string; to: string }
    return [from, to].map((at) => new Date(Date.parse(at) + 8 * 3_600_000).toISOString().slice(0, 10))
  }
  // 1 March 2026 is a Sunday; the end is the day after the last one.
  expect(await spans({ preset: 'today' })).toEqual(['2026-03-01', '2026-03-02'])
  expect(await spans({ preset: '28d' })).toEqual(['2026-02-02', '2026-03-02'])
  expect(await spans({ preset: 'thisWeek' })).toEqual(['2026-02-23', '2026-03-02'])
  expect(await spans({ preset: 'lastWeek' })).toEqual(['2026-02-16', '2026-02-23'])
  expect(await spans({ preset: 'lastMonth' })).toEqual(['2026-02-01', '2026-03-01'])
  expect(await spans({ preset: 'lastQuarter' })).toEqual(['2025-10-01', '2026-01-01'])
  expect(await spans({ from: '2026-01-05', to: '2026-01-05' })).toEqual(['2026-01-05', '2026-01-06'])
})

test('whoever saves second is told, and nothing is written over', async () => {
  const id = await made()
  expect(await ask('dashboard.update', { id, version: 1, name: '周会' })).toMatchObject({ version: 2 })
  expect(await ask('dashboard.update', { id, version: 1, name: '月会' })).toMatchObject({
    status: 409,
    code: 'dashboard.changed_meanwhile',
  })
  expect(await ask('dashboard.get', { id })).toMatchObject({ name: '周会', version: 2 })
})

test('what a kind refuses is refused when it is saved, with its place', async () => {
  const bad = {
    ...CONTENT,
    tiles: [tile('x', 0, { type: 'insight', title: '', kind: 'trend', query: { series: [] } })],
  }
  expect(await ask('dashboard.create', { content: bad })).toMatchObject({
    status: 400,
    errors: [{ path: 'tiles.0.query.series' }],
  })
  const unknown = { ...CONTENT, tiles: [tile('x', 0, { type: 'insight', title: '', kind: 'horoscope', query: {} })] }
  expect(await ask('dashboard.create', { content: unknown })).toMatchObject({ errors: [{ path: 'tiles.0.kind' }] })
  const wide = { tiles: [{ ...CONTENT.tiles[0], x: 8, w: 6 }] }
  expect(await ask('dashboard.create', { content: wide })).toMatchObject({ status: 400 })
})

test('a private dashboard is its maker’s, a shared one everybody’s; lists search, sort and page', async () => {
  const other = w.operator('content')
  const id = String((await ask('dashboard.create', { name: '只给自己', shared: false })).id)
  expect(await ask('dashboard.get', { id }, other)).toMatchObject({ status: 404 })
  expect(await ask('dashboard.delete', { id }, other)).toMatchObject({ status: 404 })
  const names = async (input: Json, who = analyst) => {
    const { items } = (await ask('dashboard.list', { limit: 200, ...input }, who)) as { items: { name: string }[] }
    return items.map((d) => d.name)
  }
  expect(await names({ search: '自己' }, other)).toEqual([])
  expect(await names({ search: '自己' })).toEqual(['只给自己'])
  expect(await names({ mine: true }, other)).toEqual([])
  const all = await names({ sort: 'name', order: 'asc' })
  const paged: string[] = []
  for (let cursor: unknown; cursor !== null; ) {
    const page = (await ask('dashboard.list', {
      limit: 2,
      sort: 'name',
      order: 'asc',
      ...(cursor ? { cursor } : {}),
    })) as {
      items: { name: string }[]
      nextCursor: string | null
    }
    paged.push(...page.items.map((d) => d.name))
    cursor = page.nextCursor
  }
  expect(paged).toEqual(all)
})

test('a saved chart stands on dashboards, changes with itself, and stays as a copy when it is deleted', async () => {
  const query = { interval: 'day', series: [CHECKINS], from: '2020-01-01T00:00:00Z', to: '2020-01-02T00:00:00Z' }
  const chartId = String((await ask('chart.create', { name: '打卡', kind: 'trend', query })).id)
  const id = await made({ tiles: [] })
  expect(await ask('dashboard.add_tile', { id, chartId })).toMatchObject({ version: 2 })
  await ask('dashboard.add_tile', { id, kind: 'trend', query, title: '一次性' })
  await ask('chart.update', { id: chartId, version: 1, query: { interval: 'week', series: [CHECKINS] } })
  const asked = async () =>
    ((await ask('dashboard.get', { id })) as { questions: (Question & { title: string })[] }).questions
  expect((await asked())[0]).toMatchObject({ title: '打卡', query: { interval: 'week' } })
  // A question's own days are not kept: they would be covered by the dashboard's.
  expect((await asked())[1]?.query.from).toBe('2026-02-01T16:00:00.000Z')
  expect(await ask('chart.list', { search: '打卡' })).toMatchObject({ items: [{ dashboards: 1 }] })
  expect(await ask('chart.delete', { id: chartId })).toMatchObject({ dashboards: 1 })
  expect((await asked())[0]).toMatchObject({ title: '打卡', kind: 'trend', query: { interval: 'week' } })
})

test('what dashboards filter by says that they use it', async () => {
  const segment = String(
    (await ask('segment.create', { name: '打卡过', definition: { event: 'checkin.completed' } }, w.owner)).id,
  )
  await made({ tiles: [], filter: { segment } })
  expect(await ask('segment.delete', { id: segment }, w.owner)).toMatchObject({ status: 409 })
})

test('every template is a dashboard in both languages; what has to wait is named', async () => {
  const { items } = (await ask('dashboard.templates')) as { items: { key: string; tiles: number; waiting: string[] }[] }
  expect(items.map((t) => t.key)).toEqual([
    ...['overview', 'growth', 'activity', 'conversion', 'retention', 'support', 'campaign'],
  ])
  expect(items.find((t) => t.key === 'support')?.waiting).toContain('ticket.opened')
  for (const { key, tiles } of items)
    for (const language of ['zh', 'en']) {
      const { id } = await ask('dashboard.create', { template: key, language })
      const { content, questions } = (await ask('dashboard.get', { id })) as {
        content: { tiles: Json[] }
        questions: Question[]
      }
      expect([key, content.tiles.length]).toEqual([key, tiles])
      expect(tiles).toBeGreaterThan(2)
      if (language === 'zh') continue
      expect(JSON.stringify(content)).not.toMatch(/\p{Script=Han}/u)
      for (const { kind, query } of questions) expect(await ask(`insight.${kind}`, query)).toHaveProperty('asOf')
    }
})

test('annotations are found by time; one of a community is told to those in charge of it', async () => {
  await ask('annotation.create', { at: '2026-02-20T00:00:00Z', text: '新春活动', kind: 'campaign' })
  await ask('annotation.create', {
    at: '2026-02-25T00:00:00Z',
    text: '咖啡会停机',
    kind: 'incident',
    communityId: coffee,
  })
  const texts = async (input: Json, who = analyst) =>
    ((await ask('annotation.list', input, who)) as { items: { text: string }[] }).items.map((a) => a.text)
  expect(await texts({})).toEqual(['咖啡会停机', '新春活动'])
  expect(await texts({ to: '2026-02-21T00:00:00Z' })).toEqual(['新春活动'])
  expect(await texts({}, narrow)).toEqual(['新春活动'])
  expect(
    await ask('annotation.create', { at: '2026-02-20T00:00:00Z', text: '越权', communityId: coffee }, narrow),
  ).toMatchObject({
    status: 403,
  })
})

const linked = async (id: string, input: Json = {}, who = analyst) => {
  const { linkId, path } = (await ask('dashboard.create_link', { id, label: '合作方', ...input }, who)) as Record<
    string,
    string
  >
  return { linkId, secret: path?.split('#')[1] }
}
const post = async (operation: string, input: Json) => {
  const answer = await fetch(`${base}/api/${operation}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

test('a link shows the numbers of its scope to whoever has no account, and nothing else', async () => {
  const id = await made({ ...CONTENT, filter: { property: 'email', op: 'exists' } })
  const whole = await linked(id)
  const part = await linked(id, { communityIds: [tea] })
  const { status, body } = await post('dashboard.open_link', whole)
  expect(status).toBe(200)
  expect(JSON.stringify(body)).not.toMatch(/filter|where|email/)
  const read = async (link: Json, tileId = 'people') =>
    (await post('dashboard.read_tile', { ...link, tileId })).body.answer
  expect(totalOf(await read(whole))).toBe(3)
  expect(totalOf(await read(part))).toBe(2)
  expect((await post('dashboard.read_tile', { ...whole, tileId: 'words' })).status).toBe(404)
  // The secret of a link opens no other operation.
  expect((await post('insight.trend', { ...whole })).status).toBe(401)
  expect((await post('dashboard.open_link', { ...whole, secret: part.secret })).status).toBe(404)
  // Only a hash is kept.
  const rows = await w.db.selectFrom('dashboard_links').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain(whole.secret)
})

test('a link ends when it is revoked, when its time is over, and when its maker may no longer share', async () => {
  const id = await made()
  const status = async (link: Json) => (await post('dashboard.open_link', link)).status
  const revoked = await linked(id)
  expect(await status(revoked)).toBe(200)
  await ask('dashboard.revoke_link', { linkId: revoked.linkId })
  expect(await status(revoked)).toBe(404)
  expect((await ask('dashboard.links', { id })).items).toMatchObject([{ state: 'revoked' }])

  const leaver = await account('manager', { kind: 'all' })
  const theirs = await linked(id, {}, leaver)
  expect(totalOf((await post('dashboard.read_tile', { ...theirs, tileId: 'people' })).body.answer)).toBe(3)
  // In charge of less than before: so is the link.
  await ask('operator.update', { operatorId: leaver.operatorId, scope: { kind: 'communities', ids: [tea] } }, w.owner)
  expect(totalOf((await post('dashboard.read_tile', { ...theirs, tileId: 'people' })).body.answer)).toBe(2)
  await ask('operator.update', { operatorId: leaver.operatorId, disabled: true }, w.owner)
  expect(await status(theirs)).toBe(404)

  const short = await linked(id, { days: 1 })
  await w.at('2026-03-02T03:00:00.000Z')
  expect(await status(short)).toBe(404)
})

test('nobody gives away more than they see, and who may not share makes no link', async () => {
  const id = await made()
  expect(await ask('dashboard.create_link', { id, label: 'x', communityIds: [coffee] }, narrow)).toMatchObject({
    status: 403,
  })
  const link = await linked(id, {}, narrow)
  expect(totalOf((await post('dashboard.read_tile', { ...link, tileId: 'people' })).body.answer)).toBe(2)
  expect(await ask('dashboard.create_link', { id, label: 'x' }, w.operator('content'))).toMatchObject({ status: 403 })
})

test('only the page of a link may stand in a frame, and only where the link says', async () => {
  const id = await made()
  const { linkId } = await linked(id, { frameOrigins: ['https://intranet.example.org'] })
  expect(
    await ask('dashboard.create_link', { id, label: 'x', frameOrigins: ["https://a.b; script-src 'x'"] }),
  ).toMatchObject({
    status: 400,
  })
  const policy = async (path: string) => (await fetch(`${base}${path}`)).headers.get('content-security-policy')
  expect(await policy(`/console/shared/${linkId}`)).toMatch(/frame-ancestors 'self' https:\/\/intranet\.example\.org$/)
  expect(await policy(`/console/shared/${randomUUID()}`)).toMatch(/frame-ancestors 'self'$/)
  expect(await policy('/console/')).toMatch(/frame-ancestors 'self';/)
})

const mails = () => {
  const folder = join(w.config.BANYAN_DATA_DIR, 'mail')
  return readdirSync(folder)
    .sort()
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .filter((m) => /^To: .*@read\.example/m.test(m))
}
/** The text part of a mail, as its reader sees it. */
const textOf = (mail: string) => {
  const [head = '', body = ''] = (mail.split(/^--.*$/m)[1] ?? '').trimStart().split(/\n\n/)
  if (/base64/.test(head)) return Buffer.from(body, 'base64').toString()
  const bytes = body
    .replaceAll(/=\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}
const weekly = { every: 'week', weekday: 3, time: '08:30', timezone: 'Asia/Shanghai' }

test('a schedule mails every reader once a due instant, and says what is missing where nothing draws', async () => {
  const id = await made()
  const { scheduleId, nextAt } = await ask('dashboard.schedule', {
    id,
    rhythm: weekly,
    recipients: ['a@read.example', 'b@read.example', 'A@read.example'],
    language: 'zh',
  })
  expect(nextAt).toBe('2026-03-04T00:30:00.000Z')
  await w.at('2026-03-04T00:31:00.000Z')
  await w.settle()
  expect(mails()).toHaveLength(2)
  const { items } = (await ask('dashboard.deliveries', { scheduleId })) as { items: { deliveryId: string }[] }
  expect(items).toMatchObject([{ state: 'sent', sent: 2, attached: null, reason: 'no_browser', dueAt: nextAt }])
  // Handed over again, as after a crash: nobody gets a second one.
  await w.db
    .updateTable('dashboard_deliveries')
    .set({ state: 'planned' })
    .where('id', '=', String(items[0]?.deliveryId))
    .execute()
  await w.host.transaction((tx) =>
    w.host.enqueue(tx, 'dashboard.deliver', { deliveryId: items[0]?.deliveryId }, undefined),
  )
  await w.settle()
  expect(mails()).toHaveLength(2)
  const decoded = textOf(mails()[0] ?? '')
  expect(decoded).toContain('BANYAN_CHROMIUM')
  expect(decoded).toContain('打卡成员')

  await w.at('2026-03-11T00:31:00.000Z')
  await w.settle()
  expect(mails()).toHaveLength(4)
  await ask('dashboard.unschedule', { scheduleId })
  await w.at('2026-03-18T01:00:00.000Z')
  await w.settle()
  expect(mails()).toHaveLength(4)
  expect((await ask('dashboard.schedules', { id })).items).toMatchObject([{ nextAt: null, last: { state: 'sent' } }])
})

test('communities are ranked by members active today, inside the scope', async () => {
  const mei = await w.member({ externalId: 'mei' })
  await w.as(mei, 'checkin.complete')
  await w.settle()
  expect((await ask('cockpit.ranking')).items).toEqual([
    { communityId: tea, members: 2, active: 1 },
    { communityId: coffee, members: 1, active: 0 },
  ])
  expect((await ask('cockpit.ranking', {}, narrow)).items).toEqual([{ communityId: tea, members: 2, active: 1 }])
})

test('deleting a dashboard ends its links and its mails', async () => {
  const id = await made()
  const link = await linked(id)
  await ask('dashboard.schedule', { id, rhythm: weekly, recipients: ['a@read.example'] })
  expect(await ask('dashboard.get', { id })).toMatchObject({ links: 1, schedules: 1 })
  expect(await ask('dashboard.duplicate', { id })).toMatchObject({ version: 1 })
  await ask('dashboard.delete', { id })
  expect((await post('dashboard.open_link', link)).status).toBe(404)
  expect(await w.db.selectFrom('dashboard_schedules').selectAll().where('dashboard_id', '=', id).execute()).toEqual([])
})
