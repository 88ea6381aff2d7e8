import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button } from 'antd'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Histogram, ShareBars } from '../../../console/chart/histogram.tsx'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { Uses } from '../../../console/uses.tsx'
import type { DefinitionDraft } from './draft.ts'
import { TraitState } from './trait-list.tsx'
import { TraitMembers } from './trait-members.tsx'
import { Weights } from './weights.tsx'
import { KIND_TITLES, useTraitWords } from './words.ts'
import './trait.css'

type Trait = Output<'trait.get'>
/** While everybody is being measured the page looks again this often. */
const FILLING_MS = 1_500

export function TraitPage() {
  const id = useParam('traitId')
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const { may } = useSession()
  const trait = useCall(
    'trait.get',
    { id },
    { refetchInterval: (query) => (query.state.data?.state === 'filling' ? FILLING_MS : false) },
  )
  return (
    <Answer of={trait} rows={8}>
      {(s) => {
        const definition = s.definition as DefinitionDraft
        return (
          <>
            <PageHead
              title={s.name}
              back={{ to: '/traits', title: t({ en: 'Traits', zh: '计算属性' }) }}
              hint={
                <span className="row wrap">
                  <TraitState state={s.state} />
                  <span>{t(KIND_TITLES[s.kind])}</span>
                  <span className="mono">{s.key}</span>
                  <span className="tabular">
                    {t({ en: `${format.number(s.size)} members`, zh: `${format.number(s.size)} 人有值` })}
                  </span>
                </span>
              }
              actions={may('trait.manage') ? <Actions trait={s} /> : null}
            />
            <div className="card trait-rule">
              <p>{words.describe(definition)}</p>
              {s.description ? <p className="faint small">{s.description}</p> : null}
              <p className="faint small mono">{`{{member.trait.${s.key}${definition.rfm ? '.segment' : ''}}}`}</p>
            </div>
            <PageTabs
              label={t({ en: 'Views of the trait', zh: '计算属性视图' })}
              items={[
                {
                  key: 'values',
                  label: t({ en: 'Distribution', zh: '取值分布' }),
                  children: <Distribution trait={s} />,
                },
                {
                  key: 'members',
                  label: t({ en: 'Members', zh: '成员' }),
                  children: <TraitMembers id={id} definition={definition} as={`${s.state} ${s.size} ${s.version}`} />,
                },
                ...(definition.score
                  ? [
                      {
                        key: 'weights',
                        label: t({ en: 'Weights and test', zh: '权重与检验' }),
                        children: <Weights key={s.version} id={id} score={definition.score} />,
                      },
                    ]
                  : []),
                { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage uses={s.uses} /> },
              ]}
            />
          </>
        )
      }}
    </Answer>
  )
}

function Actions({ trait }: { trait: Trait }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { modal, message } = App.useApp()
  const remove = useAct('trait.delete')
  const recompute = useAct('trait.recompute')
  const tell = (error: unknown) => {
    const { title, hint } = explainProblem(error, t)
    message.error(`${title} ${hint}`)
  }
  const confirmRemove = () =>
    modal.confirm({
      title: t({ en: `Delete “${trait.name}”?`, zh: `删除计算属性「${trait.name}」？` }),
      content: t({
        en: `The values of ${format.number(trait.size)} members are gone for good. The events they were computed from stay.`,
        zh: `${format.number(trait.size)} 位成员的取值将永久删除，用于计算的事件不受影响。`,
      }),
      okText: t({ en: 'Delete', zh: '删除' }),
      okButtonProps: { danger: true },
      onOk: () => remove.mutateAsync({ id: trait.id }).then(() => navigate({ to: '/traits' } as never), tell),
    })
  return (
    <>
      <Button
        icon={<Icon name="trash" />}
        disabled={trait.uses.length > 0}
        title={
          trait.uses.length > 0
            ? t({ en: 'It is in use', zh: '正在被使用，无法删除' })
            : t({ en: 'Delete', zh: '删除' })
        }
        onClick={confirmRemove}
      >
        {t({ en: 'Delete', zh: '删除' })}
      </Button>
      <Button
        icon={<Icon name="refresh" />}
        loading={recompute.isPending || trait.state === 'filling'}
        onClick={() => recompute.mutate({ id: trait.id }, { onError: tell })}
      >
        {t({ en: 'Measure now', zh: '立即重算' })}
      </Button>
      <Link to={`/traits/${trait.id}/edit`}>
        <Button type="primary" icon={<Icon name="edit" />}>
          {t({ en: 'Edit', zh: '编辑规则' })}
        </Button>
      </Link>
    </>
  )
}

