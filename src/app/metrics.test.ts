import { afterAll, beforeAll, expect, test } from 'vitest'
import { type World, world } from '#test/world'

let w: World
beforeAll(async () => {
  w = await world()
})
afterAll(() => w.end())

test('tells the hops of the road, the checks, and what each capability counts', async () => {
  await w.member({ externalId: 'm-1' })
  await w.as(w.owner, 'segment.create', { name: '新会员', definition: { event: 'checkin.completed' } })
  await w.settle()
  const text = await (await fetch(`${await w.http()}/metrics`)).text()
  const values = new Map(
    text
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  )
  expect(values.get('banyan_check{check="pipe"}')).toBe(1)
  expect(values.get('banyan_events{hop="accepted"}')).toBeGreaterThan(0)
  expect(values.get('banyan_capability{capability="segment",of="segments"}')).toBe(1)
  expect(values.get('banyan_capability{capability="segment",of="pending"}')).toBe(0)
  const counting = w.host.registry.capabilities.filter((c) => c.gauges)
  expect(counting.length).toBeGreaterThan(3)
  for (const { name } of counting) expect(text).toContain(`banyan_capability{capability="${name}",`)
  // No number of it is missing or none.
  expect([...values].filter(([name, n]) => name.startsWith('banyan_') && !Number.isFinite(n))).toEqual([])
})
