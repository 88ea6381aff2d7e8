import { Link } from '@tanstack/react-router'
import { App, Button } from 'antd'
import type { Output } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import type { DefinitionDraft } from './draft.ts'
import { useTraitWords } from './words.ts'
import './trait.css'

type Preset = Output<'trait.presets'>['items'][number]

/** The library: models first, then single traits; each is installed with one click. */
export function Presets() {
  const t = useText()
  const presets = useCall('trait.presets', {})
  return (
    <>
      <PageHead
        title={t({ en: 'Traits ready to install', zh: '预置计算属性' })}
        back={{ to: '/traits', title: t({ en: 'Traits', zh: '计算属性' }) }}
        hint={t({
          en: 'Rules in the open: install, then change events, scales and weights to fit your brand.',
          zh: '规则公开透明，安装后可按品牌情况调整事件、区间与权重。',
        })}
      />
      <Answer of={presets}>
        {({ items, models }) => (
          <div className="stack">
            {models.map((m) => (
              <Group
                key={m.key}
                title={t(m.title)}
                hint={MODEL_HINT}
                items={m.axes.flatMap((axis) => items.find((p) => p.key === axis) ?? [])}
              />
            ))}
            <Group
              title={t({ en: 'Single traits', zh: '单项属性' })}
              items={items.filter((p) => p.models.length === 0)}
            />
          </div>
        )}
      </Answer>
    </>
  )
}

const MODEL_HINT: Text = {
  en: 'Scores of 0–100 that are drawn together as a radar on the page of each member.',
  zh: '每项 0–100 分，安装后在成员详情页以雷达图展示。',
}

function Group({ title, hint, items }: { title: string; hint?: Text; items: readonly Preset[] }) {
  const t = useText()
  const { may } = useSession()
  const { message } = App.useApp()
  const install = useAct('trait.install')
  const open = items.filter((p) => p.installedId === null)
  const put = (presets: string[]) =>
    install.mutate(
      { presets },
      {
        onSuccess: ({ created, skipped }) =>
          void (skipped.length > 0 && created.length === 0
            ? message.warning(
                t({
                  en: 'A trait of this key or name exists already.',
                  zh: '已有同标识或同名的计算属性，未重复安装。',
                }),
              )
            : message.success(
                t({
                  en: `${created.length} installed; everybody is being measured.`,
                  zh: `已安装 ${created.length} 项，正在为所有成员计算。`,
                }),
              )),
        onError: (error) => {
          const { title: what, hint: why } = explainProblem(error, t)
          message.error(`${what} ${why}`)
        },
      },
    )
  return (
    <section className="card">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          {hint ? <span className="faint small">{t(hint)}</span> : null}
        </div>
        {may('trait.manage') && open.length > 1 ? (
          <Button loading={install.isPending} onClick={() => put(open.map((p) => p.key))}>
            {t({ en: `Install all ${open.length}`, zh: `全部安装（${open.length}）` })}
          </Button>
        ) : null}
      </header>
      <ul className="preset-grid">
        {items.map((p) => (
          <li key={p.key} className="preset">
            <PresetCard preset={p} />
            {p.installedId ? (
              <Link to={`/traits/${p.installedId}`} className="row">
                <Icon name="check" size={14} />
                {t({ en: 'Installed', zh: '已安装' })}
              </Link>
            ) : may('trait.manage') ? (
              <div>
                <Button size="small" loading={install.isPending} onClick={() => put([p.key])}>
                  {t({ en: 'Install', zh: '安装' })}
                </Button>
              </div>
            ) : null}
          </li>
        ))}
      </ul>
    </section>
  )
}

function PresetCard({ preset: p }: { preset: Preset }) {
  const t = useText()
  const words = useTraitWords()
  return (
    <>
      <h3>{t(p.title)}</h3>
      <p className="soft small">{t(p.hint)}</p>
      <p className="faint small grow">{words.describe(p.definition as DefinitionDraft)}</p>
      {p.waiting.length > 0 ? (
        <p className="small">
          {t({
            en: `Waits for events: ${p.waiting.join(', ')}`,
            zh: `部分事件尚未接入：${p.waiting.join('、')}`,
          })}
        </p>
      ) : null}
    </>
  )
}
