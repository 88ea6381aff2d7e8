import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

type Answer = Record<string, unknown>
const ask = async (operation: string, input: Answer = {}) => (await w.as(w.owner, operation, input)) as Answer
const create = async (name: string, input: Answer = {}) => (await ask('list.create', { name, ...input })).id as string

async function entriesOf(id: string): Promise<string[]> {
  const { items } = (await ask('list.members', { id, limit: 200 })) as { items: { externalId: string }[] }
  return items.map((m) => m.externalId)
}
async function historyOf(id: string) {
  return ((await ask('list.history', { id, limit: 200 })) as { items: (Answer & { changeId: string })[] }).items
}
/** External ids of who is in a segment now, by its kept members and by its definition. */
async function segmented(list: string): Promise<string[]> {
  const { sample, count } = (await ask('segment.preview', { definition: { list }, limit: 200 })) as {
    sample: { externalId: string }[]
    count: number
  }
  expect(count).toBe(sample.length)
  return sample.map((m) => m.externalId).sort()
}
const told = (memberId: string) =>
  w.warehouse.query<{ name: string }>(
    `SELECT name FROM events WHERE name LIKE 'list.%' AND memberId = {memberId:UUID} ORDER BY seq`,
    { memberId },
  )

describe('uploads', () => {
  it('are previewed in the numbers they then have', async () => {
    for (const externalId of ['up-1', 'up-2', 'up-3']) await w.member({ externalId })
    const id = await create('Uploads', { externalIds: ['up-1', 'gone-1'] })
    const rows = [' up-1 ', 'up-2', 'up-2', '', 'x'.repeat(201), 'guest', 'new-1']
    const seen = await ask('list.preview', { id, mode: 'replace', rows })
    expect(seen).toEqual({
      given: 7,
      matched: 2,
      unknown: 1,
      duplicates: 1,
      invalid: [
        { row: 3, reason: 'empty' },
        { row: 4, reason: 'too_long' },
        { row: 5, reason: 'shared' },
      ],
      unknownIds: ['new-1'],
      adds: 2,
      removes: 1,
      joins: 1,
      leaves: 0,
    })
    const done = await ask('list.replace', { id, externalIds: ['up-1', 'up-2', 'new-1'], source: 'may.csv' })
    expect(done).toMatchObject({ matched: 2, unknown: 1, added: 2, removed: 1 })
    expect(await entriesOf(id)).toEqual(['new-1', 'up-1', 'up-2'])
    expect(await historyOf(id)).toMatchObject([
      { kind: 'replace', source: 'may.csv', given: 3, added: 2, removed: 1, undoneBy: null, actor: w.owner.id },
      { kind: 'create', added: 2, removed: 0 },
    ])
  })

  it('find a part of the brand nobody beyond it', async () => {
    const store = w.operator('manager', { kind: 'own', operatorId: '00000000-0000-4000-8000-000000000001' })
    expect(await w.as(store, 'list.preview', { rows: ['up-1'] })).toMatchObject({ matched: 0, unknown: 1 })
    expect(await w.as(store, 'list.create', { name: 'Mine' })).toMatchObject({ code: 'access.denied' })
  })

  it('put members without an external id on a list too', async () => {
    const { memberId } = await w.member({ externalId: 'own-1' })
    const { memberId: nameless } = (await ask('member.upsert', {
      identities: [{ kind: 'email', value: 'nobody@1.example' }],
    })) as { memberId: string }
    const id = await create('Own', { memberIds: [memberId, nameless, '0190b000-0000-7000-8000-000000000009'] })
    const { items } = (await ask('list.members', { id })) as { items: Answer[] }
    expect(items).toMatchObject([
      { externalId: null, memberId: nameless },
      { externalId: 'own-1', memberId },
    ])
    const [change] = await historyOf(id)
    await ask('list.undo', { changeId: change?.changeId })
    expect(await ask('list.get', { id })).toMatchObject({ size: 0, unknown: 0 })
  })
})

