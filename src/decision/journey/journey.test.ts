import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { type World, world } from '#test/world'

interface ProbeTables {
  probe_marks: { cause: string; member_id: string; label: string; at: Date }
}
/** An action that can be counted, one effect per cause, and made to fail or to set off the next journey. */
function probeCapability() {
  const p = slice<ProbeTables>()('probe', {
    layer: 'decision',
    title: { en: 'Probe', zh: '探针' },
    rights: { 'probe.use': { title: { en: 'Probe', zh: '探针' }, roles: [] } },
    migrations: {
      '2026-11-22T2300_probe': (db: Kysely<never>) =>
        sql`create table probe_marks (cause text primary key, member_id uuid not null, label text not null, at timestamptz not null)`.execute(
          db,
        ),
    },
  })
  const marked = p.event('probe.marked', {
    title: { en: 'Marked', zh: '已标记' },
    data: z.object({ label: z.string(), amount: z.number() }),
  })
  const asked = p.event('probe.asked', {
    title: { en: 'Asked', zh: '已询问' },
    data: z.object({ label: z.string(), amount: z.number(), order: z.string().optional() }),
  })
  const input = z.object({ label: z.string().max(100), amount: z.number().default(0) })
  const crash = { next: false }
  const mark = p.action('probe.mark', {
    title: { en: 'Mark', zh: '标记' },
    input,
    output: z.object({}),
    offeredTo: ['operator', 'journey'],
    needs: 'probe.use',
    on: 'member',
    emits: [marked],
    fails: { 'probe.refused': { status: 409, title: { en: 'Refused', zh: '已拒绝' } } },
    async run(ctx, { label, amount }) {
      if (label === 'refuse') ctx.fail('probe.refused')
      if (label === 'broken') throw new Error('a fault of ours')
      await sql`insert into probe_marks (cause, member_id, label, at)
        values (${ctx.cause}, ${ctx.memberId}, ${label}, ${ctx.now})`.execute(ctx.db)
      ctx.emit(marked, { label, amount })
      if (crash.next) {
        crash.next = false
        throw new Error('the process died here')
      }
      return {}
    },
    async runMany(ctx, calls) {
      if (calls.some((c) => c.input.label === 'broken')) throw new Error('a fault of ours')
      await sql`insert into probe_marks (cause, member_id, label, at)
        select v.*, ${ctx.now} from unnest(${calls.map((c) => c.cause)}::text[], ${calls.map((c) => c.memberId)}::uuid[],
          ${calls.map((c) => c.input.label)}::text[]) as v`.execute(ctx.db)
      for (const c of calls) ctx.emit(marked, c.input, c)
      return calls.map(() => ({}))
    },
  })
  const ask = p.action('probe.ask', {
    title: { en: 'Ask', zh: '询问' },
    input: input.extend({ order: z.string().max(50).optional() }),
    output: z.object({}),
    offeredTo: ['operator'],
    needs: 'probe.use',
    on: 'member',
    emits: [asked],
    async run(ctx, data) {
      ctx.emit(asked, data)
      return {}
    },
  })
  const capability = p.capability({
    events: [marked, asked],
    actions: [mark, ask],
    onMerge: async () => null,
    onUnmerge: async () => {},
    onErase: async () => {},
  })
  return { capability, crash }
}

