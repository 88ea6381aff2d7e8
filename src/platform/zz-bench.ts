import { sql } from 'kysely'
import { auditMigrations } from './audit.ts'
import { chain, verifyAudit } from './audit-chain.ts'
import { openState } from './state.fixture.ts'
const s = await openState(auditMigrations)
const N = 200_000
let t = performance.now()
await sql.raw(`with d as (insert into audit (at, actor, operation, member_id, cause, digest)
 select now(), 'operator:x', 'points.award', gen_random_uuid(), 'request:'||i, encode(sha256(convert_to('00'||E'\n'||'127.0.0.1'||E'\n'||('{"a": 1}'::jsonb)::text,'UTF8')),'hex') from generate_series(1,${N}) i returning id),
 e as (insert into audit_detail select id, null, '00', '127.0.0.1', '{"a": 1}' from d) insert into audit_pending select id from d`).execute(s.db)
console.log('insert', performance.now() - t); t = performance.now()
let n = 0, b = 0
while ((b = await chain(s.db)) > 0) n += b
console.log('chain', n, performance.now() - t); t = performance.now()
console.log(await verifyAudit(s.db), performance.now() - t)
await s.end()
