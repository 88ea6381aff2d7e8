import { Button, Checkbox, Input, InputNumber, Slider } from 'antd'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Sentence } from '../../segment/console/sentence.tsx'
import { blankComponent, type ComponentDraft } from './draft.ts'
import { MeasureEditor } from './measure-editor.tsx'
import { useTraitWords } from './words.ts'

const MOST_PARTS = 10
/** Money is stored in hundredths. */
const MINOR_UNITS = 100

/** Parts of a score: what is measured, from where to where it counts, and how much it weighs. */
export function ScoreEditor({
  components,
  onChange,
}: {
  components: readonly ComponentDraft[]
  onChange(components: readonly ComponentDraft[]): void
}) {
  const t = useText()
  return (
    <div className="stack tight">
      <ol className="stack tight">
        {components.map((c, i) => (
          <li key={c.key} className="score-part">
            <Part
              component={c}
              share={c.weight / (components.reduce((n, x) => n + x.weight, 0) || 1)}
              onChange={(next) => onChange(components.with(i, next))}
              remove={components.length > 1 ? () => onChange(components.toSpliced(i, 1)) : null}
            />
          </li>
        ))}
      </ol>
      <div>
        <Button
          icon={<Icon name="plus" />}
          disabled={components.length >= MOST_PARTS}
          onClick={() => onChange([...components, blankComponent(components)])}
        >
          {t({ en: 'Add a part', zh: '添加组成项' })}
        </Button>
      </div>
    </div>
  )
}

function Part({
  component: c,
  share,
  onChange,
  remove,
}: {
  component: ComponentDraft
  share: number
  onChange(component: ComponentDraft): void
  remove: (() => void) | null
}) {
  const t = useText()
  const { scale } = c
  const unit = useTraitWords().isMoney(c.measure) ? MINOR_UNITS : 1
  const end = (key: 'from' | 'to', label: string) => (
    <InputNumber
      aria-label={label}
      value={scale[key] / unit}
      controls={false}
      style={{ width: 88 }}
      onChange={(n) => onChange({ ...c, scale: { ...scale, [key]: (n ?? 0) * unit } })}
    />
  )
  return (
    <>
      <div className="row between">
        <Input
          aria-label={t({ en: 'Name of the part', zh: '组成项名称' })}
          value={c.title}
          maxLength={60}
          placeholder={t({ en: 'e.g. Orders in a year', zh: '例如：近一年订单数' })}
          style={{ maxWidth: 260 }}
          onChange={(e) => onChange({ ...c, title: e.target.value })}
        />
        {remove ? (
          <Button
            type="text"
            size="small"
            icon={<Icon name="trash" size={14} />}
            aria-label={t({ en: `Remove ${c.title}`, zh: `移除${c.title}` })}
            onClick={remove}
          />
        ) : null}
      </div>
      <MeasureEditor numbersOnly measure={c.measure} onChange={(measure) => onChange({ ...c, measure })} />
      <Sentence
        text={{ en: '{from} is 0 points, {to} is 100 points {log}', zh: '{from} 计 0 分，{to} 计 100 分 {log}' }}
        blanks={{
          from: end('from', t({ en: 'Value of 0 points', zh: '0 分对应的值' })),
          to: end('to', t({ en: 'Value of 100 points', zh: '100 分对应的值' })),
          log: (
            <Checkbox
              checked={scale.log === true}
              onChange={(e) => {
                const { log: _, ...plain } = scale
                onChange({ ...c, scale: e.target.checked ? { ...plain, log: true } : plain })
              }}
            >
              {t({ en: 'the first ones count most', zh: '边际递减（取对数）' })}
            </Checkbox>
          ),
        }}
      />
      <WeightSlider title={c.title} weight={c.weight} share={share} onChange={(weight) => onChange({ ...c, weight })} />
    </>
  )
}

export function WeightSlider({
  title,
  weight,
  share,
  onChange,
}: {
  title: string
  weight: number
  /** Of all weights. */
  share: number
  onChange(weight: number): void
}) {
  const t = useText()
  const format = useFormat()
  return (
    <div className="score-weight">
      <span className="soft">{t({ en: 'Weight', zh: '权重' })}</span>
      <Slider
        min={0}
        max={100}
        value={weight}
        ariaLabelForHandle={t({ en: `Weight of ${title}`, zh: `${title}的权重` })}
        onChange={onChange}
      />
      <span className="tabular">{format.percent(share)}</span>
    </div>
  )
}
