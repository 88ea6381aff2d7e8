import { Button, InputNumber, Select } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { ConditionEditor } from '../../segment/console/condition-editor.tsx'
import { ActionsField } from './actions-field.tsx'
import { LayerMark } from './layer-mark.tsx'
import { COLOUR_NAMES, COLOURS } from './look.ts'
import { PairField } from './pair-field.tsx'
import type { LayerDraft } from './scheme-draft.ts'

interface Props {
  layer: LayerDraft
  place: number
  onChange(layer: LayerDraft): void
  /** Absent where it cannot go there. */
  onUp: (() => void) | null
  onDown: (() => void) | null
  onRemove: (() => void) | null
}

/** One layer of a scheme, being written. */
export function LayerCard({ layer, place, onChange, onUp, onDown, onRemove }: Props) {
  const t = useText()
  const { condition } = layer
  const named = { en: layer.name.en || layer.name.zh, zh: layer.name.zh || layer.name.en }
  const title = named.zh ? named : { en: `Layer ${place}`, zh: `第 ${place} 层` }
  const button = (name: 'up' | 'down' | 'trash', label: string, onClick: (() => void) | null) => (
    <Button
      type="text"
      size="small"
      icon={<Icon name={name} size={15} />}
      aria-label={label}
      disabled={!onClick}
      onClick={() => onClick?.()}
    />
  )
  return (
    <section className="card stack layer-draft">
      <header>
        <h2 className="grow">
          <span className="faint tabular">{place}</span>
          <LayerMark name={title} colour={layer.colour} />
        </h2>
        {condition === null ? null : (
          <>
            {button('up', t({ en: `Ask ${title.en} earlier`, zh: `上移${title.zh}` }), onUp)}
            {button('down', t({ en: `Ask ${title.en} later`, zh: `下移${title.zh}` }), onDown)}
            {button('trash', t({ en: `Remove ${title.en}`, zh: `删除${title.zh}` }), onRemove)}
          </>
        )}
      </header>
      <PairField
        label={{ en: 'Name', zh: '名称' }}
        value={layer.name}
        max={40}
        onChange={(name) => onChange({ ...layer, name })}
      />
      <div className="layer-pair">
        <Share
          label={t({ en: 'Expected share of members', zh: '预期人数占比' })}
          value={layer.expected}
          onChange={(expected) => onChange({ ...layer, expected })}
        />
        <Share
          label={t({ en: 'Expected share of revenue', zh: '预期营收占比' })}
          value={layer.expectedRevenue}
          onChange={(expectedRevenue) => onChange({ ...layer, expectedRevenue })}
        />
        <Field label={t({ en: 'Colour', zh: '颜色' })}>
          {(id) => (
            <Select
              id={id}
              value={layer.colour}
              options={COLOUR_NAMES.map((c) => ({ value: c, label: <LayerMark name={COLOURS[c]} colour={c} /> }))}
              onChange={(colour) => onChange({ ...layer, colour })}
            />
          )}
        </Field>
      </div>
      {condition === null ? (
        <p className="soft">
          {t({
            en: 'Everybody no layer above holds for. It is always last, so that each member is in exactly one layer.',
            zh: '不属于以上任何一层的成员都归入此层；始终排在最后，保证每位成员恰好属于一层。',
          })}
        </p>
      ) : (
        <div className="stack tight">
          <h3>{t({ en: 'Members who…', zh: '满足以下条件的成员' })}</h3>
          <ConditionEditor draft={condition} onChange={(next) => onChange({ ...layer, condition: next })} />
        </div>
      )}
      <ActionsField actions={layer.actions} onChange={(actions) => onChange({ ...layer, actions })} />
    </section>
  )
}

/** A share between 0 and 1, written in percent. */
function Share({ label, value, onChange }: { label: string; value: number | null; onChange(v: number | null): void }) {
  return (
    <Field label={label}>
      {(id) => (
        <InputNumber
          id={id}
          value={value === null ? null : Math.round(value * 1000) / 10}
          min={0}
          max={100}
          precision={1}
          suffix="%"
          style={{ width: '100%' }}
          onChange={(next) => onChange(next === null ? null : next / 100)}
        />
      )}
    </Field>
  )
}
