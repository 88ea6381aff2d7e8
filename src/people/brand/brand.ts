// The brand this deployment serves: what it is called, and in which zone, language, currency and week it counts.
import { isDeepStrictEqual } from 'node:util'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { slice } from '#kernel/capability'
import type { Brand } from '#kernel/context'
import type { Db } from '#kernel/host'
import { timezone } from '#kernel/time'
import { manifestRoute } from './manifest.ts'
import { type BrandTables, migrations } from './tables.ts'

const { event, action, query, capability } = slice<BrandTables>()('brand', {
  layer: 'people',
  title: { en: 'Brand', zh: '品牌' },
  rights: { 'brand.manage': { title: { en: 'Change brand settings', zh: '修改品牌设置' }, roles: ['manager'] } },
  migrations,
})

const currencies = new Set(Intl.supportedValuesOf('currency'))
const label = z.string().trim().min(1).max(80)

const settings = z.object({
  name: z.object({ en: label, zh: label }).meta({ en: 'Name', zh: '名称' }),
  zone: timezone.meta({ en: 'Time zone', zh: '时区' }),
  locale: z.enum(['zh', 'en']).meta({ en: 'Language', zh: '语言' }),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .refine((code) => currencies.has(code), { message: 'ISO 4217' })
    .meta({ en: 'Currency', zh: '货币' }),
  weekStart: z.int().min(1).max(7).meta({ en: 'First day of the week (1 = Monday)', zh: '每周起始日（1 为周一）' }),
})

/** The running system reads the settings again when this has been committed. */
export const brandUpdated = event('brand.updated', {
  title: { en: 'Brand settings changed', zh: '品牌设置已修改' },
  class: 'system',
  data: z.object({ changed: z.array(z.string()) }),
})

/** The settings as they are now. */
export async function loadBrand(db: Db): Promise<Brand> {
  const row = await (db as unknown as Kysely<BrandTables>)
    .selectFrom('brand_settings')
    .selectAll()
    .executeTakeFirstOrThrow()
  return {
    name: { en: row.name_en, zh: row.name_zh },
    zone: row.zone,
    locale: row.locale,
    currency: row.currency,
    weekStart: row.week_start,
  }
}
const get = query('brand.get', {
  title: { en: 'Brand settings', zh: '品牌设置' },
  input: z.object({}),
  output: settings,
  offeredTo: ['public', 'member', 'operator'],
  needs: null,
  on: 'brand',
  run: (ctx) => loadBrand(ctx.db as unknown as Db),
})

const update = action('brand.update', {
  title: { en: 'Change brand settings', zh: '修改品牌设置' },
  input: settings.partial(),
  output: settings,
  offeredTo: ['operator'],
  needs: 'brand.manage',
  on: 'brand',
  emits: [brandUpdated],
  async run(ctx, input) {
    if (ctx.actor.scope.kind !== 'all') ctx.fail('access.denied')
    const before = await loadBrand(ctx.db as unknown as Db)
    const after: Brand = {
      name: input.name ?? before.name,
      zone: input.zone ?? before.zone,
      locale: input.locale ?? before.locale,
      currency: input.currency ?? before.currency,
      weekStart: input.weekStart ?? before.weekStart,
    }
    const changed = settings.keyof().options.filter((key) => !isDeepStrictEqual(before[key], after[key]))
    if (changed.length === 0) return before
    await ctx.db
      .updateTable('brand_settings')
      .set({
        name_en: after.name.en,
        name_zh: after.name.zh,
        zone: after.zone,
        locale: after.locale,
        currency: after.currency,
        week_start: after.weekStart,
      })
      .execute()
    ctx.note({ before, after })
    ctx.emit(brandUpdated, { changed })
    return after
  },
})

export const brand = capability({
  events: [brandUpdated],
  actions: [update],
  queries: [get],
  routes: [manifestRoute],
})
