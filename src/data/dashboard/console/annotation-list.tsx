import { App, Button, Input, Modal, Select } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListQuery, ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { ANNOTATION_TITLES } from './words.ts'

type Row = Item<'annotation.list'>
type Kind = Row['kind']
const KINDS = Object.keys(ANNOTATION_TITLES) as readonly Kind[]

const load = ({ search, filters, sort, direction, limit, cursor }: ListQuery, signal: AbortSignal) =>
  call(
    'annotation.list',
    {
      limit,
      ...(sort === 'at' ? { order: direction } : {}),
      ...(search ? { search } : {}),
      ...(KINDS.includes(filters.kind as Kind) ? { kind: filters.kind as Kind } : {}),
      ...(cursor ? { cursor } : {}),
    },
    { signal },
  )

/** What happened around the numbers. */
export function AnnotationList() {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const nameOf = useActorName()
  const [editing, setEditing] = useState<Row | 'new' | null>(null)
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null, { retry: false })
  const create = useMemo(
    () =>
      may('dashboard.manage') ? (
        <Button type="primary" icon={<Icon name="plus" />} onClick={() => setEditing('new')}>
          {t({ en: 'New annotation', zh: '新建标注' })}
        </Button>
      ) : null,
    [may, t],
  )
  const spec = useMemo((): ListSpec<Row> => {
    const communityOf = (id: string | null) =>
      id === null
        ? t({ en: 'whole brand', zh: '全品牌' })
        : (communities.data?.items.find((c) => c.id === id)?.name ?? '–')
    return {
      name: 'annotation',
      title: t({ en: 'Annotations', zh: '事件标注' }),
      queryKey: ['annotation.list'],
      load,
      rowKey: (a) => a.id,
      search: t({ en: 'Search the text', zh: '按内容搜索' }),
      filters: [
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          options: KINDS.map((value) => ({ value, label: t(ANNOTATION_TITLES[value]) })),
        },
      ],
      columns: [
        {
          key: 'at',
          sort: 'at',
          title: t({ en: 'When', zh: '时间' }),
          width: 170,
          render: (a) => format.minute(a.at),
          text: (a) => a.at,
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          width: 100,
          render: (a) => (
            <span className={`pill ${a.kind === 'incident' ? 'bad' : a.kind === 'campaign' ? 'good' : ''}`}>
              {t(ANNOTATION_TITLES[a.kind])}
            </span>
          ),
          text: (a) => a.kind,
        },
        { key: 'text', title: t({ en: 'Text', zh: '内容' }), render: (a) => a.text, text: (a) => a.text },
        {
          key: 'community',
          title: t({ en: 'Community', zh: '社群' }),
          width: 150,
          render: (a) => communityOf(a.communityId),
          text: (a) => communityOf(a.communityId),
        },
        {
          key: 'by',
          title: t({ en: 'Made by', zh: '创建人' }),
          width: 120,
          render: (a) => nameOf(a.createdBy),
          text: (a) => nameOf(a.createdBy),
        },
      ],
      ...(may('dashboard.manage')
        ? { rowActions: (a: Row) => <RowActions annotation={a} edit={() => setEditing(a)} /> }
        : {}),
      empty: {
        title: t({ en: 'No annotations yet', zh: '还没有事件标注' }),
        hint: t({
          en: 'Note when a campaign began or something broke: every chart over time shows it.',
          zh: '记录活动上线、系统故障等时点，所有趋势图都会标出，便于解读数据波动。',
        }),
        action: create,
      },
    }
  }, [t, format, nameOf, create, communities.data, may])
  return (
    <>
      <PageHead
        title={t({ en: 'Annotations', zh: '事件标注' })}
        hint={t({
          en: 'Campaigns, incidents and notes, drawn on every chart over time.',
          zh: '活动、故障与备注，标在每一张趋势图上。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
      {editing ? (
        <Editor
          key={editing === 'new' ? 'new' : editing.id}
          annotation={editing === 'new' ? null : editing}
          onClose={() => setEditing(null)}
        />
      ) : null}
    </>
  )
}

function RowActions({ annotation, edit }: { annotation: Row; edit(): void }) {
  const t = useText()
  const confirmed = useConfirmed()
  const remove = useAct('annotation.delete')
  return (
    <span className="row">
      <Button
        type="text"
        size="small"
        icon={<Icon name="edit" />}
        aria-label={t({ en: `Change “${annotation.text}”`, zh: `编辑「${annotation.text}」` })}
        onClick={edit}
      />
      <Button
        type="text"
        size="small"
        icon={<Icon name="trash" />}
        aria-label={t({ en: `Delete “${annotation.text}”`, zh: `删除「${annotation.text}」` })}
        onClick={() =>
          void confirmed({
            danger: true,
            title: t({ en: 'Delete the annotation?', zh: '删除该标注？' }),
            consequence: t({ en: 'It goes from every chart it is drawn on.', zh: '该标注将从所有图表中移除。' }),
            ok: t({ en: 'Delete', zh: '删除' }),
            act: () => remove.mutateAsync({ id: annotation.id }),
          })
        }
      />
    </span>
  )
}

/** An instant as `datetime-local` writes it, in the browser's zone. */
function localOf(at: string): string {
  const date = new Date(at)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}

function Editor({ annotation, onClose }: { annotation: Row | null; onClose(): void }) {
  const t = useText()
  const { may } = useSession()
  const { message } = App.useApp()
  const create = useAct('annotation.create')
  const update = useAct('annotation.update')
  const communities = useCall('community.list', may('community.read') ? { limit: 200 } : null, { retry: false })
  const [at, setAt] = useState(localOf(annotation?.at ?? new Date().toISOString()))
  const [text, setText] = useState(annotation?.text ?? '')
  const [kind, setKind] = useState<Kind>(annotation?.kind ?? 'campaign')
  const [communityId, setCommunity] = useState<string | null>(annotation?.communityId ?? null)
  const save = async () => {
    const values = { at: new Date(at).toISOString(), text, kind }
    try {
      if (annotation) await update.mutateAsync({ id: annotation.id, ...values, communityId: communityId as never })
      else await create.mutateAsync({ ...values, communityId: communityId as never })
      onClose()
    } catch (error) {
      const { title, hint } = explainProblem(error, t)
      message.error([title, hint].filter(Boolean).join(' '))
    }
  }
  return (
    <Modal
      open
      onCancel={onClose}
      title={
        annotation ? t({ en: 'Change the annotation', zh: '编辑标注' }) : t({ en: 'New annotation', zh: '新建标注' })
      }
      okText={t({ en: 'Save', zh: '保存' })}
      okButtonProps={{ disabled: !text.trim() || !at }}
      confirmLoading={create.isPending || update.isPending}
      onOk={() => void save()}
    >
      <div className="stack">
        <Field label={t({ en: 'Text', zh: '内容' })}>
          {(id) => <Input id={id} value={text} maxLength={200} autoFocus onChange={(e) => setText(e.target.value)} />}
        </Field>
        <Field label={t({ en: 'When', zh: '时间' })}>
          {(id) => <Input id={id} type="datetime-local" value={at} onChange={(e) => setAt(e.target.value)} />}
        </Field>
        <Field label={t({ en: 'Kind', zh: '类型' })}>
          {(id) => (
            <Select
              id={id}
              value={kind}
              options={KINDS.map((value) => ({ value, label: t(ANNOTATION_TITLES[value]) }))}
              onChange={setKind}
            />
          )}
        </Field>
        <Field label={t({ en: 'Community', zh: '社群' })}>
          {(id) => (
            <Select
              id={id}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
              value={communityId}
              placeholder={t({ en: 'The whole brand', zh: '全品牌' })}
              options={(communities.data?.items ?? []).map((c) => ({ value: c.id, label: c.name }))}
              onChange={(chosen: string | undefined) => setCommunity(chosen ?? null)}
            />
          )}
        </Field>
      </div>
    </Modal>
  )
}
