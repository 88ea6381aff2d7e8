import { useNavigate } from '@tanstack/react-router'
import { Button, Input, Modal, Select } from 'antd'
import { useMemo, useState } from 'react'
import { call, type Item, type Input as OperationInput, type Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty, Failed } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import { SaveListDialog } from './save-list-dialog.tsx'
import { MOST_COMPARED } from './segment-list.tsx'
import { Upset } from './upset.tsx'
import { Venn } from './venn.tsx'
import './segment-people.css'

type Compared = Output<'segment.compare'>
type Region = Compared['regions'][number]
type Definition = OperationInput<'segment.create'>['definition']

/** Two to five segments: what they share, who that is, and a list or a segment made of it. */
export function SegmentCompare() {
  const t = useText()
  const [url, set] = useUrlState()
  const ids = useMemo(() => (url.ids ? url.ids.split(',').slice(0, MOST_COMPARED) : []), [url.ids])
  const segments = useCall('segment.list', { limit: 200 })
  const compared = useCall('segment.compare', ids.length > 1 ? { ids } : null)
  const options = useMemo(() => {
    const known = [...(compared.data?.segments ?? []), ...(segments.data?.items ?? [])]
    return [...new Map(known.map((s) => [s.id, { value: s.id, label: s.name }])).values()]
  }, [compared.data, segments.data])
  return (
    <>
      <PageHead
        title={t({ en: 'Compare segments', zh: '分群对比与重叠' })}
        back={{ to: '/segments', title: t({ en: 'Segments', zh: '分群' }) }}
        hint={t({
          en: 'How many are in several segments at once, and how many in just one.',
          zh: '查看同时属于多个分群、或仅属于其中一个的成员。',
        })}
      />
      <div className="stack">
        <section className="card">
          <Field label={t({ en: 'Segments, 2 to 5', zh: '选择 2～5 个分群' })}>
            {(field) => (
              <Select
                id={field}
                mode="multiple"
                maxCount={MOST_COMPARED}
                showSearch={{ optionFilterProp: 'label' }}
                value={ids}
                loading={segments.isPending}
                options={options}
                placeholder={t({ en: 'Choose segments', zh: '请选择分群' })}
                style={{ width: '100%' }}
                onChange={(list: string[]) => set({ ids: list.join(','), region: null, cursor: null, page: null })}
              />
            )}
          </Field>
        </section>
        {ids.length < 2 ? (
          <Empty
            title={t({ en: 'Choose at least two segments', zh: '请至少选择两个分群' })}
            hint={t({
              en: 'Then every combination is counted exactly, and each opens its members.',
              zh: '系统会精确统计每种组合的人数，点击即可查看成员。',
            })}
          />
        ) : (
          <Answer of={compared} rows={8}>
            {(c) => <Comparison compared={c} />}
          </Answer>
        )}
      </div>
    </>
  )
}

function Comparison({ compared }: { compared: Compared }) {
  const t = useText()
  const format = useFormat()
  const [url, set] = useUrlState()
  const { segments, regions, union } = compared
  const chosen = regions.find((r) => r.in.join() === url.region) ?? null
  const choose = (region: Region) => set({ region: region.in.join(), cursor: null, page: null })
  const drawn = { segments, regions, chosen: chosen?.in.join() ?? null, choose }
  if (union === 0) return <Empty title={t({ en: 'Nobody is in any of them now', zh: '这些分群当前都没有成员' })} />
  return (
    <>
      <div className={segments.length <= 3 ? 'compare' : ''}>
        {segments.length <= 3 ? (
          <section className="card">
            <Venn {...drawn} />
          </section>
        ) : null}
        <section className="card stack">
          <p className="soft tabular">
            {t({
              en: `${format.number(union)} members in any of them`,
              zh: `合计 ${format.number(union)} 人（去重）`,
            })}
            {segments.map((s) => (
              <span key={s.id}>{` · ${s.name} ${format.number(s.size)}`}</span>
            ))}
          </p>
          <Upset {...drawn} union={union} />
        </section>
      </div>
      {chosen ? (
        <Overlap compared={compared} region={chosen} />
      ) : (
        <p className="soft">{t({ en: 'Choose a number to see who that is.', zh: '点击人数查看对应成员。' })}</p>
      )}
    </>
  )
}

