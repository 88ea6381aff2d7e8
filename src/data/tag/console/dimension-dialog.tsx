import { Button, Checkbox, Input, Modal } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Answer, Failed } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import './tag.css'

interface Draft {
  key: string | null
  zh: string
  en: string
  single: boolean
}
const BLANK: Draft = { key: null, zh: '', en: '', single: false }

/** The groups tags stand in: made, renamed, made single, deleted. */
export function DimensionDialog({ open, close }: { open: boolean; close: () => void }) {
  const t = useText()
  const format = useFormat()
  const dimensions = useCall('tag.dimensions', open ? {} : null)
  const save = useAct('tag.set_dimension')
  const remove = useAct('tag.delete_dimension')
  const confirmed = useConfirmed()
  const [draft, setDraft] = useState<Draft | null>(null)
  const submit = () => {
    if (!draft) return
    const title = { zh: draft.zh.trim() || draft.en.trim(), en: draft.en.trim() || draft.zh.trim() }
    const key = draft.key ?? (title.zh.replaceAll(/[^\p{L}\p{N}]+/gu, '-').replaceAll(/^-|-$/g, '') || 'dimension')
    save.mutate({ key, title, single: draft.single }, { onSuccess: () => setDraft(null) })
  }
  return (
    <Modal
      open={open}
      title={t({ en: 'Dimensions of tags', zh: '标签维度' })}
      footer={null}
      width={620}
      onCancel={() => {
        setDraft(null)
        close()
      }}
    >
      <div className="stack">
        <Answer of={dimensions}>
          {({ items }) => (
            <table className="tag-dimensions" style={{ width: '100%' }}>
              <tbody>
                {items.map((d) => (
                  <tr key={d.key}>
                    <td>{t(d.title)}</td>
                    <td className="soft tabular">
                      {t({ en: `${format.number(d.tags)} tags`, zh: `${format.number(d.tags)} 个标签` })}
                    </td>
                    <td>{d.single ? <span className="pill">{t({ en: 'only one', zh: '单选' })}</span> : null}</td>
                    <td style={{ textAlign: 'right', whiteSpace: 'nowrap' }}>
                      <Button
                        type="text"
                        size="small"
                        icon={<Icon name="edit" size={14} />}
                        aria-label={t({ en: `Edit ${d.title.en}`, zh: `编辑${d.title.zh}` })}
                        onClick={() => setDraft({ key: d.key, zh: d.title.zh, en: d.title.en, single: d.single })}
                      />
                      <Button
                        type="text"
                        size="small"
                        icon={<Icon name="trash" size={14} />}
                        aria-label={t({ en: `Delete ${d.title.en}`, zh: `删除${d.title.zh}` })}
                        onClick={() =>
                          void confirmed({
                            danger: true,
                            title: t({ en: `Delete “${d.title.en}”?`, zh: `删除维度「${d.title.zh}」？` }),
                            consequence: t({
                              en: `Its ${format.number(d.tags)} tags stay, without a dimension.`,
                              zh: `其下 ${format.number(d.tags)} 个标签会保留，但不再归属任何维度。`,
                            }),
                            ok: t({ en: 'Delete', zh: '删除' }),
                            act: () => remove.mutateAsync({ key: d.key }),
                          })
                        }
                      />
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Answer>
        {draft ? (
          <form
            className="stack fieldset"
            onSubmit={(e) => {
              e.preventDefault()
              submit()
            }}
          >
            <Field label={t({ en: 'Name in Chinese', zh: '中文名称' })}>
              {(id) => (
                <Input
                  id={id}
                  value={draft.zh}
                  maxLength={100}
                  onChange={(e) => setDraft({ ...draft, zh: e.target.value })}
                />
              )}
            </Field>
            <Field label={t({ en: 'Name in English', zh: '英文名称' })}>
              {(id) => (
                <Input
                  id={id}
                  value={draft.en}
                  maxLength={100}
                  onChange={(e) => setDraft({ ...draft, en: e.target.value })}
                />
              )}
            </Field>
            <Checkbox checked={draft.single} onChange={(e) => setDraft({ ...draft, single: e.target.checked })}>
              {t({
                en: 'A member has only one of its tags: a new one takes the place of the other',
                zh: '单选维度：成员仅可有一个标签，打上新标签时自动替换旧标签',
              })}
            </Checkbox>
            {save.error ? <Failed compact error={save.error} /> : null}
            <div className="row">
              <Button
                type="primary"
                htmlType="submit"
                loading={save.isPending}
                disabled={!draft.zh.trim() && !draft.en.trim()}
              >
                {t({ en: 'Save', zh: '保存' })}
              </Button>
              <Button onClick={() => setDraft(null)}>{t({ en: 'Cancel', zh: '取消' })}</Button>
            </div>
          </form>
        ) : (
          <Button type="dashed" icon={<Icon name="plus" size={14} />} onClick={() => setDraft(BLANK)}>
            {t({ en: 'Add a dimension', zh: '新增维度' })}
          </Button>
        )}
      </div>
    </Modal>
  )
}
