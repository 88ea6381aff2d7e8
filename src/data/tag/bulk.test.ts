import { afterAll, beforeAll, expect, it } from 'vitest'
import { type World, world } from '#test/world'

const MANY = 1300

let w: World
beforeAll(async () => {
  w = await world()
  const { id } = await ask('community.create', { key: 'c', name: '茶友会', type: 'interest', admission: 'open' })
  expect(id).toBeDefined()
  for (let from = 0; from < MANY; from += 500)
    await ask('import.members', {
      communityKey: 'c',
      items: Array.from({ length: Math.min(500, MANY - from) }, (_, i) => ({
        externalId: `m-${from + i}`,
        createdAt: '2026-01-01T00:00:00.000Z',
        properties: { city: (from + i) % 2 === 0 ? '上海' : '杭州' },
      })),
    })
  await w.settle()
  await ask('tag.create', { key: 'sh', title: '上海成员' })
}, 240_000)
afterAll(() => w.end())

type Answer = Record<string, unknown> & { items?: Record<string, unknown>[] }
async function ask(operation: string, input: object = {}, who = w.owner): Promise<Answer> {
  const answer = (await w.as(who, operation, input)) as Answer
  if ('code' in answer) throw new Error(`${operation}: ${JSON.stringify(answer)}`)
  return answer
}
const job = async (id: unknown) => ((await ask('tag.jobs', { id })).items ?? [])[0]
const shanghai = { property: 'city', op: 'eq', value: '上海' }
const HALF = MANY / 2

it('says what it would do, then works through everyone who meets a condition', async () => {
  await ask('tag.apply', { key: 'sh', externalId: 'm-0' })
  await w.settle()
  expect(await ask('tag.preview_many', { key: 'sh', condition: shanghai })).toEqual({
    matched: HALF,
    unknown: 0,
    changes: HALF - 1,
    replaces: 0,
    isJob: true,
  })
  const { jobId } = await ask('tag.apply_many', { key: 'sh', condition: shanghai })
  await w.settle()
  expect(await job(jobId)).toMatchObject({ state: 'done', kind: 'apply', total: HALF, done: HALF, changed: HALF - 1 })
  expect(await ask('tag.get', { key: 'sh' })).toMatchObject({ size: HALF })
  expect(await ask('segment.preview', { definition: { tag: 'sh' }, limit: 0 })).toMatchObject({ count: HALF })
  // Doing it again changes nobody.
  const again = await ask('tag.apply_many', { key: 'sh', condition: shanghai })
  await w.settle()
  expect(await job(again.jobId)).toMatchObject({ state: 'done', done: HALF, changed: 0 })
})

it('takes a segment, and members by id as a job where they are many', async () => {
  const { id } = await ask('segment.create', {
    name: '杭州',
    definition: { property: 'city', op: 'eq', value: '杭州' },
  })
  await ask('tag.create', { key: 'hz', title: '杭州成员' })
  await w.settle()
  await ask('tag.apply_many', { key: 'hz', segmentId: id })
  await w.settle()
  expect(await ask('tag.get', { key: 'hz' })).toMatchObject({ size: HALF })
  const externalIds = Array.from({ length: MANY }, (_, i) => `m-${i}`)
  expect(
    await ask('tag.preview_many', { key: 'hz', change: 'remove', externalIds: [...externalIds, 'x'] }),
  ).toMatchObject({
    matched: MANY,
    unknown: 1,
    changes: HALF,
    isJob: true,
  })
  const { jobId, unknown } = await ask('tag.remove_many', { key: 'hz', externalIds: [...externalIds, 'x'] })
  expect(unknown).toBe(1)
  await w.settle()
  expect(await job(jobId)).toMatchObject({ state: 'done', kind: 'remove', total: MANY, done: MANY, changed: HALF })
  expect(await ask('tag.get', { key: 'hz' })).toMatchObject({ size: 0 })
})

it('moves the applications of a merged tag in batches', async () => {
  await ask('tag.create', { key: 'all', title: '全部' })
  await ask('tag.apply_many', { key: 'all', condition: { event: 'community.joined' } })
  await w.settle()
  const merged = await ask('tag.merge', { key: 'all', into: 'sh' })
  expect(merged).toMatchObject({ members: MANY })
  await w.settle()
  expect(await job(merged.jobId)).toMatchObject({ state: 'done', done: MANY, changed: HALF })
  expect(await ask('tag.get', { key: 'sh' })).toMatchObject({ size: MANY })
  expect(await ask('segment.preview', { definition: { tag: 'all' }, limit: 0 })).toMatchObject({ count: 0 })
})

it('stops where it is told to, keeps what it has done, and cannot be stopped twice', async () => {
  await ask('tag.create', { key: 'stop', title: '停止' })
  const { jobId } = await ask('tag.apply_many', { key: 'stop', condition: { event: 'community.joined' } })
  const stopped = await w.as(w.owner, 'tag.cancel_job', { id: jobId })
  await w.settle()
  const row = await job(jobId)
  // Whichever came first; both are told as they are.
  if ('code' in (stopped as object)) expect(row).toMatchObject({ state: 'done', changed: MANY })
  else expect(row).toMatchObject({ state: 'cancelled', changed: (stopped as Answer).changed })
  expect(await ask('tag.get', { key: 'stop' })).toMatchObject({ size: row?.changed })
  expect(await w.as(w.owner, 'tag.cancel_job', { id: jobId })).toMatchObject({ code: 'tag.job_over' })
})

it('fails for good where the tag has gone, and refuses what it cannot do', async () => {
  expect(await w.as(w.owner, 'tag.apply_many', { key: 'none', condition: shanghai })).toMatchObject({
    code: 'object.unknown',
  })
  expect(await w.as(w.owner, 'tag.apply_many', { key: 'sh' })).toMatchObject({ code: 'input.invalid' })
  expect(await w.as(w.owner, 'tag.apply_many', { key: 'sh', condition: shanghai, externalIds: ['m-1'] })).toMatchObject(
    {
      code: 'input.invalid',
    },
  )
  expect(
    await w.as(w.owner, 'tag.apply_many', { key: 'sh', segmentId: '01900000-0000-7000-8000-000000000000' }),
  ).toMatchObject({ code: 'input.invalid' })
  await ask('tag.create', { key: 'dyn', title: '动态', condition: shanghai })
  expect(await w.as(w.owner, 'tag.apply_many', { key: 'dyn', externalIds: ['m-1'] })).toMatchObject({
    code: 'tag.dynamic',
  })
})
