// Putting a member into a journey by hand, and everybody of a segment when a journey is published for them.
import { sql } from 'kysely'
import { z } from 'zod'
import { membersAfter } from '#data/segment'
import { newId } from '#kernel/ids'
import { action, entered, job } from './declare.ts'
import { graphOf } from './engine.ts'
import { triggerOf } from './graph.ts'
import { openJourneys, start } from './start.ts'

export const enter = action('journey.enter', {
  title: { en: 'Put a member into a journey', zh: '将成员加入旅程' },
  input: z.object({ id: z.uuid().meta({ en: 'Journey', zh: '旅程', from: 'journey' }) }),
  output: z.object({ runId: z.uuid() }),
  offeredTo: ['operator', 'journey'],
  needs: 'journey.publish',
  on: 'member',
  emits: [entered],
  fails: {
    'journey.not_published': { status: 409, title: { en: 'The journey is not published', zh: '旅程尚未发布' } },
    'journey.already_inside': { status: 409, title: { en: 'The member is in it already', zh: '该成员已在旅程中' } },
  },
  async run(ctx, { id }) {
    const journey = (await openJourneys(ctx.db)).find((j) => j.id === id)
    if (!journey) return ctx.fail('journey.not_published')
    const graph = await graphOf(ctx.db, id, journey.version)
    const runId = newId()
    const event = { id: runId, name: 'journey.enter', timestamp: ctx.now.toISOString(), properties: {} }
    const { rows } = await sql<{ id: string }>`
      insert into journey_runs (id, journey_id, version, member_id, key, node, visit, state, event, cause, depth, entered_at)
      select ${runId}, ${id}, ${journey.version}, ${ctx.memberId}, '', ${graph.start}, 0, 'waiting', ${JSON.stringify(event)}::jsonb,
        ${ctx.cause}, ${ctx.depth}, ${ctx.now}
      where not exists (select 1 from journey_runs r where r.journey_id = ${id} and r.member_id = ${ctx.memberId}
        and r.key = '' and r.state in ('running', 'waiting'))
      on conflict (journey_id, member_id, cause) do nothing returning id`.execute(ctx.db)
    if (rows.length === 0) ctx.fail('journey.already_inside')
    // The timer takes it from here: its first step is one like every other.
    await ctx.db.insertInto('journey_due').values({ run_id: runId, journey_id: id, due_at: ctx.now }).execute()
    ctx.emit(entered, { journeyId: id, name: journey.name, runId, version: journey.version })
    return { runId }
  },
})

/** Members taken in by one transaction. */
const ENROLLED = 500

/** Takes in everybody who is in the trigger's segment already. */
export const enrol = job('journey.enrol', {
  payload: z.object({ journeyId: z.uuid(), version: z.int() }),
  async run(ctx, { journeyId, version }) {
    let after = '00000000-0000-0000-0000-000000000000'
    for (let more = true; more && !ctx.signal.aborted; )
      more = await ctx.transaction(async (tx) => {
        const journey = (await openJourneys(tx.db)).find((j) => j.id === journeyId && j.version === version)
        const on = journey && triggerOf(await graphOf(tx.db, journeyId, version))?.on
        if (!journey || !on || !('segment' in on)) return false
        const members = await membersAfter(tx.db as never, on.segment, after, ENROLLED)
        after = members.at(-1) ?? after
        const event = { id: journeyId, name: 'journey.published', timestamp: tx.now.toISOString(), properties: {} }
        // The version is the cause: stopped half-way and done again, nobody comes in twice.
        const cause = `enrol:${version}`
        await start(
          tx,
          journey,
          members.map((memberId) => ({ memberId, key: '', cause, depth: 1, event })),
        )
        return members.length === ENROLLED
      })
    ctx.signal.throwIfAborted()
  },
})
