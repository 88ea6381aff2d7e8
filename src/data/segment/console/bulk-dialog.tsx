import { Modal, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { call, ProblemAnswer } from '#web/api.ts'
import { type CatalogAction, useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { SchemaForm, type Values } from '../../../console/schema-form.tsx'
import { Failed } from '../../../console/states.tsx'
import { WorkProgress } from './work-progress.tsx'

interface Props {
  id: string
  name: string
  open: boolean
  close(): void
}

/** Names something of one member, which a segment has as many of as members. */
const OF_ONE = [
  'points.post_hold',
  'points.void_hold',
  'points.reverse',
  'member.delete_note',
  'message.read',
  'message.read_all',
]
const HIDDEN = ['memberId', 'externalId', 'communityId']

/** One action for everybody in the segment: chosen, filled in, counted, confirmed in numbers, and watched. */
export function BulkDialog({ id, name, open, close }: Props) {
  const t = useText()
  const format = useFormat()
  const catalog = useCatalog()
  const [chosen, setChosen] = useState<CatalogAction | null>(null)
  const [values, setValues] = useState<Values>({})
  const [count, setCount] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const offered = useCall('segment.bulk_actions', open ? {} : null)
  const start = useAct('segment.bulk')
  const { reset } = start
  useEffect(() => {
    if (!open) return
    setChosen(null)
    setValues({})
    setCount(null)
    setError(null)
    reset()
  }, [open, reset])
  const options = useMemo(
    () =>
      (offered.data?.items ?? [])
        .filter((a) => !OF_ONE.includes(a.name))
        .map((a) => ({ value: a.name, label: t(a.title) })),
    [offered.data, t],
  )
  const workId = start.data?.workId
  const change = (next: Values) => {
    setValues(next)
    setCount(null)
  }
  /** First how many, then doing it. */
  const go = async () => {
    if (workId) return close()
    if (!chosen) return
    const asked = { id, action: chosen.name, input: { ...values } }
    setBusy(true)
    setError(null)
    try {
      if (count === null) setCount((await call('segment.bulk_preview', asked)).members)
      else await start.mutateAsync(asked)
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }
  const errors =
    error instanceof ProblemAnswer
      ? Object.fromEntries(error.errors.map((e) => [e.path.replace(/^input\./, ''), e.message]))
      : {}
  return (
    <Modal
      open={open}
      title={t({ en: `For everybody in “${name}”`, zh: `对「${name}」全部成员` })}
      okText={
        workId
          ? t({ en: 'Close', zh: '关闭' })
          : count === null
            ? t({ en: 'How many would it be?', zh: '预览人数' })
            : t({ en: `Do it for ${format.number(count)}`, zh: `对 ${format.number(count)} 人执行` })
      }
      okButtonProps={{ disabled: !workId && (chosen === null || count === 0) }}
      cancelButtonProps={{ style: workId ? { display: 'none' } : {} }}
      confirmLoading={busy}
      onOk={() => void go()}
      onCancel={close}
    >
      {workId ? (
        <WorkProgress id={workId} />
      ) : (
        <div className="stack">
          <Field label={t({ en: 'What to do', zh: '选择操作' })}>
            {(field) => (
              <Select
                id={field}
                showSearch={{ optionFilterProp: 'label' }}
                value={chosen?.name ?? null}
                loading={offered.isPending}
                options={options}
                placeholder={t({ en: 'Choose an action', zh: '请选择操作' })}
                onChange={(action: string) => {
                  setChosen(catalog.data?.actions.find((a) => a.name === action) ?? null)
                  change({})
                }}
              />
            )}
          </Field>
          {chosen ? (
            <SchemaForm schema={chosen.input} values={values} onChange={change} hide={HIDDEN} errors={errors} />
          ) : null}
          {count === null ? null : (
            <p className="segment-notice" role="status">
              {count === 0
                ? t({ en: 'Nobody you may see is in the segment now.', zh: '您可查看的成员中，当前无人在该分群。' })
                : t({
                    en: `“${chosen?.title.en}” is done for ${format.number(count)} members, those in the segment at this moment. You can stop it while it runs, and take back points, messages and the like afterwards under “Bulk work”.`,
                    zh: `将对此刻分群中的 ${format.number(count)} 名成员执行「${chosen?.title.zh}」。执行中可随时停止，完成后可在「批量任务」中撤销积分、消息等影响。`,
                  })}
            </p>
          )}
          {error ? <Failed compact error={error} /> : null}
        </div>
      )}
    </Modal>
  )
}
