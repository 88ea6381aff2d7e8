import { Checkbox, Modal, Radio, Select } from 'antd'
import { useEffect, useState } from 'react'
import type { Input } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'
import { useChosenProperties, usePropertyChoices } from './segment-members.tsx'
import { WorkProgress } from './work-progress.tsx'

type Own = NonNullable<Input<'segment.export'>['own']>[number]

const OWN: readonly { value: Own; title: Text }[] = [
  { value: 'externalId', title: { en: 'Brand id', zh: '品牌会员号' } },
  { value: 'name', title: { en: 'Name', zh: '姓名' } },
  { value: 'enteredAt', title: { en: 'Entered', zh: '进入时间' } },
  { value: 'memberId', title: { en: 'Member id', zh: '成员编号' } },
]

type Exported = Input<'segment.export'>

interface Props {
  of: { id: string } | { definition: Exported['definition']; name: string }
  size: number
  open: boolean
  close(): void
}

/** Which columns and which kind of file; then how far it is, and the file. */
export function ExportDialog({ of, size, open, close }: Props) {
  const t = useText()
  const format = useFormat()
  const [kind, setKind] = useState<'csv' | 'xlsx'>('csv')
  const [own, setOwn] = useState<readonly Own[]>(['externalId', 'name', 'enteredAt'])
  const [remembered] = useChosenProperties()
  const [paths, setPaths] = useState(remembered)
  const choices = usePropertyChoices()
  const start = useAct('segment.export')
  const { reset } = start
  useEffect(() => {
    if (open) reset()
  }, [open, reset])
  useEffect(() => setPaths(remembered), [remembered])
  const workId = start.data?.workId
  // Nobody enters a condition that is not kept.
  const fields = 'id' in of ? OWN : OWN.filter((o) => o.value !== 'enteredAt')
  return (
    <Modal
      open={open}
      title={t({ en: 'Export members', zh: '导出成员' })}
      okText={
        workId
          ? t({ en: 'Close', zh: '关闭' })
          : t({ en: `Export ${format.number(size)}`, zh: `导出 ${format.number(size)} 人` })
      }
      okButtonProps={{ disabled: !workId && own.length + paths.length === 0 }}
      cancelButtonProps={{ style: workId ? { display: 'none' } : {} }}
      confirmLoading={start.isPending}
      onOk={() => (workId ? close() : start.mutate({ ...of, format: kind, own: [...own], columns: [...paths] }))}
      onCancel={close}
    >
      {workId ? (
        <WorkProgress id={workId} />
      ) : (
        <div className="stack">
          <Radio.Group
            value={kind}
            aria-label={t({ en: 'Kind of file', zh: '文件格式' })}
            options={[
              { value: 'csv', label: 'CSV' },
              { value: 'xlsx', label: t({ en: 'Excel (XLSX)', zh: 'Excel（XLSX）' }) },
            ]}
            onChange={(e) => setKind(e.target.value as 'csv' | 'xlsx')}
          />
          <Checkbox.Group
            value={[...own]}
            aria-label={t({ en: 'Fields', zh: '字段' })}
            options={fields.map((o) => ({ value: o.value, label: t(o.title) }))}
            onChange={(list) => setOwn(OWN.map((o) => o.value).filter((value) => list.includes(value)))}
          />
          <Field label={t({ en: 'Properties', zh: '成员属性' })}>
            {(field) => (
              <Select
                id={field}
                mode="multiple"
                maxCount={50}
                value={[...paths]}
                options={choices}
                placeholder={t({ en: 'Choose', zh: '请选择' })}
                onChange={(list: string[]) => setPaths(list)}
              />
            )}
          </Field>
          <p className="soft small">
            {t({
              en: 'Only members you may see, masked as you see them. The export is noted in the audit log; the file is kept for a day.',
              zh: '仅包含您可查看的成员，并按您的权限脱敏；导出会记入审计日志，文件保留 1 天。',
            })}
          </p>
          {start.error ? <Failed compact error={start.error} /> : null}
        </div>
      )}
    </Modal>
  )
}
