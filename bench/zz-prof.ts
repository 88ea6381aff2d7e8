import { mkdtempSync, rmSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { openClickhouse } from '#platform/clickhouse/clickhouse'
import { createLog } from '#platform/log'
import { warehouseTables } from '#platform/warehouse-tables'
import { condition } from '../src/data/segment/condition.ts'
import { compile, nextSql } from '../src/data/segment/sheet.ts'
import { clausesOf } from '../src/data/segment/condition.ts'
const dir = mkdtempSync('/tmp/seg/prof/')
const ch = await openClickhouse({ dataDir: dir, log: createLog('silent'), database: 'x' })
for (const st of Object.values(warehouseTables)) for (const s of st) await ch.command(s.replaceAll('{database}', 'x'))
const lines = Array.from({ length: 40 }, (_, i) => JSON.stringify({ number: i + 1, memberId: randomUUID(), at: 0 }))
await ch.insert('members', lines.join('\n'), { settings: { date_time_input_format: 'basic' } })
import { readFileSync } from 'node:fs'
const cpu = () => { const f = readFileSync(`/proc/${ch.pid}/stat`, 'utf8').split(') ')[1].split(' '); return (Number(f[11]) + Number(f[12])) * 10 }
const t = async (what: string, f: () => Promise<unknown>) => { await f(); const c = cpu(); const b = performance.now(); for (let i = 0; i < 8; i++) await f(); console.log(what.padEnd(24), 'cpu', Math.round((cpu() - c) / 8), 'wall', Math.round((performance.now() - b) / 8)) }
await t('select 1', () => ch.query('SELECT 1'))
const defs0 = {
  prop: { property: 'x', op: 'eq', value: 'a' },
  count: { event: 'a', count: { op: 'gte', value: 1 } },
  within: { event: 'a', within: '1m' },
  where: { event: 'a', within: '1m', where: [{ path: 'x', op: 'eq', value: 'a' }] },
  where2: { event: 'a', within: '2cd', where: [{ path: 'x', op: 'withinLast', value: '1cd' }, { path: 'y', op: 'gt', value: 3 }], count: {op:'eq', value: 2} },
  measure: { event: 'a', within: '2cd', where: [{ path: 'x', op: 'eq', value: 'a' }], measure: { of: 'y', fn: 'sum' }, op: 'gt', value: 3 },
  many: { all: Array.from({ length: 20 }, (_, i) => ({ event: `a${i}`, within: '1h', where: [{ path: 'x', op: 'eq', value: 'a' }] })) },
  manyprops: { all: Array.from({ length: 20 }, (_, i) => ({ property: `a${i}`, op: 'eq', value: 'a' })) },
}
const defs = {many: defs0.many, manyprops: defs0.manyprops, where: defs0.where}
for (const [k, d] of Object.entries(defs)) {
  const { leaves, params, from } = compile(clausesOf(condition.parse(d)), { kind: 'all' }, new Date(), 'Asia/Shanghai')
  const sql = `SELECT root, [${leaves.map((l) => `toUInt8(${l.holds})`).join(',')}] h, [${leaves.map((l) => nextSql(l.changes)).join(',')}] n ${from}`
  await t(`${k} ${sql.length}`, () => ch.query(sql, params))
  const sql2 = `SELECT root, [${leaves.map((l) => `toUInt8(${l.holds})`).join(',')}] h ${from}`
  await t(`   holds only`, () => ch.query(sql2, params))
  await t(`   explain plan`, () => ch.query('EXPLAIN ' + sql, params))
  await t(`   no jit`, () => ch.query(sql, params, {settings:{compile_expressions:0, compile_aggregate_expressions:0, optimize_injective_functions_in_group_by:0}}))
  await t(`   old analyzer`, () => ch.query(sql, params, {settings:{enable_analyzer:0}}).catch(e=>console.log(String(e.message).slice(0,200))))
  await t(`   no planopt`, () => ch.query(sql, params, {settings:{query_plan_enable_optimizations:0}}))
  await t(`   1 thread`, () => ch.query(sql, params, {settings:{max_threads:1}}))
}
await ch.stop(); rmSync(dir, { recursive: true, force: true })
