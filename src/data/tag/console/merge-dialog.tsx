import { useNavigate } from '@tanstack/react-router'
import { Modal, Select } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Failed } from '../../../console/states.tsx'
import { pathOf } from './words.ts'

/** Moves everybody from one fixed tag to another and ends the first. */
export function MergeDialog({ open, tag, close }: { open: boolean; tag: Output<'tag.get'>; close: () => void }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const [into, setInto] = useState<string | null>(null)
  const tags = useCall('tag.list', open ? { kind: 'fixed', limit: 200, sort: 'title' } : null)
  const merge = useAct('tag.merge')
  const target = tags.data?.items.find((x) => x.key === into)
  const title = t(tag.title)
  return (
    <Modal
      open={open}
      title={t({ en: `Merge “${title}” into another tag`, zh: `将「${title}」合并到其他标签` })}
      okText={t({ en: 'Merge', zh: '合并' })}
      okButtonProps={{ danger: true, disabled: into === null }}
      confirmLoading={merge.isPending}
      onOk={() =>
        into && merge.mutate({ key: tag.key, into }, { onSuccess: () => navigate({ to: pathOf(into) } as never) })
      }
      onCancel={close}
    >
      <div className="stack">
        <Field label={t({ en: 'Into', zh: '合并到' })}>
          {(id) => (
            <Select
              id={id}
              showSearch={{ optionFilterProp: 'label' }}
              loading={tags.isPending}
              value={into}
              placeholder={t({ en: 'Choose a tag', zh: '请选择标签' })}
              options={
                tags.data?.items.filter((x) => x.key !== tag.key).map((x) => ({ value: x.key, label: t(x.title) })) ??
                []
              }
              onChange={setInto}
            />
          )}
        </Field>
        {target ? (
          <p className="notice-danger">
            {t({
              en: `The ${format.number(tag.size ?? 0)} members of “${title}” get “${t(target.title)}” (now ${format.number(target.size ?? 0)} members), with who said it, until when, and how it was verified. “${title}” is gone for good.`,
              zh: `「${title}」的 ${format.number(tag.size ?? 0)} 名成员将改为「${t(target.title)}」（现有 ${format.number(target.size ?? 0)} 人），来源、有效期与核验结果一并保留；「${title}」永久删除。`,
            })}
          </p>
        ) : null}
        {merge.error ? <Failed compact error={merge.error} /> : null}
      </div>
    </Modal>
  )
}
