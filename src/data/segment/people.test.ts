// What operators do with the members of segments: compare, see what changed, export, act in bulk; against plain set
// arithmetic and the files as spreadsheet programs read them.
import ExcelJS from 'exceljs'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#kernel/context'
import { type World, world } from '#test/world'
import { later, tracker } from './tracker.fixture.ts'

let w: World
let track: Awaited<ReturnType<typeof tracker>>
let base: string
beforeAll(async () => {
  w = await world()
  track = await tracker(w)
  base = await w.http()
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}, who: Actor = w.owner) =>
  (await w.as(who, operation, input)) as Answer
async function make(name: string, definition: unknown): Promise<string> {
  const { id } = await ask('segment.create', { name, definition: definition as Answer })
  await w.settle()
  return id as string
}
const listed = (externalIds: readonly string[], name: string) => ask('list.create', { name, externalIds })
const idsOf = ({ items }: Answer) => (items as { externalId: string }[]).map((m) => m.externalId).sort()

describe('compared', () => {
  const people = Array.from({ length: 8 }, (_, i) => `cmp-${i}`)

  it('every combination has the members that plain sets have, and so have its lists', async () => {
    for (const externalId of people) await w.member({ externalId })
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(fc.subarray(people), { minLength: 2, maxLength: 5 }), async (sets) => {
        const run = runs++
        const ids: string[] = []
        for (const [i, set] of sets.entries()) {
          const { id } = await listed(set, `cmp ${run} ${i}`)
          ids.push((await ask('segment.create', { name: `cmp ${run} ${i}`, definition: { list: id } })).id as string)
        }
        await w.settle()
        const answer = (await ask('segment.compare', { ids })) as {
          segments: { size: number }[]
          regions: { in: number[]; count: number }[]
          union: number
        }
        const expected = new Map<string, string[]>()
        for (const one of people) {
          const places = sets.flatMap((set, i) => (set.includes(one) ? [i] : []))
          if (places.length > 0) expected.set(places.join(), [...(expected.get(places.join()) ?? []), one])
        }
        expect(Object.fromEntries(answer.regions.map((r) => [r.in.join(), r.count]))).toEqual(
          Object.fromEntries([...expected].map(([places, members]) => [places, members.length])),
        )
        expect(answer.segments.map((s) => s.size)).toEqual(sets.map((s) => s.length))
        expect(answer.union).toBe(new Set(sets.flat()).size)
        for (const region of answer.regions) {
          const all = ids.map((segment, i) => (region.in.includes(i) ? { segment } : { not: { segment } }))
          const found = await ask('segment.holders', { definition: { all } })
          expect(idsOf(found)).toEqual([...(expected.get(region.in.join()) ?? [])].sort())
        }
        for (const id of ids) await ask('segment.delete', { id })
      }),
      { numRuns: 3 },
    )
  })

  it('are inside the scope of who asks', async () => {
    const staff = w.operator('manager', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000002' })
    const mine = await w.member({ externalId: 'own-a' })
    await w.member({ externalId: 'own-b' })
    await ask('member.upsert', { externalId: 'own-a', properties: {} })
    await w.db
      .updateTable('members')
      .set({ owner_id: '00000000-0000-4000-8000-000000000002' })
      .where('id', '=', mine.memberId)
      .execute()
    const owned = `INSERT INTO facts (member, key, value, kind, validFrom, seq)
      SELECT number, 'owner', '00000000-0000-4000-8000-000000000002', 'text', now64(3), 1 FROM members
      WHERE memberId = '${mine.memberId}'`
    await w.settle()
    await w.clickhouse.command(owned, { database: w.clickhouse.database })
    const { id: list } = await listed(['own-a', 'own-b'], 'own list')
    const id = await make('own segment', { list })
    const other = await make('own other', { list })
    const { segments, regions, union } = await ask('segment.compare', { ids: [id, other] }, staff)
    expect([segments, regions, union]).toMatchObject([[{ size: 1 }, { size: 1 }], [{ in: [0, 1], count: 1 }], 1])
    expect(idsOf(await ask('segment.members', { id }, staff))).toEqual(['own-a'])
    expect(idsOf(await ask('segment.holders', { definition: { segment: id } }, staff))).toEqual(['own-a'])
    expect(await ask('segment.get', { id }, staff)).toMatchObject({ size: 1, change: null })
    const definitions = [{ segment: id }, { not: { list } }, { all: [{ list }, { event: 'Never', within: '1d' }] }]
    expect(await ask('segment.sizes', { definitions }, staff)).toEqual({ counts: [1, 0, 0] })
    const { count: others } = (await ask('segment.preview', { definition: { not: { list } } })) as unknown as {
      count: number
    }
    expect(await ask('segment.sizes', { definitions })).toEqual({ counts: [2, others, 0] })
    expect(await ask('segment.save_as_list', { id, name: 'x' }, staff)).toMatchObject({ code: 'access.denied' })
    expect((await ask('segment.bulk', { id, action: 'topic.subscribe', input: { topic: 'x' } }, staff)).total).toBe(1)
  })

  it('are kept as a list, which does not move with the segment', async () => {
    await track({ user: 'keep:a', event: 'Kept' }, { user: 'keep:b', event: 'Kept' })
    const id = await make('kept', { event: 'Kept' })
    const { listId, members } = await ask('segment.save_as_list', { id, name: 'Kept then' })
    expect(members).toBe(2)
    await track({ user: 'keep:c', event: 'Kept' })
    expect(idsOf(await ask('list.members', { id: listId as string }))).toEqual(['keep:a', 'keep:b'])
    const since = { all: [{ segment: id }, { not: { list: listId } }] }
    expect(idsOf(await ask('segment.holders', { definition: since }))).toEqual(['keep:c'])
    const saved = await ask('segment.save_as_list', { definition: since, name: 'Kept since' })
    expect(saved).toMatchObject({ members: 1 })
    expect(await ask('segment.save_as_list', { definition: since, name: 'kept since' })).toMatchObject({
      code: 'list.name_taken',
    })
    expect(await ask('segment.save_as_list', { name: 'both', id, definition: since })).toMatchObject({
      code: 'input.invalid',
    })
    const nobody = { event: 'Nobody did this' }
    expect(await ask('segment.save_as_list', { name: 'none', definition: nobody })).toMatchObject({
      code: 'segment.nobody',
    })
  })
})

