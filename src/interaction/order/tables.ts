import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'

export interface OrderItem {
  sku: string
  name: string
  quantity: number
  /** Of one piece, in the minor unit. */
  price: number
}

export interface OrderTables {
  orders: {
    id: string
    external_id: string
    member_id: string
    /** Minor unit. */
    amount: number
    currency: string
    paid_at: Date
    /** Written as JSON text. */
    items: OrderItem[]
  }
}

export const migrations: Migrations = {
  async '2026-11-22T0930_orders'(db) {
    await sql`create table orders (
      id uuid primary key,
      external_id text not null unique,
      member_id uuid not null,
      amount bigint not null check (amount >= 0),
      currency text not null,
      paid_at timestamptz not null,
      items jsonb not null
    )`.execute(db)
    await sql`create index orders_of_member on orders (member_id, paid_at desc, id desc)`.execute(db)
  },
}