describe('taking back', () => {
  const ids = Array.from({ length: 6 }, (_, i) => `prop-${i}`)
  const some = fc.subarray(ids)
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('add', 'remove', 'replace'), named: some }) },
    { weight: 2, arbitrary: fc.record({ undo: fc.nat(20) }) },
  )
  interface Change {
    changeId: string
    kind: string
    named: readonly string[]
    /** What it changed when it was made. */
    touched: readonly string[]
    undone: boolean
  }
  const apply = (on: ReadonlySet<string>, { kind, named }: Pick<Change, 'kind' | 'named'>) =>
    kind === 'replace'
      ? new Set(named)
      : kind === 'add'
        ? new Set([...on, ...named])
        : new Set([...on].filter((e) => !named.includes(e)))

  it('leaves what the changes that hold make of the list, and is refused just where a later one says otherwise', async () => {
    // Half of them are members, so that facts are told as well.
    for (const externalId of ids.slice(0, 3)) await w.member({ externalId })
    let runs = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 12 }), async (steps) => {
        const id = await create(`Property ${runs++}`)
        const changes: Change[] = []
        const now = () => changes.filter((c) => !c.undone).reduce(apply, new Set<string>())
        for (const one of steps) {
          if ('undo' in one) {
            const at = one.undo % Math.max(changes.length, 1)
            const target = changes[at]
            if (!target) continue
            const blocked = changes
              .slice(at + 1)
              .some((c) => !c.undone && target.touched.some((e) => c.kind === 'replace' || c.named.includes(e)))
            const seen = (await ask('list.undo_preview', { changeId: target.changeId })) as { refused: Answer | null }
            const answer = await ask('list.undo', { changeId: target.changeId })
            const code = target.undone ? 'list.undone_before' : blocked ? 'list.changed_since' : undefined
            expect([answer.code, seen.refused?.code]).toEqual([code, code])
            if (code === undefined && target.touched.length > 0) target.undone = true
          } else if (one.named.length > 0) {
            const before = now()
            const answer = await ask(`list.${one.kind}`, { id, externalIds: one.named })
            const after = apply(before, one)
            const touched = ids.filter((e) => before.has(e) !== after.has(e))
            expect(Number(answer.added) + Number(answer.removed)).toBe(touched.length)
            changes.push({ ...one, changeId: answer.changeId as string, touched, undone: false })
          }
          expect(await entriesOf(id)).toEqual([...now()].sort())
        }
        await w.settle()
        expect(await segmented(id)).toEqual([...now()].filter((e) => ids.slice(0, 3).includes(e)).sort())
      }),
      { numRuns: 8 },
    )
  })

  it('gives an entry back with the day it came on the list', async () => {
    await w.member({ externalId: 'day-1' })
    const id = await create('Days', { externalIds: ['day-1'] })
    const { items: before } = (await ask('list.members', { id })) as { items: Answer[] }
    await w.at(new Date(w.now().getTime() + 86_400_000).toISOString())
    const { changeId } = await ask('list.remove', { id, externalIds: ['day-1'] })
    await ask('list.undo', { changeId })
    expect(((await ask('list.members', { id })) as { items: Answer[] }).items).toEqual(before)
    const undone = (await historyOf(id))[0]?.changeId
    expect(await ask('list.undo', { changeId: undone })).toMatchObject({ code: 'list.undo_itself' })
  })

  it('brings nothing of an erased member back', async () => {
    const { memberId } = await w.member({ externalId: 'erase-1' })
    const id = await create('Erased', { externalIds: ['erase-1', 'erase-2'] })
    const { changeId } = await ask('list.replace', { id, externalIds: ['erase-3'] })
    await ask('member.erase', { memberId })
    await ask('list.undo', { changeId })
    expect(await entriesOf(id)).toEqual(['erase-2'])
    const rows = await w.db
      .selectFrom('list_change_entries')
      .select('external_id')
      .where('external_id', '=', 'erase-1')
      .execute()
    expect(rows).toEqual([])
  })
})

describe('merged members', () => {
  const pair = async (name: string) => {
    const [keep, other] = [
      await w.member({ externalId: `${name}-keep` }),
      await w.member({ externalId: `${name}-gone` }),
    ]
    return { keep: keep.memberId, other: other.memberId }
  }
  const merge = async ({ keep, other }: { keep: string; other: string }) => {
    const { mergeId } = await ask('member.merge', { keepId: keep, mergeId: other })
    await w.settle()
    return async () => {
      await ask('member.unmerge', { mergeId })
      await w.settle()
    }
  }

  it('are on a list one of them is on, though the other was taken off later', async () => {
    const both = await pair('late')
    const id = await create('Late', { externalIds: ['late-keep', 'late-gone'] })
    await ask('list.remove', { id, externalIds: ['late-gone'] })
    await w.settle()
    expect(await segmented(id)).toEqual(['late-keep'])
    const unmerge = await merge(both)
    expect(await segmented(id)).toEqual(['late-keep'])
    await unmerge()
    expect(await segmented(id)).toEqual(['late-keep'])
  })

  it('are each on what their own ids are on once they are separated, whatever changed meanwhile', async () => {
    const both = await pair('meanwhile')
    const [kept, gained] = [await create('Kept', { externalIds: ['meanwhile-gone'] }), await create('Gained')]
    const unmerge = await merge(both)
    expect(await segmented(kept)).toEqual(['meanwhile-keep'])
    await ask('list.remove', { id: kept, externalIds: ['meanwhile-gone'] })
    await ask('list.add', { id: gained, externalIds: ['meanwhile-gone'] })
    await w.settle()
    expect(await segmented(kept)).toEqual([])
    expect(await segmented(gained)).toEqual(['meanwhile-keep'])
    await unmerge()
    expect(await segmented(kept)).toEqual([])
    expect(await segmented(gained)).toEqual(['meanwhile-gone'])
    const { items } = (await ask('list.members', { id: gained })) as { items: Answer[] }
    expect(items).toMatchObject([{ memberId: both.other }])
  })

  it('stay in a live segment through it', async () => {
    const both = await pair('live')
    const id = await create('Live', { externalIds: ['live-gone'] })
    const { id: segment } = await ask('segment.create', { name: 'On the live list', definition: { list: id } })
    await w.settle()
    const members = async () =>
      ((await ask('segment.members', { id: segment })) as { items: { memberId: string }[] }).items.map(
        (m) => m.memberId,
      )
    expect(await members()).toEqual([both.other])
    const unmerge = await merge(both)
    expect(await members()).toEqual([both.keep])
    await unmerge()
    expect(await members()).toEqual([both.other])
    expect(await segmented(id)).toEqual(['live-gone'])
  })
})

