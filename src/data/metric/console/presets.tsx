import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import './metric.css'

export function MetricPresets() {
  const t = useText()
  const { message } = App.useApp()
  const { may } = useSession()
  const presets = useCall('metric.presets', {})
  const install = useAct('metric.install')
  const add = (keys?: string[]) =>
    install.mutate(keys ? { presets: keys } : {}, {
      onSuccess: ({ created }) =>
        message.success(t({ en: `${created.length} installed`, zh: `已安装 ${created.length} 个指标` })),
      onError: (error) => {
        const { title, hint } = explainProblem(error, t)
        message.error(`${title} ${hint}`)
      },
    })
  const left = presets.data?.items.filter((p) => !p.installed).length ?? 0
  return (
    <>
      <PageHead
        title={t({ en: 'Metrics ready to install', zh: '预置指标' })}
        back={{ to: '/metrics', title: t({ en: 'Metrics', zh: '指标' }) }}
        hint={t({
          en: 'What most communities look at first, on events that Banyan records itself.',
          zh: '多数社群常看的指标，基于系统自带事件，安装后可自行修改。',
        })}
        actions={
          may('metric.manage') ? (
            <Button type="primary" disabled={left === 0} loading={install.isPending} onClick={() => add()}>
              {left === 0
                ? t({ en: 'All installed', zh: '已全部安装' })
                : t({ en: `Install all ${left}`, zh: `全部安装（${left}）` })}
            </Button>
          ) : null
        }
      />
      <Answer of={presets} rows={10}>
        {({ items }) => (
          <ul className="metric-presets">
            {items.map((p) => (
              <li key={p.key} className="card">
                <strong>{t(p.name)}</strong>
                <span className="soft">{t(p.description)}</span>
                <span className="faint small">{t(p.sentence)}</span>
                <span className="row">
                  {p.installed ? (
                    <Link to={`/metrics/${p.key}`}>{t({ en: 'Installed', zh: '已安装，查看' })}</Link>
                  ) : may('metric.manage') ? (
                    <Button
                      size="small"
                      icon={<Icon name="plus" />}
                      disabled={install.isPending}
                      onClick={() => add([p.key])}
                    >
                      {t({ en: 'Install', zh: '安装' })}
                    </Button>
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </>
  )
}
