import { Button, Input, Popover } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PRESET_TITLES, type Range, rangeTitle } from './words.ts'

interface Props {
  value: Range
  onChange(range: Range): void
  label?: string
}

/** A span that moves with today, or two days. */
export function RangeChoice({ value, onChange, label }: Props) {
  const t = useText()
  const [open, setOpen] = useState(false)
  const name = label ?? t({ en: 'Range', zh: '时间范围' })
  return (
    <Popover
      open={open}
      onOpenChange={setOpen}
      trigger={['click']}
      placement="bottomLeft"
      content={
        <Choices
          value={value}
          onChange={(range) => {
            onChange(range)
            setOpen(false)
          }}
        />
      }
    >
      <Button icon={<Icon name="calendar" />} aria-label={`${name}: ${rangeTitle(value, t)}`} aria-expanded={open}>
        {rangeTitle(value, t)}
      </Button>
    </Popover>
  )
}

function Choices({ value, onChange }: Props) {
  const t = useText()
  const [from, setFrom] = useState('preset' in value ? '' : value.from)
  const [to, setTo] = useState('preset' in value ? '' : value.to)
  return (
    <div className="stack tight" style={{ width: 296 }}>
      <div className="row wrap">
        {Object.entries(PRESET_TITLES).map(([preset, title]) => (
          <Button
            key={preset}
            size="small"
            type={'preset' in value && value.preset === preset ? 'primary' : 'default'}
            onClick={() => onChange({ preset })}
          >
            {t(title)}
          </Button>
        ))}
      </div>
      <form
        className="date-pair"
        onSubmit={(e) => {
          e.preventDefault()
          if (from && to && from <= to) onChange({ from, to })
        }}
      >
        <Input
          size="small"
          type="date"
          value={from}
          required
          max={to || undefined}
          aria-label={t({ en: 'First day', zh: '开始日期' })}
          onChange={(e) => setFrom(e.target.value)}
        />
        <span aria-hidden="true">–</span>
        <Input
          size="small"
          type="date"
          value={to}
          required
          min={from || undefined}
          aria-label={t({ en: 'Last day', zh: '结束日期' })}
          onChange={(e) => setTo(e.target.value)}
        />
        <Button size="small" htmlType="submit" disabled={!from || !to || from > to}>
          {t({ en: 'Use', zh: '应用' })}
        </Button>
      </form>
    </div>
  )
}
