import { Button, Input, Modal } from 'antd'
import { useMemo, useState } from 'react'
import { useCatalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { describe } from './describe.ts'
import type { Draft } from './draft.ts'
import { type Template, templatesFor } from './template.ts'
import { FRESH_MS, useProperties } from './use-field.ts'
import { useWords } from './use-words.ts'

/** Typical segments for the events there are, and the layers of the preset schemes. */
export function useTemplates(): readonly Template[] {
  const { may } = useSession()
  const catalog = useCatalog()
  const seen = useCall('segment.suggest_events', {}, { staleTime: FRESH_MS })
  const properties = useProperties()
  const presets = useCall('layer.presets', may('layer.read') ? {} : null, { staleTime: FRESH_MS })
  return useMemo(() => {
    const events = new Set([...(catalog.data?.events ?? []), ...(seen.data?.items ?? [])].map((e) => e.name))
    const known = new Set(properties.filter((p) => p.members).map((p) => String(p.path)))
    const layers = (presets.data?.items ?? []).flatMap((scheme) =>
      scheme.layers.flatMap((layer): Template[] =>
        layer.condition
          ? [
              {
                key: `${scheme.key}/${layer.key}`,
                group: { en: `Layers: ${scheme.name.en}`, zh: `分层：${scheme.name.zh}` },
                name: layer.name,
                definition: layer.condition as Draft,
                waitsFor: [],
              },
            ]
          : [],
      ),
    )
    return [...templatesFor(events, known), ...layers]
  }, [catalog.data, seen.data, properties, presets.data])
}

interface Props {
  open: boolean
  onClose(): void
  /** Whether there is something already that a template could be added to. */
  hasContent: boolean
  onPick(definition: Draft, name: string, how: 'replace' | 'add'): void
}

/** Chooses a segment to begin from. */
export function TemplatePicker({ open, onClose, ...rest }: Props) {
  const t = useText()
  return (
    <Modal
      open={open}
      onCancel={onClose}
      footer={null}
      width={680}
      destroyOnHidden
      title={t({ en: 'Begin from a template', zh: '从模板开始' })}
    >
      <Templates {...rest} />
    </Modal>
  )
}

function Templates({ hasContent, onPick }: Omit<Props, 'open' | 'onClose'>) {
  const t = useText()
  const words = useWords()
  const templates = useTemplates()
  const [text, setText] = useState('')
  const wanted = text.trim().toLowerCase()
  const found = templates.filter((one) =>
    [one.name.en, one.name.zh, one.group.en, one.group.zh].some((w) => w.toLowerCase().includes(wanted)),
  )
  const ready = [
    ...Map.groupBy(
      found.filter((one) => one.definition !== null),
      (one) => t(one.group),
    ),
  ]
  const waiting = found.filter((one) => one.definition === null)
  const nameOf = (name: Text) => t(name).split(/[:：]/)[0] ?? ''
  return (
    <div className="stack">
      <Input
        allowClear
        prefix={<Icon name="search" size={15} />}
        aria-label={t({ en: 'Search templates', zh: '搜索模板' })}
        placeholder={t({ en: 'e.g. silent, repeat purchase', zh: '如：沉默、复购、新成员' })}
        maxLength={60}
        value={text}
        onChange={(e) => setText(e.target.value)}
      />
      <div className="template-list">
        {ready.map(([group, list]) => (
          <section key={group} className="stack tight">
            <h3>{group}</h3>
            <ul className="stack tight">
              {list.map((one) => (
                <li key={one.key} className="template">
                  <div className="grow">
                    <p>{t(one.name)}</p>
                    <p className="soft small">{one.definition ? describe(one.definition, words) : null}</p>
                  </div>
                  <div className="row">
                    {hasContent ? (
                      <Button
                        size="small"
                        onClick={() => one.definition && onPick(one.definition, nameOf(one.name), 'add')}
                        aria-label={t({ en: `Add: ${one.name.en}`, zh: `并入：${one.name.zh}` })}
                      >
                        {t({ en: 'Add', zh: '并入' })}
                      </Button>
                    ) : null}
                    <Button
                      size="small"
                      type="primary"
                      ghost
                      onClick={() => one.definition && onPick(one.definition, nameOf(one.name), 'replace')}
                      aria-label={
                        hasContent
                          ? t({ en: `Replace with: ${one.name.en}`, zh: `替换为：${one.name.zh}` })
                          : t({ en: `Use: ${one.name.en}`, zh: `使用：${one.name.zh}` })
                      }
                    >
                      {hasContent ? t({ en: 'Replace', zh: '替换' }) : t({ en: 'Use', zh: '使用' })}
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        ))}
        {waiting.length > 0 ? (
          <section className="stack tight">
            <h3>{t({ en: 'Waiting for data', zh: '等待数据接入' })}</h3>
            <ul className="stack tight">
              {waiting.map((one) => (
                <li key={one.key} className="template is-waiting">
                  <div className="grow">
                    <p>{t(one.name)}</p>
                    <p className="soft small">
                      {t({ en: 'Needs: ', zh: '需要：' })}
                      {one.waitsFor.map(t).join(t({ en: ', ', zh: '、' }))}
                    </p>
                  </div>
                </li>
              ))}
            </ul>
          </section>
        ) : null}
        {found.length === 0 ? <p className="soft">{t({ en: 'No such template', zh: '没有匹配的模板' })}</p> : null}
      </div>
    </div>
  )
}
