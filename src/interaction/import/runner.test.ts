import { expect, test } from 'vitest'
import type { Item } from './item.ts'
import { runImport } from './runner.ts'

const event = (part: string, mark: number): Item => ({
  kind: 'event',
  part,
  mark,
  event: 'post.created',
  messageId: `${part}:${mark}`,
  at: '2020-01-01T00:00:00.000Z',
  data: {},
})
const member = (mark: number): Item => ({
  kind: 'member',
  part: 'Users',
  mark,
  externalId: `u${mark}`,
  createdAt: '2020-01-01T00:00:00.000Z',
  properties: {},
})
async function* items(members: number, events: number, marks: Readonly<Record<string, number>> = {}) {
  for (let i = 1; i <= members; i++) if (i > (marks.Users ?? 0)) yield member(i)
  for (let i = 1; i <= events; i++) if (i > (marks.Posts ?? 0)) yield event('Posts', i)
}

test('members arrive before events, several batches are under way at once, the order of marks is kept', async () => {
  const log: string[] = []
  let flying = 0
  let most = 0
  const marks: object[] = []
  const { finished, progress } = await runImport({
    items: items(1200, 6000),
    fraction: () => 1,
    async send(batch) {
      most = Math.max(most, ++flying)
      // Later batches answer sooner.
      for (let i = 0; i < 20 - log.length; i++) await new Promise((go) => setImmediate(go))
      log.push(batch[0]?.kind ?? '')
      flying--
      return { refused: 0 }
    },
    async checkpoint(now) {
      marks.push(now)
      return true
    },
  })
  expect(finished).toBe(true)
  expect(progress.done).toBe(7200)
  expect(log).toEqual([...Array(3).fill('member'), ...Array(6).fill('event')])
  expect(most).toBe(4)
  expect(marks.at(-1)).toEqual({ Users: 1200, Posts: 6000 })
})

test('after a failure nothing that was not stored is behind a mark, and the next run sends just the rest', async () => {
  const stored = new Set<string>()
  let marks: Readonly<Record<string, number>> = {}
  const run = (broken: (first: Item) => boolean) =>
    runImport({
      items: items(600, 9000, marks),
      fraction: () => 1,
      async send(batch) {
        const [first] = batch
        if (first && broken(first)) throw new Error('gone')
        for (const i of batch) stored.add(i.kind === 'member' ? i.externalId : i.messageId)
        return { refused: 0 }
      },
      async checkpoint(now) {
        marks = { ...marks, ...now }
        return true
      },
    })
  await expect(run((first) => first.kind === 'event' && first.mark === 4001)).rejects.toThrow('gone')
  expect(marks).toEqual({ Users: 600, Posts: 4000 })
  expect(stored.size).toBeLessThan(9600)
  await run(() => false)
  expect(stored.size).toBe(9600)
})

test('it stops when the checkpoint says so', async () => {
  let sent = 0
  const { finished } = await runImport({
    items: items(0, 3000),
    fraction: () => 0.5,
    async send() {
      sent++
      return { refused: 1 }
    },
    checkpoint: async () => false,
  })
  expect(finished).toBe(false)
  expect(sent).toBe(3)
})