let w: World
const probe = probeCapability()
beforeAll(async () => {
  w = await world({ more: [probe.capability] })
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer
const member = async (externalId: string, properties: Answer = {}) => {
  const { memberId } = (await ask('member.upsert', { externalId, properties })) as { memberId: string }
  return memberId
}
const happens = async (externalId: string, label: string, more: Answer = {}) => {
  await ask('probe.ask', { externalId, label, ...more })
  await w.settle()
}
const marks = async (memberId: string) => {
  const { rows } = await sql<{ label: string; at: Date }>`select label, at from probe_marks
    where member_id = ${memberId} order by at, label`.execute(w.db)
  return rows.map((r) => r.label)
}
const on = (label: string) => ({ event: 'probe.asked', where: [{ path: 'label', op: 'eq', value: label }] })
const act = (label: string, next: string, more: Answer = {}) => ({
  type: 'action',
  action: 'probe.mark',
  input: { label },
  next,
  ...more,
})
const end = { type: 'exit' }

async function publish(name: string, nodes: Answer, settings: Answer = {}): Promise<string> {
  const made = await ask('journey.create', { name, graph: { nodes, start: 'in' }, settings })
  expect(made).toMatchObject({ flaws: [] })
  expect(await ask('journey.publish', { id: made.id })).toMatchObject({ version: 1 })
  await w.settle()
  return made.id as string
}
const later = (seconds: number) => new Date(w.now().getTime() + seconds * 1000).toISOString()

async function track(batch: Answer[]) {
  const { id } = await ask('source.create', { name: 'Site', key: 'site' })
  const { writeKey } = await ask('source.create_key', { sourceId: id })
  const response = await fetch(`${await w.http()}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ batch, writeKey }),
  })
  expect(response.status).toBe(200)
}

describe('a run', () => {
  it('branches by the member, fills templates, waits to the very instant and ends', async () => {
    const a = await member('run:a', { vip: true, name: '小林' })
    const b = await member('run:b', {})
    const id = await publish('branching', {
      in: { type: 'trigger', on: on('go'), next: 'which' },
      which: {
        type: 'branch',
        cases: [{ when: { property: 'vip', op: 'eq', value: true }, next: 'vip' }],
        else: 'plain',
      },
      vip: act('hello {{member.name}} {{event.properties.amount}}{{ member.nickname | , friend}}', 'rest'),
      plain: act('hello stranger', 'rest'),
      rest: { type: 'wait', for: '1h', next: 'bye' },
      bye: act('bye', 'out'),
      out: end,
    })
    const due = later(3600)
    await happens('run:a', 'go', { amount: 7 })
    await happens('run:b', 'go')
    await happens('run:b', 'something else')
    expect(await marks(a)).toEqual(['hello 小林 7, friend'])
    expect(await marks(b)).toEqual(['hello stranger'])
    await w.at(new Date(Date.parse(due) - 1).toISOString())
    expect(await marks(a)).toEqual(['hello 小林 7, friend'])
    await w.at(due)
    expect(await marks(a)).toEqual(['hello 小林 7, friend', 'bye'])
    const { runs } = (await ask('journey.explain', { id, memberId: a })) as {
      runs: { state: string; steps: Answer[] }[]
    }
    expect(runs).toHaveLength(1)
    expect(runs[0]).toMatchObject({ state: 'done' })
    expect(runs[0]?.steps.map((s) => [s.visit, s.node, s.outcome])).toEqual([
      [0, 'in', 'entered'],
      [1, 'which', 'case 1'],
      [2, 'vip', 'done'],
      [3, 'rest', 'waiting'],
      [4, 'rest', 'woken'],
      [5, 'bye', 'done'],
      [6, 'out', 'done'],
    ])
    const listed = (await ask('journey.list', { search: 'branching' })) as { items: Answer[] }
    expect(listed.items).toMatchObject([{ id, runs: { waiting: 0, done: 2, failed: 0 } }])
  })

  it('has one effect when the process dies between an action and its record', async () => {
    const a = await member('crash:a')
    await publish('crashing', {
      in: { type: 'trigger', on: on('crash'), next: 'do' },
      do: act('once', 'out'),
      out: end,
    })
    probe.crash.next = true
    await happens('crash:a', 'crash')
    expect(probe.crash.next).toBe(false)
    expect(await marks(a)).toEqual(['once'])
    const told = await w.warehouse.query<{ n: number }>(
      "SELECT count() AS n FROM events WHERE name = 'probe.marked' AND memberId = {id:UUID}",
      { id: a },
    )
    expect(told).toEqual([{ n: 1 }])
  })

  it('goes where an error leads, or fails and says why', async () => {
    const a = await member('error:a')
    const nodes = {
      in: { type: 'trigger', on: on('err'), next: 'do' },
      do: act('refuse', 'out', { onError: 'other' }),
      other: act('instead', 'out'),
      out: end,
    }
    await publish('mending', nodes)
    const id = await publish('failing', { in: nodes.in, do: act('refuse', 'out'), out: end })
    await happens('error:a', 'err')
    expect(await marks(a)).toEqual(['instead'])
    expect(await ask('journey.runs', { id })).toMatchObject({
      items: [{ state: 'failed', reason: 'probe.refused', node: 'do', externalId: 'error:a' }],
    })
  })

  it('that breaks an action fails alone, and holds up neither the others nor the clock', async () => {
    const id = await publish('breaking', {
      in: { type: 'trigger', on: on('break'), next: 'before' },
      before: { type: 'wait', for: '1h', next: 'first' },
      first: act('whole', 'second'),
      second: act('{{event.properties.order}}', 'out'),
      out: end,
    })
    const [good, bad] = [await member('break:good'), await member('break:bad')]
    await happens('break:good', 'break', { order: 'fine' })
    await happens('break:bad', 'break', { order: 'broken' })
    await w.at(later(3600))
    expect(await marks(good)).toEqual(['fine', 'whole'])
    expect(await marks(bad)).toEqual([])
    expect(await ask('journey.runs', { id, state: 'failed' })).toMatchObject({
      items: [{ memberId: bad, reason: 'service.failed' }],
    })
    const told = await w.warehouse.query<{ name: string }>(
      "SELECT name FROM events WHERE memberId = {id:UUID} AND (name = 'probe.marked' OR name = 'journey.failed')",
      { id: bad },
    )
    expect(told).toEqual([{ name: 'journey.failed' }])
  })

  it('keeps runs of one member apart by their key', async () => {
    const a = await member('key:a')
    await publish(
      'keyed',
      {
        in: { type: 'trigger', on: on('order'), key: 'order', next: 'do' },
        do: act('{{event.properties.order}}', 'rest'),
        rest: { type: 'wait', for: '1d', next: 'out' },
        out: end,
      },
      { reentry: 'never' },
    )
    for (const order of ['o1', 'o2', 'o1']) await happens('key:a', 'order', { order })
    expect(await marks(a)).toEqual(['o1', 'o2'])
  })
})

describe('coming in', () => {
  const loop = (label: string) => ({
    in: { type: 'trigger', on: on(label), next: 'do' },
    do: act('in', 'rest'),
    rest: { type: 'wait', for: '1h', next: 'out' },
    out: end,
  })

  it.each([
    ['never', 'never', [1, 1, 1]],
    ['afterExit', 'afterExit', [1, 1, 2]],
    ['always', 'always', [1, 2, 3]],
    ['after a while', { after: '90m' }, [1, 1, 1]],
  ])('%s', async (name, reentry, expected) => {
    const label = `again ${name}`
    const a = await member(label)
    await publish(`re-entry ${name}`, loop(label), { reentry })
    const seen: number[] = []
    for (let i = 0; i < 3; i++) {
      if (i > 0) await w.at(later(i === 1 ? 60 : 3600))
      await happens(label, label)
      seen.push((await marks(a)).length)
    }
    expect(seen).toEqual(expected)
    await w.at(later(3600))
    await happens(label, label)
    const last = expected.at(-1) ?? 0
    expect((await marks(a)).length).toBe(reentry === 'never' ? last : last + 1)
  })

  it('listens to segments entered and left, and takes in those inside only when asked', async () => {
    const inside = await member('seg:inside', { plan: 'gold' })
    const comes = await member('seg:comes')
    const { id: segmentId } = await ask('segment.create', {
      name: 'gold',
      definition: { property: 'plan', op: 'eq', value: 'gold' },
    })
    await w.settle()
    const graph = (when: string, label: string, enrolExisting: boolean) => ({
      in: { type: 'trigger', on: { segment: segmentId, when }, enrolExisting, next: 'do' },
      do: act(label, 'out'),
      out: end,
    })
    await publish('newcomers', graph('entered', 'new', false))
    await publish('everybody', graph('entered', 'all', true))
    await publish('leavers', graph('left', 'left', false))
    await member('seg:comes', { plan: 'gold' })
    await w.settle()
    await member('seg:comes', { plan: 'silver' })
    await w.settle()
    expect(await marks(inside)).toEqual(['all'])
    expect((await marks(comes)).sort()).toEqual(['all', 'left', 'new'])
    expect(await ask('segment.usage', { id: segmentId })).toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ kind: 'journey', name: 'leavers' })]),
    })
    expect(await ask('segment.delete', { id: segmentId })).toMatchObject({ code: 'segment.in_use' })
  })

  it('branches by a segment, which cannot be deleted then', async () => {
    const definition = { property: 'tier', op: 'eq', value: 'jade' }
    const { id: segment } = await ask('segment.create', { name: 'Jade', definition })
    const yes = await member('branch:yes', { tier: 'jade' })
    const no = await member('branch:no', { tier: 'clay' })
    await publish('by segment', {
      in: { type: 'trigger', on: on('weigh'), next: 'which' },
      which: { type: 'branch', cases: [{ when: { segment }, next: 'jade' }], else: 'clay' },
      jade: act('jade', 'out'),
      clay: act('clay', 'out'),
      out: end,
    })
    await happens('branch:yes', 'weigh')
    await happens('branch:no', 'weigh')
    expect([await marks(yes), await marks(no)]).toEqual([['jade'], ['clay']])
    expect(await ask('segment.delete', { id: segment })).toMatchObject({ code: 'segment.in_use' })
  })

  it('rests while paused, and goes on after', async () => {
    const a = await member('pause:a')
    const b = await member('pause:b')
    const id = await publish('pausing', loop('pause'))
    await happens('pause:a', 'pause')
    await ask('journey.pause', { id })
    await happens('pause:b', 'pause')
    await w.at(later(7200))
    expect(await ask('journey.runs', { id, state: 'waiting' })).toMatchObject({ items: [{ memberId: a }] })
    await ask('journey.resume', { id })
    await w.settle()
    expect(await ask('journey.runs', { id })).toMatchObject({ items: [{ memberId: a, state: 'done' }] })
    expect(await marks(b)).toEqual([])
  })

  it('ends a loop of journeys among the dead letters', async () => {
    const a = await member('loop:a')
    await publish(
      'loop',
      {
        in: {
          type: 'trigger',
          on: { event: 'probe.marked', where: [{ path: 'label', op: 'eq', value: 'loop' }] },
          next: 'do',
        },
        do: act('loop', 'out'),
        out: end,
      },
      { reentry: 'always' },
    )
    await publish('loop start', {
      in: { type: 'trigger', on: on('loop'), next: 'do' },
      do: act('loop', 'out'),
      out: end,
    })
    await happens('loop:a', 'loop')
    const { rows } = await sql<{
      n: number
    }>`select count(*)::int as n from dead_letters where kind = 'loop' and member_id = ${a}`.execute(w.db)
    expect(rows[0]?.n).toBe(1)
    expect((await marks(a)).length).toBeLessThanOrEqual(17)
  })

  it('takes a thousand members at once, each through every node once', async () => {
    const id = await publish('crowd', {
      in: { type: 'trigger', on: { event: 'Crowd' }, next: 'first' },
      first: act('first', 'rest'),
      rest: { type: 'wait', for: '1h', next: 'second' },
      second: act('second', 'out'),
      out: end,
    })
    const users = Array.from({ length: 1000 }, (_, i) => `crowd:${i}`)
    await track(users.map((userId) => ({ type: 'track', event: 'Crowd', userId })))
    await w.settle()
    await w.at(later(3600))
    const { rows } = await sql<{
      label: string
      n: number
      m: number
    }>`select label, count(*)::int as n, count(distinct member_id)::int as m
      from probe_marks where label in ('first', 'second') group by label order by label`.execute(w.db)
    expect(rows).toEqual([
      { label: 'first', n: 1000, m: 1000 },
      { label: 'second', n: 1000, m: 1000 },
    ])
    expect(await ask('journey.get', { id })).toMatchObject({ runs: { waiting: 0, done: 1000, failed: 0 } })
  })
})

describe('a graph', () => {
  const trigger = { type: 'trigger', on: on('x'), next: 'a' }
  it.each([
    ['no trigger at the start', { in: { type: 'wait', for: '1h', next: 'a' }, a: end }, 'in'],
    ['a next that is not there', { in: trigger, a: { type: 'wait', for: '1h', next: 'nowhere' } }, 'a'],
    ['a node nothing leads to', { in: trigger, a: end, lost: end }, 'lost'],
    ['a circle without a wait', { in: trigger, a: act('x', 'b'), b: act('y', 'a') }, 'a'],
    ['an unknown action', { in: trigger, a: { type: 'action', action: 'no.such', input: {}, next: 'b' }, b: end }, 'a'],
    [
      'an action journeys may not take',
      { in: trigger, a: { type: 'action', action: 'probe.ask', input: {}, next: 'b' }, b: end },
      'a',
    ],
    [
      'an input the action has not',
      { in: trigger, a: act('x', 'b', { input: { label: 'x', colour: 'red' } }), b: end },
      'a',
    ],
    ['a missing input', { in: trigger, a: act('x', 'b', { input: {} }), b: end }, 'a'],
    [
      'a segment that is not there',
      { in: { ...trigger, on: { segment: '00000000-0000-4000-8000-00000000000a', when: 'left' } }, a: end },
      'in',
    ],
  ])('with %s can be kept but not published', async (name, nodes, node) => {
    const made = await ask('journey.create', { name, graph: { nodes, start: 'in' } })
    expect((made.flaws as { node: string }[]).map((f) => f.node)).toContain(node)
    const answer = await ask('journey.publish', { id: made.id })
    expect(answer).toMatchObject({ code: 'journey.not_ready', status: 400 })
    expect((answer.errors as { path: string }[])[0]?.path).toContain('graph.nodes.')
  })

  it('may go round through a wait', async () => {
    const made = await ask('journey.create', {
      name: 'round',
      graph: { nodes: { in: trigger, a: act('x', 'b'), b: { type: 'wait', for: '1d', next: 'a' } }, start: 'in' },
    })
    expect(made).toMatchObject({ flaws: [] })
  })

  it('offers nodes and actions with their schemas', async () => {
    const { nodes, actions } = (await ask('journey.nodes')) as { nodes: Answer[]; actions: Answer[] }
    expect(nodes.map((n) => n.type)).toEqual(['trigger', 'wait', 'branch', 'action', 'exit'])
    expect(actions).toContainEqual(expect.objectContaining({ name: 'probe.mark', on: ['member'] }))
    expect(actions.map((a) => a.name)).not.toContain('probe.ask')
  })
})

describe('people', () => {
  it('moves runs with a merge, gives them back, and forgets erased members', async () => {
    const [a, b] = [await member('people:a'), await member('people:b')]
    const id = await publish('people', {
      in: { type: 'trigger', on: on('people'), next: 'rest' },
      rest: { type: 'wait', for: '1d', next: 'out' },
      out: end,
    })
    await happens('people:a', 'people')
    const { mergeId } = await ask('member.merge', { keepId: b, mergeId: a })
    await w.settle()
    expect(await ask('journey.runs', { id })).toMatchObject({ items: [{ memberId: b }] })
    await ask('member.unmerge', { mergeId })
    await w.settle()
    expect(await ask('journey.runs', { id })).toMatchObject({ items: [{ memberId: a }] })
    await ask('member.erase', { memberId: a })
    await w.settle()
    expect(await ask('journey.runs', { id })).toMatchObject({ items: [] })
  })
})
