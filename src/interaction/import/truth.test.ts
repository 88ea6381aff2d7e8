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

describe.skipIf(!there)(`the Travel archive${there ? '' : ' (skipped: no ../shared/data)'}`, () => {
  let w: World
  beforeAll(async () => {
    w = await world()
  })
  afterAll(() => w.end())

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
      snapshots: Record<string, { dau: number; wau7: number; mau30: number }>
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
    const before = await counts()
    expect(await load()).toMatchObject({ code: 0, lines: [expect.stringContaining('Imported 0 items')] })
    expect(await counts()).toEqual(before)
  })
})
