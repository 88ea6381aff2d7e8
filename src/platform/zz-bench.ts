import { readFileSync, readdirSync } from 'node:fs'
import { sql } from 'kysely'
import { auditMigrations } from './audit.ts'
import { chain, verifyAudit } from './audit-chain.ts'
import { openState } from './state.fixture.ts'
const s = await openState(auditMigrations)
const N = 100_000
const pids = (await sql<{pid:number}>`select pg_backend_pid() as pid`.execute(s.db)).rows[0]!.pid
const cpu = () => { const f = readFileSync(`/proc/${pids}/stat`, 'utf8').split(') ')[1]!.split(' '); return (Number(f[11]) + Number(f[12])) * 10 }
let c = cpu()
const lap = (w: string) => { const n = cpu(); console.log(w, 'backend cpu ms', n - c, 'node', process.cpuUsage().user / 1000); c = n }
await sql.raw(`with d as (insert into audit (at, actor, operation, member_id, cause, digest)
 select now(), 'operator:x', 'points.award', gen_random_uuid(), 'request:'||i, encode(sha256(convert_to('00'||E'\n'||'127.0.0.1'||E'\n'||('{"a": 1}'::jsonb)::text,'UTF8')),'hex') from generate_series(1,${N}) i returning id),
 e as (insert into audit_detail select id, null, '00', '127.0.0.1', '{"a": 1}' from d) insert into audit_pending select id from d`).execute(s.db)
lap('insert')
let b = 0
while ((b = await chain(s.db)) > 0);
lap('chain')
console.log((await verifyAudit(s.db)).ok)
lap('verify')
await s.end()
