import { Button, Modal, Segmented, Select } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Answer, Failed } from '../../../console/states.tsx'
import { useSettled } from '../../segment/console/use-settled.ts'
import { AudienceField, audienceOf, NOBODY } from './audience-field.tsx'
import { JobLine } from './open-jobs.tsx'
import { isOpen } from './words.ts'
import './tag.css'

/** The warehouse is asked once typing has paused for this long. */
const PAUSE_MS = 500
const LOOK_MS = 700

type Change = 'apply' | 'remove'

/** Puts a tag on many members or takes it off: first in numbers, then for good, with its progress. */
export function BulkDialog({ open, tag, close }: { open: boolean; tag?: string; close: () => void }) {
  const t = useText()
  const [key, setKey] = useState<string | null>(tag ?? null)
  const [change, setChange] = useState<Change>('apply')
  const [audience, setAudience] = useState(NOBODY)
  const [jobId, setJobId] = useState<string | null>(null)
  const [changed, setChanged] = useState<number | null>(null)
  useEffect(() => {
    if (!open) return
    setKey(tag ?? null)
    setJobId(null)
    setChanged(null)
    setAudience(NOBODY)
  }, [open, tag])
  const asked = useSettled(audience, PAUSE_MS)
  const who = useMemo(() => audienceOf(asked), [asked])
  const isSettled = asked === audience
  const preview = useCall('tag.preview_many', open && key && who ? { key, change, ...who } : null, {
    retry: false,
    placeholderData: (before) => before,
  })
  const tags = useCall('tag.list', open && tag === undefined ? { kind: 'fixed', limit: 200, sort: 'title' } : null)
  const apply = useAct('tag.apply_many')
  const remove = useAct('tag.remove_many')
  const act = change === 'apply' ? apply : remove
  const start = () => {
    if (!key || !who) return
    act.mutate(
      { key, ...who },
      {
        onSuccess: (done) => {
          setJobId(done.jobId)
          setChanged(done.changed)
        },
      },
    )
  }
  const isOver = jobId !== null || changed !== null
  const n = preview.data?.changes ?? 0
  return (
    <Modal
      open={open}
      width={760}
      title={t({ en: 'Tag in bulk', zh: '批量打标' })}
      onCancel={close}
      footer={
        isOver ? (
          <Button type="primary" onClick={close}>
            {t({ en: 'Close', zh: '完成' })}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t({ en: 'Cancel', zh: '取消' })}</Button>
            <Button
              type="primary"
              danger={change === 'remove'}
              disabled={!key || !who || !isSettled || preview.isPlaceholderData || n === 0}
              loading={act.isPending}
              onClick={start}
            >
              <ConfirmWords change={change} n={n} />
            </Button>
          </>
        )
      }
    >
      {isOver ? (
        <Outcome jobId={jobId} changed={changed} />
      ) : (
        <div className="stack">
          <Segmented<Change>
            aria-label={t({ en: 'What to do', zh: '操作' })}
            value={change}
            options={[
              { value: 'apply', label: t({ en: 'Put on', zh: '打上标签' }) },
              { value: 'remove', label: t({ en: 'Take off', zh: '移除标签' }) },
            ]}
            onChange={setChange}
          />
          {tag === undefined ? (
            <Field
              label={t({ en: 'Tag', zh: '标签' })}
              hint={t({
                en: 'Fixed tags only; dynamic ones follow their conditions.',
                zh: '仅限固定标签；动态标签由条件自动判定。',
              })}
            >
              {(id) => (
                <Select
                  id={id}
                  showSearch={{ optionFilterProp: 'label' }}
                  loading={tags.isPending}
                  value={key}
                  placeholder={t({ en: 'Choose a tag', zh: '请选择标签' })}
                  options={tags.data?.items.map((x) => ({ value: x.key, label: t(x.title) })) ?? []}
                  onChange={setKey}
                />
              )}
            </Field>
          ) : null}
          <AudienceField value={audience} onChange={setAudience} />
          {who && key ? (
            <Answer of={preview} rows={2}>
              {(p) => (
                <div aria-busy={preview.isPlaceholderData || !isSettled} aria-live="polite">
                  <Numbers preview={p} change={change} />
                </div>
              )}
            </Answer>
          ) : null}
          {act.error ? <Failed compact error={act.error} /> : null}
        </div>
      )}
    </Modal>
  )
}

function ConfirmWords({ change, n }: { change: Change; n: number }) {
  const t = useText()
  const format = useFormat()
  return change === 'apply'
    ? t({ en: `Tag ${format.number(n)} members`, zh: `为 ${format.number(n)} 人打标` })
    : t({ en: `Take it off ${format.number(n)} members`, zh: `移除 ${format.number(n)} 人的标签` })
}

interface Preview {
  matched: number
  unknown: number
  changes: number
  replaces: number
  isJob: boolean
}

function Numbers({ preview: p, change }: { preview: Preview; change: Change }) {
  const t = useText()
  const format = useFormat()
  const rows: [string, number][] = [
    [t({ en: 'Members found', zh: '匹配成员' }), p.matched],
    [
      change === 'apply' ? t({ en: 'Get the tag', zh: '将打上标签' }) : t({ en: 'Lose the tag', zh: '将移除标签' }),
      p.changes,
    ],
    [
      change === 'apply' ? t({ en: 'Have it already', zh: '已有该标签' }) : t({ en: 'Do not have it', zh: '无该标签' }),
      p.matched - p.changes,
    ],
    ...(p.unknown > 0 ? [[t({ en: 'Ids of nobody', zh: '未找到的会员号' }), p.unknown] as [string, number]] : []),
    ...(p.replaces > 0
      ? [[t({ en: 'Lose another tag of the dimension', zh: '同维度旧标签将被替换' }), p.replaces] as [string, number]]
      : []),
  ]
  return (
    <>
      <dl className="tag-numbers tabular">
        {rows.map(([label, n]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{format.number(n)}</dd>
          </div>
        ))}
      </dl>
      {p.isJob ? (
        <p className="small soft">
          {t({
            en: 'It runs in the background; you may go on working and can stop it.',
            zh: '将在后台执行，期间可继续其他操作，也可随时停止。',
          })}
        </p>
      ) : null}
    </>
  )
}

function Outcome({ jobId, changed }: { jobId: string | null; changed: number | null }) {
  const t = useText()
  const format = useFormat()
  const job = useCall('tag.jobs', jobId ? { id: jobId } : null, {
    refetchInterval: (query) => (query.state.data?.items.some((j) => isOpen(j.state)) ? LOOK_MS : false),
  })
  if (changed !== null)
    return (
      <p role="status">
        {t({
          en: `Done: ${format.number(changed)} members changed.`,
          zh: `已完成，共变更 ${format.number(changed)} 名成员。`,
        })}
      </p>
    )
  return <Answer of={job}>{({ items }) => (items[0] ? <JobLine job={items[0]} /> : null)}</Answer>
}