describe('what changed', () => {
  it('tells who came and went between two instants, and why', async () => {
    const start = w.now()
    const id = await make('changing', { event: 'Turned', within: '1h' })
    await track({ user: 'chg:early', event: 'Turned' })
    await w.at(later(start, 1800))
    const from = later(start, 1799)
    await track({ user: 'chg:late', event: 'Turned' })
    await w.at(later(start, 4000))
    await track({ user: 'chg:last', event: 'Turned' })
    const answer = await ask('segment.changes', { id, from })
    expect(answer).toMatchObject({ gained: 2, lost: 1, passing: 0, from })
    expect(answer.items).toMatchObject([
      { externalId: 'chg:last', direction: 'entered', why: 'event', event: { name: 'Turned' } },
      { externalId: 'chg:early', direction: 'left', why: 'time', event: null },
      { externalId: 'chg:late', direction: 'entered', why: 'event' },
    ])
    await w.at(later(start, 6000))
    expect(await ask('segment.changes', { id, from })).toMatchObject({ gained: 1, lost: 1, passing: 1 })
    const left = await ask('segment.changes', { id, from, direction: 'left', limit: 1 })
    expect(idsOf(left)).toEqual(['chg:late'])
    expect(idsOf(await ask('segment.changes', { id, from, direction: 'left', cursor: left.nextCursor }))).toEqual([
      'chg:early',
    ])
    await ask('segment.update', { id, definition: { event: 'Turned' } })
    await w.settle()
    expect(await ask('segment.changes', { id, from: later(w.now(), -1) })).toMatchObject({
      items: [{ why: 'definition' }, { why: 'definition' }],
    })
  })
})