describe('lists as things', () => {
  it('are told of once when a member comes by two ids', async () => {
    const { memberId } = await w.member({ externalId: 'twice-1' })
    await ask('member.upsert', { externalId: 'twice-2' })
    const { memberId: second } = await w.member({ externalId: 'twice-2' })
    await ask('member.merge', { keepId: memberId, mergeId: second })
    await w.settle()
    const id = await create('By two ids', { externalIds: ['twice-1', 'twice-2'] })
    await ask('list.remove', { id, externalIds: ['twice-1'] })
    await w.settle()
    expect((await told(memberId)).map((e) => e.name)).toEqual(['list.added'])
    await ask('list.replace', { id, externalIds: ['twice-1'] })
    await w.settle()
    expect((await told(memberId)).map((e) => e.name)).toEqual(['list.added'])
  })

  it('take in who came while an upload was being written', async () => {
    const id = await create('Race')
    await w.member({ externalId: 'race-1' })
    await w.settle()
    // As an upload leaves it that read who there is just before this member was committed: nobody will tell of it again.
    await w.db
      .insertInto('list_entries')
      .values({ list_id: id, external_id: 'race-1', member_id: null, added_at: w.now() })
      .execute()
    await ask('list.add', { id, externalIds: ['race-2'] })
    await w.settle()
    expect(await segmented(id)).toEqual(['race-1'])
  })

  it('are renamed, sorted, searched, and not deleted while a segment stands on them', async () => {
    const [a, b] = [
      await create('Sort A', { externalIds: ['up-1', 'up-2'] }),
      await create('Sort B', { externalIds: ['up-3'] }),
    ]
    const names = async (input: Answer) =>
      ((await ask('list.list', { search: 'sort ', ...input })) as { items: { name: string }[] }).items.map(
        (l) => l.name,
      )
    expect(await names({ sort: 'size', order: 'desc' })).toEqual(['Sort A', 'Sort B'])
    expect(await names({ sort: 'size', order: 'asc' })).toEqual(['Sort B', 'Sort A'])
    const { nextCursor } = await ask('list.list', { search: 'sort ', sort: 'size', limit: 1 })
    expect(await names({ sort: 'size', cursor: nextCursor })).toEqual(['Sort A'])
    expect(await ask('list.list', { sort: 'name', cursor: nextCursor })).toMatchObject({ code: 'input.invalid' })
    expect(await ask('list.rename', { id: a, name: 'sort b' })).toMatchObject({ code: 'list.name_taken' })
    expect(await ask('list.rename', { id: a, name: 'Sort C' })).toEqual({ id: a })
    const { id: segment } = await ask('segment.create', { name: 'On sort C', definition: { list: a } })
    expect(await ask('list.delete', { id: a })).toMatchObject({ code: 'list.in_use', detail: 'segment On sort C' })
    expect(await ask('list.get', { id: a })).toMatchObject({ usedBy: [{ kind: 'segment', id: segment }] })
    expect(await ask('list.delete', { id: b })).toEqual({ id: b })
    expect(await ask('list.get', { id: b })).toMatchObject({ code: 'object.unknown' })
    expect(await w.db.selectFrom('list_entries').select('list_id').where('list_id', '=', b).execute()).toEqual([])
  })

  it('show an id that is an address only to who may see addresses, and find it whole only', async () => {
    const id = await create('Addresses', { externalIds: ['13912345678', 'plain'] })
    const analyst = w.operator('analyst')
    const seen = async (input: Answer) =>
      ((await w.as(analyst, 'list.members', { id, ...input })) as { items: { externalId: string }[] }).items.map(
        (m) => m.externalId,
      )
    expect(await seen({})).toEqual(['139****5678', 'plain'])
    expect(await seen({ search: '1391' })).toEqual([])
    expect(await seen({ search: '13912345678' })).toEqual(['139****5678'])
    expect(await seen({ state: 'matched' })).toEqual([])
  })
})
