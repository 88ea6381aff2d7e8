import { Button, Input, Select } from 'antd'
import { useState } from 'react'
import type { Input as OperationInput, Output } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Failed } from '../../../console/states.tsx'

type Preview = Output<'import.preview'>
type Mapping = OperationInput<'import.start'>['mapping']

const TARGETS: readonly { value: string; title: Text }[] = [
  { value: 'externalId', title: { en: 'Brand id', zh: '品牌会员号' } },
  { value: 'name', title: { en: 'Name', zh: '姓名' } },
  { value: 'email', title: { en: 'E-mail', zh: '邮箱' } },
  { value: 'phone', title: { en: 'Phone', zh: '手机号' } },
  { value: 'gender', title: { en: 'Gender', zh: '性别' } },
  { value: 'birthday', title: { en: 'Birthday', zh: '生日' } },
  { value: 'avatar', title: { en: 'Picture', zh: '头像' } },
  { value: 'locale', title: { en: 'Language', zh: '语言' } },
  { value: 'timezone', title: { en: 'Time zone', zh: '时区' } },
  { value: 'createdAt', title: { en: 'Member since', zh: '注册时间' } },
]
const TYPES: Record<Preview['columns'][number]['type'], Text> = {
  text: { en: 'text', zh: '文本' },
  number: { en: 'number', zh: '数字' },
  boolean: { en: 'yes / no', zh: '是/否' },
  date: { en: 'date', zh: '日期' },
}
const PROPERTY = 'property:'
const IDENTITIES = ['externalId', 'email', 'phone']

interface Choice {
  to: string
  type: Preview['columns'][number]['type']
}

interface Props {
  name: string
  preview: Preview
  busy: boolean
  error: unknown
  back(): void
  start(mapping: Mapping, dryRun: boolean): void
}

/** Which column is what; suggested, and yours to change. */
export function MappingStep({ name, preview, busy, error, back, start }: Props) {
  const t = useText()
  const [choices, setChoices] = useState<Readonly<Record<number, Choice>>>(() =>
    Object.fromEntries(preview.mapping.map((m) => [m.column, { to: m.to, type: m.type }])),
  )
  const set = (column: number, choice: Choice | null) => {
    const rest = Object.fromEntries(Object.entries(choices).filter(([key]) => Number(key) !== column))
    setChoices(choice ? { ...rest, [column]: choice } : rest)
  }
  const used = Object.values(choices).map((c) => c.to)
  const twice = used.find((to, i) => used.indexOf(to) !== i)
  const identified = used.some((to) => IDENTITIES.includes(to))
  const unnamed = used.includes(PROPERTY)
  const mapping = Object.entries(choices).map(([column, c]) => ({ column: Number(column), ...c })) as Mapping
  const ready = identified && !twice && !unnamed

  return (
    <div className="stack">
      <p className="soft">
        <strong>{name}</strong> · {preview.format.toUpperCase()}
        {preview.encoding ? ` · ${preview.encoding}` : ''}
      </p>
      <div className="mapping-scroll">
        <table className="mapping">
          <thead>
            <tr>
              <th scope="col">{t({ en: 'Column', zh: '列' })}</th>
              <th scope="col">{t({ en: 'Examples', zh: '示例' })}</th>
              <th scope="col">{t({ en: 'Goes to', zh: '导入为' })}</th>
            </tr>
          </thead>
          <tbody>
            {preview.columns.map((c) => {
              const choice = choices[c.column]
              const isProperty = choice?.to.startsWith(PROPERTY) ?? false
              return (
                <tr key={c.column}>
                  <th scope="row">
                    {c.heading || <span className="faint">{t({ en: '(no heading)', zh: '（无表头）' })}</span>}
                  </th>
                  <td className="soft">
                    <span className="clip" style={{ display: 'block', maxWidth: 260 }}>
                      {c.samples.slice(0, 3).join(' · ')}
                    </span>
                  </td>
                  <td>
                    <span className="row wrap">
                      <Select
                        aria-label={t({ en: `Where ${c.heading} goes`, zh: `「${c.heading}」导入为` })}
                        style={{ width: 170 }}
                        value={choice ? (isProperty ? PROPERTY : choice.to) : ''}
                        options={[
                          { value: '', label: t({ en: 'leave out', zh: '不导入' }) },
                          ...TARGETS.map((x) => ({ value: x.value, label: t(x.title) })),
                          { value: PROPERTY, label: t({ en: 'own property', zh: '自定义属性' }) },
                        ]}
                        onChange={(to) =>
                          set(
                            c.column,
                            to === ''
                              ? null
                              : to === PROPERTY
                                ? { to: `${PROPERTY}${c.heading}`.slice(0, 109), type: c.type }
                                : { to, type: 'text' },
                          )
                        }
                      />
                      {choice && isProperty ? (
                        <>
                          <Input
                            aria-label={t({ en: 'Name of the property', zh: '属性名' })}
                            style={{ width: 140 }}
                            maxLength={100}
                            value={choice.to.slice(PROPERTY.length)}
                            onChange={(e) => set(c.column, { ...choice, to: PROPERTY + e.target.value })}
                          />
                          <Select
                            aria-label={t({ en: 'Type of the property', zh: '属性类型' })}
                            style={{ width: 92 }}
                            value={choice.type}
                            options={Object.entries(TYPES).map(([value, title]) => ({
                              value: value as Choice['type'],
                              label: t(title),
                            }))}
                            onChange={(type) => set(c.column, { ...choice, type })}
                          />
                        </>
                      ) : null}
                    </span>
                  </td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
      {preview.errors.length > 0 ? (
        <p className="field-error">
          {t({
            en: `${preview.errors.length} rows cannot be read; they are listed after the run.`,
            zh: `有 ${preview.errors.length} 行无法读取，运行后可下载查看。`,
          })}
        </p>
      ) : null}
      {identified ? null : (
        <p className="field-error">
          {t({
            en: 'Say which column holds the brand id, the e-mail or the phone.',
            zh: '请指定品牌会员号、邮箱或手机号所在的列。',
          })}
        </p>
      )}
      {twice ? (
        <p className="field-error">
          {t({ en: `Two columns go to “${twice}”.`, zh: `有两列同时导入为「${twice}」。` })}
        </p>
      ) : null}
      {error ? <Failed compact error={error} /> : null}
      <div className="row wrap">
        <Button type="primary" disabled={!ready} loading={busy} onClick={() => start(mapping, true)}>
          {t({ en: 'Dry run', zh: '试运行（不写入）' })}
        </Button>
        <Button disabled={!ready || busy} onClick={() => start(mapping, false)}>
          {t({ en: 'Import now', zh: '直接导入' })}
        </Button>
        <Button type="text" onClick={back}>
          {t({ en: 'Another file', zh: '重新选择文件' })}
        </Button>
      </div>
    </div>
  )
}
