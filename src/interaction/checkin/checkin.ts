// A member marks the day once; the streak grows while no day is missed, and points follow the streak.
import { z } from 'zod'
import { award } from '#interaction/points'
import { slice } from '#kernel/capability'
import { Problem } from '#kernel/problem'
import { addDays, localDate } from '#kernel/time'
import { type Mark, type Marked, mark } from './day.ts'
import { type MovedDays, moveDays, returnDays } from './merge.ts'
import { type CheckinTables, migrations } from './tables.ts'

const { event, action, query, trait, reactor, capability } = slice<CheckinTables>()('checkin', {
  layer: 'interaction',
  title: { en: 'Check-in', zh: '打卡' },
  rights: {
    'checkin.own': { title: { en: 'Check in', zh: '打卡' }, roles: ['member'] },
    'checkin.read': {
      title: { en: 'See check-ins', zh: '查看打卡' },
      roles: ['manager', 'content', 'support', 'moderator', 'analyst', 'store', 'member'],
    },
  },
  migrations,
})

// Points stop growing after a week, so that a long streak is an honour and not a liability.
const MOST_POINTS_A_DAY = 7

const dayField = z.iso.date().meta({ en: 'Day', zh: '日期' })
const streakField = z.int().positive().meta({ en: 'Days in a row', zh: '连续天数' })
const markField = z.object({ day: dayField, streak: streakField })

export const completed = event('checkin.completed', {
  title: { en: 'Checked in', zh: '完成打卡' },
  data: markField,
})

const alreadyCompleted = {
  'checkin.already_completed': {
    status: 409,
    title: { en: 'You have checked in today already', zh: '今天已经打过卡了' },
  },
} as const

/** Marks the local day in the brand's zone; a second time on that day is refused, a repeat of the same call is not. */
export const complete = action('checkin.complete', {
  title: { en: 'Check in', zh: '打卡' },
  input: z.object({}),
  output: markField,
  offeredTo: ['member'],
  needs: 'checkin.own',
  on: 'member',
  emits: [completed],
  fails: alreadyCompleted,
  async run(ctx) {
    const { memberId, cause, now: at } = ctx
    const [done] = await mark(ctx.db, [{ memberId, cause, at, day: ctx.today() }])
    const { day, streak, outcome } = must(done)
    if (outcome === 'new') ctx.emit(completed, { day, streak })
    return { day, streak }
  },
  async runMany(ctx, calls) {
    const marks = calls.map((call): Mark => ({ ...call, day: localDate(call.at, ctx.brand.zone) }))
    const done = await mark(ctx.db, marks)
    return done.map((one, i) => {
      const { day, streak, outcome } = must(one)
      if (outcome === 'new') ctx.emit(completed, { day, streak }, marks[i] as Mark)
      return { day, streak }
    })
  },
})

function must(done: Marked | undefined): Marked {
  if (!done || done.outcome === 'taken') throw new Problem('checkin.already_completed', 409)
  return done
}

const rewarded = reactor('checkin.reward', {
  on: [completed],
  async run(ctx, events) {
    await ctx.callMany(
      award,
      events.map((e) => ({
        memberId: e.memberId,
        cause: e.id,
        at: e.timestamp,
        depth: e.depth + 1,
        input: { points: Math.min(e.data.streak, MOST_POINTS_A_DAY), reason: 'checkin' },
      })),
    )
  },
})

const calendar = query('checkin.calendar', {
  title: { en: 'Check-in calendar', zh: '打卡日历' },
  input: z.object({
    month: z
      .string()
      .max(7)
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
      .meta({ en: 'Month', zh: '月份' }),
  }),
  output: z.object({ days: z.array(markField) }),
  offeredTo: ['member', 'operator'],
  needs: 'checkin.read',
  on: 'member',
  async run(ctx, { month }) {
    const first = `${month}-01`
    const days = await ctx.db
      .selectFrom('checkins')
      .select(['day', 'streak'])
      .where('member_id', '=', ctx.memberId)
      .where('day', '>=', first)
      .where('day', '<', `${addDays(first, 31).slice(0, 7)}-01`)
      .orderBy('day')
      .execute()
    return { days }
  },
})

const status = query('checkin.status', {
  title: { en: 'Check-in today', zh: '今日打卡' },
  input: z.object({}),
  output: z.object({
    today: dayField,
    done: z.boolean(),
    /** Days in a row up to today, or to yesterday while today is open. */
    streak: z.int(),
    longest: z.int(),
    total: z.int(),
    /** What today's check-in earns, or earned. */
    points: z.int(),
  }),
  offeredTo: ['member', 'operator'],
  needs: 'checkin.read',
  on: 'member',
  async run(ctx) {
    const today = ctx.today()
    const days = await ctx.db
      .selectFrom('checkins')
      .select(['day', 'streak'])
      .where('member_id', '=', ctx.memberId)
      .where('day', 'in', [today, addDays(today, -1)])
      .execute()
    const sums = await ctx.db
      .selectFrom('checkins')
      .select((eb) => [eb.fn.countAll<number>().as('total'), eb.fn.max('streak').as('longest')])
      .where('member_id', '=', ctx.memberId)
      .executeTakeFirst()
    const done = days.find((d) => d.day === today)
    const streak = (done ?? days[0])?.streak ?? 0
    return {
      today,
      done: done !== undefined,
      streak,
      longest: sums?.longest ?? 0,
      total: sums?.total ?? 0,
      points: Math.min(done ? streak : streak + 1, MOST_POINTS_A_DAY),
    }
  },
})

const longestStreak = trait('checkin.longest_streak', {
  title: { en: 'Longest streak', zh: '最长连续打卡天数' },
  from: completed,
  measure: { max: 'streak' },
})
const dayCount = trait('checkin.days', {
  title: { en: 'Days checked in', zh: '累计打卡天数' },
  from: completed,
  measure: { count: true },
})

export const checkin = capability({
  events: [completed],
  actions: [complete],
  queries: [calendar, status],
  traits: [longestStreak, dayCount],
  reactors: [rewarded],
  onMerge: (db, merge) => moveDays(db, merge),
  onUnmerge: (db, merge, journal) => returnDays(db, merge, journal as MovedDays),
  onErase: async (db, memberId) => {
    await db.deleteFrom('checkins').where('member_id', '=', memberId).execute()
  },
})
