import { App, Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { LANG } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSignInAgain } from '../../../console/session.tsx'
import { Answer, Failed } from '../../../console/states.tsx'

type Brand = Output<'brand.get'>

const ZONES = Intl.supportedValuesOf('timeZone')
const CURRENCIES = Intl.supportedValuesOf('currency')
/** 2024-01-01 was a Monday. */
const MONDAY = Date.UTC(2024, 0, 1)
const DAY_MS = 86_400_000

export function BrandForm() {
  const t = useText()
  const brand = useCall('brand.get', {})
  return (
    <>
      <PageHead
        title={t({ en: 'Brand', zh: '品牌设置' })}
        hint={t({
          en: 'What the brand is called, and in which zone, week and currency it counts.',
          zh: '品牌名称，以及统计所用的时区、周起始日与货币。',
        })}
      />
      <Answer of={brand}>{(b) => <Form brand={b} />}</Answer>
    </>
  )
}

function Form({ brand }: { brand: Brand }) {
  const t = useText()
  const { locale } = usePreferences()
  const { message } = App.useApp()
  const again = useSignInAgain()
  const [values, setValues] = useState(brand)
  const update = useAct('brand.update', {
    onSuccess: async () => {
      message.success(t({ en: 'Saved', zh: '已保存' }))
      await again()
    },
  })
  const set = (patch: Partial<Brand>) => setValues({ ...values, ...patch })
  const weekday = new Intl.DateTimeFormat(LANG[locale], { weekday: 'long', timeZone: 'UTC' })
  return (
    <form
      className="card stack"
      style={{ maxWidth: 560 }}
      onSubmit={(e) => {
        e.preventDefault()
        update.mutate(values)
      }}
    >
      <Field label={t({ en: 'Name in Chinese', zh: '中文名称' })}>
        {(id) => (
          <Input
            id={id}
            required
            maxLength={80}
            value={values.name.zh}
            onChange={(e) => set({ name: { ...values.name, zh: e.target.value } })}
          />
        )}
      </Field>
      <Field label={t({ en: 'Name in English', zh: '英文名称' })}>
        {(id) => (
          <Input
            id={id}
            required
            maxLength={80}
            value={values.name.en}
            onChange={(e) => set({ name: { ...values.name, en: e.target.value } })}
          />
        )}
      </Field>
      <Field
        label={t({ en: 'Time zone', zh: '时区' })}
        hint={t({
          en: 'Days, weeks and months of all figures follow it. Changing it recounts past days too.',
          zh: '所有日、周、月统计以此为准；修改后历史数据也会按新时区重新统计。',
        })}
      >
        {(id) => (
          <Select
            id={id}
            showSearch
            value={values.zone}
            options={ZONES.map((z) => ({ value: z, label: z }))}
            onChange={(zone) => set({ zone })}
          />
        )}
      </Field>
      <Field label={t({ en: 'First day of the week', zh: '每周起始日' })}>
        {(id) => (
          <Select
            id={id}
            value={values.weekStart}
            options={Array.from({ length: 7 }, (_, i) => ({
              value: i + 1,
              label: weekday.format(MONDAY + i * DAY_MS),
            }))}
            onChange={(weekStart) => set({ weekStart })}
          />
        )}
      </Field>
      <Field label={t({ en: 'Currency', zh: '货币' })}>
        {(id) => (
          <Select
            id={id}
            showSearch
            value={values.currency}
            options={CURRENCIES.map((c) => ({ value: c, label: c }))}
            onChange={(currency) => set({ currency })}
          />
        )}
      </Field>
      <Field label={t({ en: 'Language of the brand', zh: '品牌默认语言' })}>
        {(id) => (
          <Select
            id={id}
            value={values.locale}
            options={[
              { value: 'zh' as const, label: <span lang="zh-CN">中文</span> },
              { value: 'en' as const, label: 'English' },
            ]}
            onChange={(next) => set({ locale: next })}
          />
        )}
      </Field>
      {update.error ? <Failed compact error={update.error} /> : null}
      <div>
        <Button type="primary" htmlType="submit" loading={update.isPending}>
          {t({ en: 'Save', zh: '保存' })}
        </Button>
      </div>
    </form>
  )
}
