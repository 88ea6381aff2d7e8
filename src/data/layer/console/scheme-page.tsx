import { Link, useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { Uses } from '../../../console/uses.tsx'
import { LayerFlow } from './layer-flow.tsx'
import { LayerMark } from './layer-mark.tsx'
import { LayerMembers } from './layer-members.tsx'
import { LayerTable } from './layer-table.tsx'
import { LayerTrend } from './layer-trend.tsx'
import { LayerWhy } from './layer-why.tsx'
import type { Scheme } from './look.ts'
import { FillingPill } from './scheme-state.tsx'
import './layer.css'

/** While everybody is being judged the page looks again this often. */
const FILLING_MS = 1_500

export function SchemePage() {
  const id = useParam('schemeId')
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const scheme = useCall(
    'layer.get',
    { id },
    { refetchInterval: (query) => (query.state.data?.isFilling ? FILLING_MS : false) },
  )
  return (
    <Answer of={scheme} rows={10}>
      {(s) => (
        <>
          <PageHead
            title={t(s.name)}
            back={{ to: '/layers', title: t({ en: 'Layers', zh: '分层' }) }}
            hint={
              <span className="row wrap">
                <FillingPill isFilling={s.isFilling} />
                <span className="tabular">
                  {t({
                    en: `${format.number(s.members)} members in ${s.layers.length} layers`,
                    zh: `${format.number(s.members)} 人，共 ${s.layers.length} 层`,
                  })}
                </span>
                <span>{t(s.about)}</span>
              </span>
            }
            actions={may('layer.manage') ? <SchemeActions scheme={s} /> : null}
          />
          <PageTabs
            label={t({ en: 'Views of the scheme', zh: '分层视图' })}
            items={[
              { key: 'layers', label: t({ en: 'Layers', zh: '层级' }), children: <LayerTable scheme={s} /> },
              {
                key: 'trend',
                label: t({ en: 'Shares over time', zh: '占比趋势' }),
                children: <LayerTrend scheme={s} />,
              },
              { key: 'flow', label: t({ en: 'Flow', zh: '层间流转' }), children: <LayerFlow scheme={s} /> },
              { key: 'members', label: t({ en: 'Members', zh: '成员' }), children: <LayerMembers scheme={s} /> },
              { key: 'why', label: t({ en: 'Why in, why out', zh: '分层原因' }), children: <LayerWhy scheme={s} /> },
              { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage scheme={s} /> },
            ]}
          />
        </>
      )}
    </Answer>
  )
}

function SchemeActions({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const confirmed = useConfirmed()
  const remove = useAct('layer.delete')
  const usage = useCall('layer.usage', { id: scheme.id })
  const uses = usage.data?.items.length ?? 0
  const name = t(scheme.name)
  return (
    <>
      <Button
        icon={<Icon name="trash" />}
        disabled={uses > 0}
        title={uses > 0 ? t({ en: 'Something uses its layers', zh: '有分层正在被使用，无法删除' }) : undefined}
        onClick={() =>
          void confirmed({
            title: t({ en: `Delete “${name}”?`, zh: `删除分层方案「${name}」？` }),
            consequence: t({
              en: `${scheme.layers.length} layers with ${format.number(scheme.members)} members, and since when they were in them, are gone for good. The members stay.`,
              zh: `将永久删除 ${scheme.layers.length} 个层级及其中 ${format.number(scheme.members)} 人的分层记录，成员本身不受影响。`,
            }),
            ok: t({ en: 'Delete', zh: '删除' }),
            danger: true,
            act: () => remove.mutateAsync({ id: scheme.id }).then(() => navigate({ to: '/layers' } as never)),
            done: t({ en: 'Deleted', zh: '已删除' }),
          })
        }
      >
        {t({ en: 'Delete', zh: '删除' })}
      </Button>
      <Link to={`/layers/${scheme.id}/edit`}>
        <Button type="primary" icon={<Icon name="edit" />}>
          {t({ en: 'Edit', zh: '编辑方案' })}
        </Button>
      </Link>
    </>
  )
}

function Usage({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const usage = useCall('layer.usage', { id: scheme.id })
  return (
    <section className="card">
      <Answer of={usage}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              title={t({ en: 'Nothing uses these layers yet', zh: '暂无引用' })}
              hint={t({
                en: 'A layer can stand wherever a segment can. What uses one is listed here before you change it.',
                zh: '凡能选择分群的地方都能使用分层；引用会列在这里，修改前可先评估影响。',
              })}
            />
          ) : (
            <Uses
              of={items}
              mark={(use) => {
                const layer = scheme.layers.find((l) => l.key === use.key)
                return layer ? <LayerMark name={layer.name} colour={layer.colour} /> : null
              }}
            />
          )
        }
      </Answer>
    </section>
  )
}
