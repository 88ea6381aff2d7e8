import { InputNumber, Select, Space } from 'antd'
import { useText } from '#web/preferences.tsx'
import { useSession } from '../../../console/session.tsx'
import { ChoiceField } from './choice-field.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { Sentence } from './sentence.tsx'
import { useReferences } from './use-reference.ts'

type Place = { store: string } | { point: readonly (number | null)[] }

/** “was last within [3] [km] of [the store] [Jing'an]”, or of a place by its coordinates. */
export function NearClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const { may } = useSession()
  const { store: stores } = useReferences()
  const place = clause.near as Place
  const setPlace = (near: Place) => onChange({ ...clause, near })
  const point = 'point' in place && Array.isArray(place.point) ? place.point : null
  const degrees = (i: 0 | 1, most: number, label: string) => (
    <InputNumber
      aria-label={label}
      placeholder={label}
      value={typeof point?.[i] === 'number' ? point[i] : null}
      min={-most}
      max={most}
      controls={false}
      style={{ width: 110 }}
      onChange={(n) => setPlace({ point: [point?.[0] ?? null, point?.[1] ?? null].with(i, n) })}
    />
  )
  return (
    <Sentence
      text={{ en: 'was last within {radius} of {kind} {place}', zh: '最近一次位置距 {kind} {place} 不超过 {radius}' }}
      blanks={{
        radius: <DistanceField value={String(clause.radius)} onChange={(radius) => onChange({ ...clause, radius })} />,
        kind: (
          <Select
            aria-label={t({ en: 'Kind of place', zh: '地点类型' })}
            value={point ? 'point' : 'store'}
            popupMatchSelectWidth={false}
            options={[
              { value: 'store', label: t({ en: 'the store', zh: '门店' }) },
              // Asking around any place tells where somebody is.
              ...(point || may('member.see_contact')
                ? [{ value: 'point', label: t({ en: 'the coordinates', zh: '坐标' }) }]
                : []),
            ]}
            onChange={(kind) => setPlace(kind === 'store' ? { store: '' } : { point: [null, null] })}
          />
        ),
        place: point ? (
          <Space.Compact>
            {degrees(0, 90, t({ en: 'Latitude', zh: '纬度' }))}
            {degrees(1, 180, t({ en: 'Longitude', zh: '经度' }))}
          </Space.Compact>
        ) : (
          <ChoiceField
            label={t({ en: 'Store', zh: '门店' })}
            none={t({ en: 'There are no stores yet', zh: '还没有门店' })}
            value={'store' in place ? String(place.store) : ''}
            choices={stores}
            onChange={(store) => setPlace({ store })}
          />
        ),
      }}
    />
  )
}

/** As far as the grammar writes it. */
const MOST = 99_999

function DistanceField({ value, onChange }: { value: string; onChange(radius: string): void }) {
  const t = useText()
  const unit = value.endsWith('km') ? 'km' : 'm'
  const n = Number.parseFloat(value)
  return (
    <Space.Compact>
      <InputNumber
        aria-label={t({ en: 'Distance', zh: '距离' })}
        value={Number.isNaN(n) ? null : n}
        min={0}
        max={MOST}
        precision={unit === 'm' ? 0 : 3}
        formatter={(shown) => (shown === undefined ? '' : String(Number(shown)))}
        controls={false}
        style={{ width: 72 }}
        onChange={(next) => onChange(`${next ?? ''}${unit}`)}
      />
      <Select
        aria-label={t({ en: 'Distance, unit', zh: '距离单位' })}
        value={unit}
        popupMatchSelectWidth={false}
        options={[
          { value: 'm', label: t({ en: 'm', zh: '米' }) },
          { value: 'km', label: t({ en: 'km', zh: '公里' }) },
        ]}
        onChange={(next) => onChange(`${Number.isNaN(n) ? '' : n}${next}`)}
      />
    </Space.Compact>
  )
}