describe('members', () => {
  it('show chosen properties, masked by role, and are found by name or id', async () => {
    await track(
      {
        user: 'col:a',
        properties: { name: '林晚晴', city: '上海', level: 3, phone: '13912345678' },
        event: undefined as never,
      },
      { user: 'col:b', properties: { name: 'Bo', vip: true } },
      { user: '13800001111', properties: { name: 'Cai' } },
    )
    await track({ user: 'col:a', event: 'Col' }, { user: 'col:b', event: 'Col' }, { user: '13800001111', event: 'Col' })
    const id = await make('columns', { event: 'Col' })
    const columns = ['city', 'level', 'vip', 'phone']
    const { items } = (await ask('segment.members', { id, columns, search: '晚' })) as { items: Answer[] }
    expect(items).toMatchObject([
      { externalId: 'col:a', name: '林晚晴', properties: { city: '上海', level: 3, phone: '13912345678' } },
    ])
    const analyst = w.operator('analyst')
    expect(((await ask('segment.members', { id, columns, search: '晚' }, analyst)).items as Answer[])[0]).toMatchObject(
      {
        properties: { phone: '139****5678' },
      },
    )
    expect(idsOf(await ask('segment.members', { id, search: 'COL:' }))).toEqual(['col:a', 'col:b'])
    expect(idsOf(await ask('segment.members', { id, search: '1380000' }))).toEqual(['13800001111'])
    expect(idsOf(await ask('segment.members', { id, search: '1380000' }, analyst))).toEqual([])
    expect(idsOf(await ask('segment.members', { id, search: '13800001111' }, analyst))).toEqual(['138****1111'])
  })
})

