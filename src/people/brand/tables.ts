import { sql } from 'kysely'
import type { Migrations } from '#kernel/capability'
import type { Locale } from '#kernel/text'

export interface BrandTables {
  brand_settings: {
    id: boolean
    name_en: string
    name_zh: string
    zone: string
    locale: Locale
    currency: string
    week_start: number
  }
}

export const migrations: Migrations = {
  '2026-11-22T0810_brand': (db) =>
    sql`
      create table brand_settings (
        id boolean primary key default true check (id),
        name_en text not null default 'Banyan',
        name_zh text not null default '榕树',
        zone text not null default 'Asia/Shanghai',
        locale text not null default 'zh' check (locale in ('zh', 'en')),
        currency text not null default 'CNY',
        week_start smallint not null default 1 check (week_start between 1 and 7)
      );
      insert into brand_settings default values`.execute(db),
}
