import { Input, Modal, Select } from 'antd'
import { useEffect, useState } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'
import type { Member } from './member-header.tsx'

const FIELDS = ['name', 'email', 'phone', 'gender', 'birthday', 'locale', 'timezone'] as const
type FieldName = (typeof FIELDS)[number]
const TITLES: Record<FieldName, Text> = {
  name: { en: 'Name', zh: '姓名' },
  email: { en: 'E-mail', zh: '邮箱' },
  phone: { en: 'Phone', zh: '手机号' },
  gender: { en: 'Gender', zh: '性别' },
  birthday: { en: 'Birthday', zh: '生日' },
  locale: { en: 'Language', zh: '语言' },
  timezone: { en: 'Time zone', zh: '时区' },
}
const TYPES: Partial<Record<FieldName, string>> = { email: 'email', phone: 'tel', birthday: 'date' }

const GENDERS: Readonly<Record<string, Text>> = {
  female: { en: 'female', zh: '女' },
  male: { en: 'male', zh: '男' },
  other: { en: 'other', zh: '其他' },
}
const CHOICES: Partial<Record<FieldName, readonly string[]>> = {
  gender: Object.keys(GENDERS),
  timezone: Intl.supportedValuesOf('timeZone'),
}
/** What is stored stays choosable, even when it is none of ours. */
const withPresent = (choices: readonly string[], present: string) =>
  present && !choices.includes(present) ? [present, ...choices] : choices

type Values = Record<FieldName, string>
const valuesOf = (m: Member): Values => Object.fromEntries(FIELDS.map((f) => [f, m[f] ?? ''])) as Values

export function MemberForm({ member, open, close }: { member: Member; open: boolean; close: () => void }) {
  const t = useText()
  const update = useAct('member.update')
  const [values, setValues] = useState(() => valuesOf(member))
  const { reset } = update
  useEffect(() => {
    if (!open) return
    setValues(valuesOf(member))
    reset()
  }, [open, member, reset])
  const save = () => {
    const before = valuesOf(member)
    const changed = FIELDS.filter((f) => values[f].trim() !== before[f])
    if (changed.length === 0) return close()
    update.mutate(
      { memberId: member.memberId, ...Object.fromEntries(changed.map((f) => [f, values[f].trim() || null])) },
      { onSuccess: close },
    )
  }
  const labelOf = (field: FieldName, value: string) =>
    field === 'gender' && GENDERS[value] ? t(GENDERS[value]) : value
  const problems = new Map(
    update.error instanceof ProblemAnswer ? update.error.errors.map((e) => [e.path, e.message]) : [],
  )
  return (
    <Modal
      open={open}
      title={t({ en: 'Edit member', zh: '编辑成员资料' })}
      okText={t({ en: 'Save', zh: '保存' })}
      confirmLoading={update.isPending}
      onOk={save}
      onCancel={close}
    >
      <div className="stack">
        {FIELDS.map((f) => (
          <Field
            key={f}
            label={t(TITLES[f])}
            hint={problems.has(f) ? <span className="field-error">{problems.get(f)}</span> : null}
          >
            {(id) =>
              CHOICES[f] ? (
                <Select
                  id={id}
                  allowClear
                  value={values[f] || null}
                  options={withPresent(CHOICES[f], values[f]).map((value) => ({ value, label: labelOf(f, value) }))}
                  showSearch={{ optionFilterProp: 'label' }}
                  onChange={(value: string | null) => setValues({ ...values, [f]: value ?? '' })}
                />
              ) : (
                <Input
                  id={id}
                  type={TYPES[f] ?? 'text'}
                  value={values[f]}
                  maxLength={254}
                  status={problems.has(f) ? 'error' : ''}
                  onChange={(e) => setValues({ ...values, [f]: e.target.value })}
                />
              )
            }
          </Field>
        ))}
        {update.error ? <Failed compact error={update.error} /> : null}
      </div>
    </Modal>
  )
}