describe('exports', () => {
  async function exported(input: Answer, who: Actor) {
    const { workId } = (await ask('segment.export', input, who)) as { workId: string }
    await w.settle()
    const work = await ask('segment.work', { id: workId }, who)
    return { workId, work }
  }
  const bytesOf = async (workId: string) => {
    const row = await w.db
      .selectFrom('segment_works')
      .select('file_id')
      .where('id', '=', workId)
      .executeTakeFirstOrThrow()
    return w.host.files.read(row.file_id as string)
  }
  const HOSTILE = ['=1+1', '+cmd|x', '-2+3', '@SUM(A1)', '\t=1', '\r=1', '＝1', "'=1"]

  it('neutralise whatever a spreadsheet would run, in both formats', async () => {
    await track(...HOSTILE.map((name, i) => ({ user: `exp:${i}`, properties: { name, note: name, debt: -5 } })))
    await track(...HOSTILE.map((_, i) => ({ user: `exp:${i}`, event: 'Exported' })))
    const id = await make('exported', { event: 'Exported' })
    const input = { id, own: ['externalId', 'name'], columns: ['note', 'debt'] }
    const csv = await exported({ ...input, format: 'csv' }, w.owner)
    expect(csv.work).toMatchObject({ state: 'done', total: HOSTILE.length, done: HOSTILE.length, ready: true })
    const text = (await bytesOf(csv.workId)).toString()
    expect(text.startsWith('\uFEFFExternal id,Name,note,debt\n')).toBe(true)
    const cells = text.slice(1).split('\n').slice(1, -1).join(',').split(',')
    expect(cells.filter((c) => /^"?[=+@\t\r＝]/.test(c) || /^"?-(?!5$)/.test(c))).toEqual([])
    expect(text).toContain("'=1+1")
    expect(text).toContain(',-5')
    const xlsx = await exported({ ...input, format: 'xlsx' }, w.owner)
    const book = new ExcelJS.Workbook()
    await book.xlsx.load((await bytesOf(xlsx.workId)) as never)
    const sheet = book.worksheets[0]
    expect(sheet?.rowCount).toBe(HOSTILE.length + 1)
    sheet?.eachRow((row) =>
      row.eachCell((cell) => {
        expect(cell.formula).toBeUndefined()
        expect(String(cell.value)).not.toMatch(/^[=+@\t\r＝]/)
      }),
    )
  })

  it('hold the members of a condition, too', async () => {
    await track({ user: 'cond:a', event: 'Conditioned' }, { user: 'cond:b', event: 'Conditioned' })
    const [from, to] = [-1, 1].map((day) => new Date(w.now().getTime() + day * 86_400_000).toISOString())
    const asked = { from, to, series: [{ event: 'Conditioned', measure: 'members' }] }
    const { series } = (await ask('insight.trend', asked)) as { series: [{ total: number; totalCell: string }] }
    expect(series[0].total).toBe(2)
    const definition = { insight: { kind: 'trend', query: asked, cell: series[0].totalCell } }
    const { workId, work } = await exported(
      { definition, name: 'Two of them', own: ['externalId', 'enteredAt'] },
      w.owner,
    )
    expect(work).toMatchObject({ state: 'done', total: 2, segmentId: null })
    expect((await bytesOf(workId)).toString().slice(1).split('\n').sort()).toEqual([
      '',
      'External id',
      'cond:a',
      'cond:b',
    ])
    expect(await ask('segment.export', { name: 'none' }, w.owner)).toMatchObject({ code: 'input.invalid' })
    const narrow = w.operator('analyst', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000003' })
    expect((await ask('segment.export', { definition }, narrow)).total).toBe(0)
  })

  it('are masked by role, scoped, audited, kept for a day, and only for who asked', async () => {
    await track({ user: '13700001111', properties: { phone: '13700001111' } })
    await track({ user: '13700001111', event: 'Masked' })
    const id = await make('masked', { event: 'Masked' })
    const analyst = w.operator('analyst')
    const { workId } = await exported({ id, columns: ['phone'] }, analyst)
    const text = (await bytesOf(workId)).toString()
    expect(text).not.toContain('13700001111')
    expect(text).toContain('137****1111')
    expect(await ask('segment.work', { id: workId }, w.owner)).toMatchObject({ ready: false })
    const narrow = w.operator('analyst', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000003' })
    expect((await ask('segment.export', { id }, narrow)).total).toBe(0)
    expect(await ask('segment.work', { id: workId }, narrow)).toMatchObject({ code: 'object.unknown' })
    expect(await ask('segment.export', { id }, w.operator('content'))).toMatchObject({ code: 'access.denied' })
    expect((await fetch(`${base}/api/segment.export_file?id=${workId}`)).status).toBe(401)
    const { items } = (await ask('audit.find', { operation: 'segment.export' })) as { items: Answer[] }
    expect(items[1]).toMatchObject({ actor: analyst.id, change: { segment: id, members: 1, columns: ['phone'] } })
    const { file_id: fileId } = await w.db
      .selectFrom('segment_works')
      .select('file_id')
      .where('id', '=', workId)
      .executeTakeFirstOrThrow()
    await w.at(later(w.now(), 25 * 3600))
    expect(await ask('segment.work', { id: workId }, analyst)).toMatchObject({ code: 'object.unknown' })
    await expect(w.host.files.read(fileId as string)).rejects.toThrow()
  })
})

describe('actions for all members', () => {
  const pointsOf = async (externalId: string) =>
    ((await ask('points.balance', { externalId })) as { available: number }).available

  it('are done once for each, tell who refused, and are taken back together', async () => {
    await track(...['a', 'b', 'c'].map((user) => ({ user: `bulk:${user}`, event: 'Bulked' })))
    const id = await make('bulked', { event: 'Bulked' })
    await ask('points.award', { externalId: 'bulk:a', points: 100, reason: 'test' })
    const input = { points: 60, reason: 'test' }
    expect(await ask('segment.bulk_preview', { id, action: 'points.spend', input })).toEqual({ members: 3 })
    const { workId, total } = await ask('segment.bulk', { id, action: 'points.spend', input })
    expect(total).toBe(3)
    await w.settle()
    const work = await ask('segment.work', { id: workId })
    expect(work).toMatchObject({ state: 'done', done: 3, failed: 2 })
    expect((work.refusals as Answer[])[0]).toMatchObject({ members: 2 })
    expect(idsOf(await ask('segment.work_members', { id: workId, refused: true }))).toEqual(['bulk:b', 'bulk:c'])
    expect(await pointsOf('bulk:a')).toBe(40)
    const preview = (await ask('segment.undo_bulk_preview', { workId })) as { capabilities: Answer[] }
    expect(preview.capabilities).toMatchObject([{ capability: 'points', consequences: [{ count: 60 }] }])
    expect(await pointsOf('bulk:a')).toBe(40)
    await ask('segment.undo_bulk', { workId })
    expect(await pointsOf('bulk:a')).toBe(100)
    expect(await ask('segment.undo_bulk', { workId })).toEqual({ capabilities: [] })
  })

  it('stop where they are told to, and what is done stays done', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => `many-${i}`)
    for (let i = 0; i < many.length; i += 400)
      await track(...many.slice(i, i + 400).map((user) => ({ user, event: 'Many' })))
    const id = await make('many', { event: 'Many' })
    const { workId } = await ask('segment.bulk', { id, action: 'points.award', input: { points: 1, reason: 'many' } })
    const deadline = Date.now() + 30_000
    while (Date.now() < deadline && (await ask('segment.work', { id: workId })).done === 0)
      await new Promise((next) => setImmediate(next))
    const stopped = await ask('segment.cancel_work', { id: workId })
    await w.settle()
    const work = (await ask('segment.work', { id: workId })) as { done: number; state: string; total: number }
    expect(work).toMatchObject({ state: 'cancelled', total: 1200, done: stopped.done })
    expect(work.done).toBeGreaterThan(0)
    expect(work.done).toBeLessThan(1200)
    const { n } = await w.db
      .selectFrom('points_transfers')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('cause', '=', `bulk:${workId}`)
      .executeTakeFirstOrThrow()
    expect(Number(n)).toBe(work.done)
  })

  it('are refused where they cannot be mended, are wrong, or the caller may not do them', async () => {
    const id = await make('refused', { event: 'Bulked' })
    const code = async (input: Answer, who = w.owner) => (await ask('segment.bulk', { id, ...input }, who)).code
    expect(await code({ action: 'member.erase' })).toBe('segment.no_bulk_action')
    expect(await code({ action: 'segment.create' })).toBe('segment.no_bulk_action')
    expect(await ask('segment.bulk', { id, action: 'points.award', input: { points: 'x' } })).toMatchObject({
      code: 'input.invalid',
      errors: expect.arrayContaining([expect.objectContaining({ path: 'input.points' })]),
    })
    const support = w.operator('support')
    const { items } = (await ask('segment.bulk_actions', {}, support)) as { items: { name: string }[] }
    expect(items.map((a) => a.name)).toContain('topic.subscribe')
    expect(items.map((a) => a.name)).not.toContain('member.set_owner')
    expect(await code({ action: 'member.set_owner', input: { ownerId: null } }, support)).toBe('access.denied')
    expect(await code({ action: 'points.award' }, w.operator('content'))).toBe('access.denied')
  })
})

describe('the list of segments', () => {
  it('is sorted by size and by what changed since yesterday', async () => {
    await track({ user: 'sort:a', event: 'SortA' }, { user: 'sort:b', event: 'SortB' })
    const [a, b] = [await make('sorted a', { event: 'SortA' }), await make('sorted b', { event: 'SortB' })]
    const midnight = new Date(w.now())
    await w.at(later(midnight, 86_400))
    await track({ user: 'sort:c', event: 'SortB' })
    const names = async (input: Answer) =>
      ((await ask('segment.list', { search: 'sorted ', ...input })) as { items: Answer[] }).items
    expect(await names({ sort: 'change', order: 'desc', uses: true })).toMatchObject([
      { id: b, size: 2, change: 1, uses: 0, createdBy: w.owner.id },
      { id: a, size: 1, change: 0 },
    ])
    const { nextCursor } = await ask('segment.list', { search: 'sorted ', sort: 'size', limit: 1 })
    expect(await names({ sort: 'size', cursor: nextCursor })).toMatchObject([{ id: b, uses: null }])
    expect(await ask('segment.list', { sort: 'name', cursor: nextCursor })).toMatchObject({ code: 'input.invalid' })
  })
})
