// Orders that were paid in outside shops, by their number there. There is no shop of our own yet.
import { type Kysely, sql } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import { newId } from '#kernel/ids'
import { cutPage, decodeCursor, pageInput, pageOf } from '#kernel/page'
import { migrations, type OrderItem, type OrderTables } from './tables.ts'

const { event, action, query, capability } = slice<OrderTables>()('order', {
  layer: 'interaction',
  title: { en: 'Orders', zh: '订单' },
  rights: {
    'order.import': { title: { en: 'Import orders', zh: '导入订单' }, roles: ['manager'] },
    'order.read': {
      title: { en: 'See orders', zh: '查看订单' },
      roles: ['manager', 'support', 'analyst', 'store', 'member'],
    },
  },
  migrations,
})

/** 2^53: money beyond it would no longer be exact. */
const amount = z.int().min(0)
const currency = z.string().regex(/^[A-Z]{3}$/, { message: 'ISO 4217: "CNY"' })
const orderId = z.string().trim().min(1).max(200).meta({ en: 'Order number', zh: '订单号' })
const items = z
  .array(
    z.object({
      sku: z.string().max(200),
      name: z.string().max(300),
      quantity: z.int().min(1).max(1_000_000),
      price: amount,
    }),
  )
  .max(200)
  .meta({ en: 'Items', zh: '商品' })

export const paid = event('order.paid', {
  title: { en: 'Paid an order', zh: '支付订单' },
  data: z.object({
    orderId,
    amount: amount.meta({ en: 'Amount (minor unit)', zh: '金额（最小货币单位）' }),
    currency: currency.meta({ en: 'Currency', zh: '币种' }),
    items,
  }),
})

type Input = z.output<typeof importInput>
const importInput = z.object({
  orderId,
  amount: amount.meta({ en: 'Amount (minor unit)', zh: '金额（最小货币单位）' }),
  currency: currency.meta({ en: 'Currency', zh: '币种' }),
  paidAt: z.iso.datetime().meta({ en: 'Paid at', zh: '支付时间' }),
  items: items.default([]),
})

/** Stores orders not known yet, one per order number; answers those. */
async function keep(db: Kysely<OrderTables>, orders: readonly { memberId: string; input: Input }[]) {
  const rows = orders.map(({ memberId, input }) => ({
    memberId,
    ...input,
    id: newId(),
    items: JSON.stringify(input.items),
  }))
  const { rows: kept } = await sql<{ external_id: string }>`
    insert into orders (id, external_id, member_id, amount, currency, paid_at, items)
    select * from unnest(${rows.map((r) => r.id)}::uuid[], ${rows.map((r) => r.orderId)}::text[],
      ${rows.map((r) => r.memberId)}::uuid[], ${rows.map((r) => r.amount)}::bigint[],
      ${rows.map((r) => r.currency)}::text[], ${rows.map((r) => r.paidAt)}::timestamptz[],
      ${rows.map((r) => r.items)}::jsonb[])
    on conflict (external_id) do nothing returning external_id`.execute(db)
  return new Set(kept.map((r) => r.external_id))
}

const dataOf = ({ orderId, amount, currency, items }: Input) => ({ orderId, amount, currency, items })

/** An order number that is known already changes nothing, whatever else the call says. */
export const importOrder = action('order.import', {
  title: { en: 'Import an order', zh: '导入订单' },
  input: importInput,
  output: z.object({ created: z.boolean() }),
  offeredTo: ['operator'],
  needs: 'order.import',
  on: 'member',
  emits: [paid],
  async run(ctx, input) {
    const created = (await keep(ctx.db, [{ memberId: ctx.memberId, input }])).has(input.orderId)
    if (created) ctx.emit(paid, dataOf(input), { at: new Date(input.paidAt) })
    return { created }
  },
  async runMany(ctx, calls) {
    const kept = await keep(ctx.db, calls)
    return calls.map(({ input, memberId, cause }) => {
      // The first of two calls with one number is the order.
      const created = kept.delete(input.orderId)
      if (created) ctx.emit(paid, dataOf(input), { memberId, cause, at: new Date(input.paidAt) })
      return { created }
    })
  },
})

const shown = z.object({
  id: z.uuid(),
  orderId: z.string(),
  amount: z.int(),
  currency: z.string(),
  paidAt: z.iso.datetime(),
  items,
})

export const list = query('order.list', {
  title: { en: 'Orders of a member', zh: '成员订单' },
  input: z.object(pageInput),
  output: pageOf(shown),
  offeredTo: ['member', 'operator'],
  needs: 'order.read',
  on: 'member',
  personal: true,
  async run(ctx, { limit, cursor }) {
    const after = decodeCursor(cursor, 2)
    let find = ctx.db.selectFrom('orders').selectAll().where('member_id', '=', ctx.memberId)
    if (after) find = find.where(sql<boolean>`(paid_at, id) < (${after[0]}::timestamptz, ${after[1]}::uuid)`)
    const rows = await find
      .orderBy('paid_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit + 1)
      .execute()
    return cutPage(
      rows,
      limit,
      (r) => [r.paid_at.toISOString(), r.id],
      (r) => ({
        id: r.id,
        orderId: r.external_id,
        amount: r.amount,
        currency: r.currency,
        paidAt: r.paid_at.toISOString(),
        items: r.items as OrderItem[],
      }),
    )
  },
})

export const order = capability({
  events: [paid],
  actions: [importOrder],
  queries: [list],
  async onMerge(db, { keepId, mergeId }) {
    const moved = await db
      .updateTable('orders')
      .set({ member_id: keepId })
      .where('member_id', '=', mergeId)
      .returning('id')
      .execute()
    return moved.map((o) => o.id)
  },
  async onUnmerge(db, { keepId, mergeId }, journal) {
    const ids = journal as readonly string[]
    if (ids.length === 0) return
    await sql`update orders set member_id = ${mergeId} where member_id = ${keepId} and id = any(${ids}::uuid[])`.execute(
      db,
    )
  },
  // The shop keeps the invoice; here nothing is left that names the member.
  async onErase(db, memberId) {
    await db.deleteFrom('orders').where('member_id', '=', memberId).execute()
  },
})
