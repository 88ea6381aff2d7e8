// The whole archive of a real community against figures computed elsewhere. Not part of the project: skipped where the
// data is absent.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { inProcess } from '#app/instance'
import { importCommand } from '#interaction/import'
import { type World, world } from '#test/world'

const data = join(import.meta.dirname, '../../../../shared/data')
const archive = join(data, 'stackexchange-travel-2011-2016')
const there = existsSync(archive)
/** Asked, answered or commented. */
const ACTIVITY = ['post.created', 'answer.created', 'comment.created']

interface Actives {
  dau: number
  wau7: number
  mau30: number
  avg_dau30: number
  stickiness: number
}

describe.skipIf(!there)(`the Travel archive${there ? '' : ' (skipped: no ../shared/data)'}`, () => {
  let w: World
  beforeAll(async () => {
    w = await world()
  })
  afterAll(() => w.end())

  /** The site's own account is a member like any other to the warehouse, and no person. */
  const people = { not: { property: 'system', op: 'eq', value: true } }
  const ask = (kind: string, query: object) =>
    w.as(w.owner, `insight.${kind}`, { timezone: 'UTC', filter: people, ...query })
  const counts = async () => {
    const rows = await w.warehouse.query<{ name: string; n: number | string }>(
      `SELECT name, count() AS n FROM events WHERE source = 'banyan' GROUP BY name`,
    )
    return Object.fromEntries(rows.map((r) => [r.name, Number(r.n)]))
  }
  const load = () => {
    const lines: string[] = []
    const io = { instance: inProcess(w.system), say: (line: string) => lines.push(line), update: () => {} }
    return importCommand(['stackexchange', archive, '--site', 'travel'], { ...io, locale: 'en' }).then((code) => ({
      code,
      lines,
    }))
  }

  test('all of it is there once, and the actives are the true ones', { timeout: 900_000 }, async () => {
    const { code, lines } = await load()
    expect({ code, lines }).toEqual({ code: 0, lines: [expect.stringContaining('Imported 778404 items, 0 refused')] })
    expect(await counts()).toMatchObject({
      'member.created': 33_709,
      'community.joined': 33_709,
      'post.created': 20_638,
      'answer.created': 36_218,
      'wiki.created': 3_850,
      'comment.created': 129_248,
      'vote.received': 456_434,
      'answer.accepted': 9_842,
      'badge.awarded': 88_465,
    })
    const truth = JSON.parse(readFileSync(join(data, 'travel-stackexchange/truth_dev.json'), 'utf8')) as {
      snapshots: Record<string, Actives>
      lifecycle_month: Record<string, Record<string, number>>
      retention_month: Record<string, number[]>
    }
    for (const [day, { dau, wau7, mau30 }] of Object.entries(truth.snapshots)) {
      const active = async (days: number) => {
        const [row] = await w.warehouse.query<{ n: number | string }>(
          `SELECT uniqExact(dictGetOrDefault('alias', 'root', toUInt64(member), toUInt64(member))) AS n FROM events
           WHERE name IN ('post.created', 'answer.created', 'comment.created') AND member > 0
             AND timestamp >= toDateTime64({day:String}, 3, 'UTC') - INTERVAL {before:UInt8} DAY
             AND timestamp < toDateTime64({day:String}, 3, 'UTC') + INTERVAL 1 DAY
             AND member NOT IN (SELECT member FROM facts WHERE key = 'property:system' AND value = 'true')`,
          { day, before: days - 1 },
        )
        return Number(row?.n)
      }
      expect([day, await active(1), await active(7), await active(30)]).toEqual([day, dau, wau7, mau30])
    }
    for (const [day, { dau, mau30, avg_dau30, stickiness }] of Object.entries(truth.snapshots)) {
      const range = { from: `${day}T00:00:00Z`, to: `${day}T23:59:59Z`, event: ACTIVITY }
      const { days } = (await ask('stickiness', range)) as {
        days: { dau: number; mau: number; avgDau: number; ratio: number }[]
      }
      const [on] = days
      expect([on?.dau, on?.mau, on?.avgDau.toFixed(4), on?.ratio.toFixed(6)]).toEqual([
        ...[dau, mau30, avg_dau30.toFixed(4), stickiness.toFixed(6)],
      ])
    }
    const months = { from: '2016-01-01T00:00:00Z', to: '2016-07-01T00:00:00Z', period: 'month' }
    const activity = { event: ACTIVITY }
    const { rows } = (await ask('retention', { ...months, start: activity, return: activity, periods: 3 })) as {
      rows: { cohort: string; values: number[] }[]
    }
    expect(Object.fromEntries(rows.map((r) => [r.cohort.slice(0, 7), r.values]))).toEqual(truth.retention_month)
    const life = (await ask('lifecycle', { ...months, event: ACTIVITY })) as {
      buckets: string[]
      active: number[]
      states: { state: string; values: number[] }[]
      newlyDormant: { values: number[] }
    }
    for (const [month, { active, new: fresh, returning, resurrecting, dormant }] of Object.entries(
      truth.lifecycle_month,
    )) {
      const i = life.buckets.indexOf(`${month}-01`)
      const [added, stayed, back] = life.states.map((s) => s.values[i])
      expect([month, life.active[i], added, stayed, back, life.newlyDormant.values[i]]).toEqual([
        ...[month, active, fresh, returning, resurrecting, dormant],
      ])
    }
    const before = await counts()
    expect(await load()).toMatchObject({ code: 0, lines: [expect.stringContaining('Imported 0 items')] })
    expect(await counts()).toEqual(before)
  })
})