function Distribution({ trait }: { trait: Trait }) {
  const t = useText()
  const format = useFormat()
  const words = useTraitWords()
  const { numbers, values } = trait.distribution
  const { measure } = trait.definition as DefinitionDraft
  const number = (n: number) => words.number(n, measure)
  if (!numbers && values.length === 0)
    return (
      <section className="card">
        <Empty
          title={t({ en: 'Nobody has a value yet', zh: '暂无成员有取值' })}
          hint={t({
            en: 'Values appear as soon as an event counts.',
            zh: '一旦有符合口径的事件，取值会立即出现。',
          })}
        />
      </section>
    )
  const isSingle = (b: { from: number; to: number }) => Number.isInteger(b.from) && b.to - b.from === 1
  return (
    <section className="card stack">
      {numbers && !trait.rfm ? (
        <>
          <dl className="trait-figures tabular">
            <Figure title={t({ en: 'Smallest', zh: '最小' })} text={number(numbers.min)} />
            <Figure title={t({ en: 'Median', zh: '中位数' })} text={number(numbers.median)} />
            <Figure title={t({ en: 'Mean', zh: '平均' })} text={number(numbers.mean)} />
            <Figure title={t({ en: 'Largest', zh: '最大' })} text={number(numbers.max)} />
          </dl>
          <Histogram
            label={t({ en: 'Members by value', zh: '各取值区间的人数' })}
            shown={(n) => t({ en: `${format.number(n)} members`, zh: `${format.number(n)} 人` })}
            bars={numbers.buckets.map((b) => ({
              label: number(b.from),
              title: isSingle(b) ? number(b.from) : `${number(b.from)} – ${number(b.to)}`,
              count: b.count,
            }))}
          />
        </>
      ) : null}
      {values.length > 0 ? (
        <ShareBars
          label={t({ en: 'Members by value', zh: '各取值的人数' })}
          shown={(n) => format.number(n)}
          bars={values.map((v) => ({ label: t(v.title), count: v.count }))}
        />
      ) : null}
      {trait.rfm ? <Borders rfm={trait.rfm} money={words.amount((trait.definition as DefinitionDraft).rfm)} /> : null}
    </section>
  )
}

function Figure({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <dt>{title}</dt>
      <dd>{text}</dd>
    </div>
  )
}

/** Where the fifths of RFM begin. */
function Borders({ rfm, money }: { rfm: NonNullable<Trait['rfm']>; money(n: number): string }) {
  const t = useText()
  const format = useFormat()
  const rows = [
    {
      title: t({ en: 'Days since the last (recent is 5)', zh: '距最近一次天数（越近分越高）' }),
      borders: rfm.recency,
      shown: format.number,
    },
    { title: t({ en: 'How often', zh: '频次' }), borders: rfm.frequency, shown: format.number },
    { title: t({ en: 'Amount', zh: '金额' }), borders: rfm.money, shown: money },
  ]
  return (
    <div className="chart-table">
      <table>
        <caption className="soft small" style={{ textAlign: 'left' }}>
          {t({
            en: `Borders of the fifths${rfm.asOf ? `, as of ${format.exact(rfm.asOf)}` : ''}; measured anew every day`,
            zh: `五等分分界值${rfm.asOf ? `（${format.exact(rfm.asOf)}）` : ''}，每日重算`,
          })}
        </caption>
        <tbody>
          {rows.map((r) => (
            <tr key={r.title}>
              <th scope="row">{r.title}</th>
              {r.borders.map((b, i) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: equal borders are told apart by their place
                <td key={i}>{r.shown(b)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Usage({ uses }: { uses: Trait['uses'] }) {
  const t = useText()
  return (
    <section className="card">
      {uses.length === 0 ? (
        <Empty
          title={t({ en: 'Nothing uses this trait yet', zh: '暂无引用' })}
          hint={t({
            en: 'Segments, tags and journeys that read it are listed here.',
            zh: '用到该属性的分群、标签与旅程会列在这里。',
          })}
        />
      ) : (
        <Uses of={uses} />
      )}
    </section>
  )
}