type Holder = Item<'segment.holders'>

/** Who is in just these segments, and what to make of them. */
function Overlap({ compared, region }: { compared: Compared; region: Region }) {
  const t = useText()
  const { may } = useSession()
  const [saving, setSaving] = useState<'list' | 'segment' | null>(null)
  const names = region.in.map((i) => compared.segments[i]?.name ?? '')
  const title = names.join(' ∩ ')
  const definition = useMemo(
    () =>
      ({
        all: compared.segments.map((s, i) => (region.in.includes(i) ? { segment: s.id } : { not: { segment: s.id } })),
      }) as Definition,
    [compared.segments, region],
  )
  const spec = useMemo(
    (): ListSpec<Holder> => ({
      name: 'segment-overlap',
      title: t({ en: 'Members of the overlap', zh: '重叠成员' }),
      queryKey: ['segment.holders', definition, compared.at],
      load: ({ limit, cursor }, signal) =>
        call('segment.holders', { definition, asOf: compared.at, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (m) => m.memberId,
      to: (m) => `/members/${m.memberId}`,
      columns: [
        {
          key: 'name',
          title: t({ en: 'Member', zh: '成员' }),
          render: (m) => <MemberName memberId={m.memberId} name={m.name ?? m.externalId} />,
          text: (m) => m.name ?? '',
        },
        {
          key: 'externalId',
          title: t({ en: 'Brand id', zh: '品牌会员号' }),
          render: (m) => <span className="mono">{m.externalId ?? '–'}</span>,
          text: (m) => m.externalId ?? '',
        },
      ],
      empty: { title: t({ en: 'Nobody is left', zh: '已没有成员' }) },
    }),
    [definition, compared.at, t],
  )
  return (
    <section className="stack tight" aria-label={title}>
      <div className="row wrap between">
        <h2>{t({ en: `Only in ${title}`, zh: `仅属于：${title}` })}</h2>
        <span className="row wrap">
          {may('list.manage') ? (
            <Button icon={<Icon name="list" />} onClick={() => setSaving('list')}>
              {t({ en: 'Keep as a list', zh: '存为静态名单' })}
            </Button>
          ) : null}
          {may('segment.manage') ? (
            <Button icon={<Icon name="segment" />} onClick={() => setSaving('segment')}>
              {t({ en: 'New segment of them', zh: '存为新分群' })}
            </Button>
          ) : null}
        </span>
      </div>
      <DataList spec={spec} />
      <SaveListDialog
        of={{ definition }}
        size={region.count}
        suggested={title.slice(0, 80)}
        open={saving === 'list'}
        close={() => setSaving(null)}
      />
      <SaveSegment
        definition={definition}
        suggested={title.slice(0, 100)}
        open={saving === 'segment'}
        close={() => setSaving(null)}
      />
    </section>
  )
}

interface SaveSegmentProps {
  definition: Definition
  suggested: string
  open: boolean
  close(): void
}

function SaveSegment({ definition, suggested, open, close }: SaveSegmentProps) {
  const t = useText()
  const navigate = useNavigate()
  const [name, setName] = useState<string | null>(null)
  const create = useAct('segment.create')
  return (
    <Modal
      open={open}
      title={t({ en: 'New segment', zh: '存为新分群' })}
      okText={t({ en: 'Create', zh: '创建' })}
      confirmLoading={create.isPending}
      onOk={() =>
        create.mutate(
          { name: name ?? suggested, definition },
          { onSuccess: ({ id }) => void navigate({ to: `/segments/${id}` } as never) },
        )
      }
      onCancel={close}
    >
      <div className="stack">
        <p className="soft">
          {t({
            en: 'It moves with the segments it is made of: whoever enters or leaves them enters or leaves it.',
            zh: '新分群会随所引用的分群实时变化。',
          })}
        </p>
        <Field label={t({ en: 'Name', zh: '分群名称' })}>
          {(id) => (
            <Input id={id} value={name ?? suggested} maxLength={100} onChange={(e) => setName(e.target.value)} />
          )}
        </Field>
        {create.error ? <Failed compact error={create.error} /> : null}
      </div>
    </Modal>
  )
}
