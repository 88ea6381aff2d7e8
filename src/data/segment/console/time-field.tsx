import { Button, Input } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { dayIn, instantOf, isMidnight, minuteIn } from './zone-day.ts'

/** A date alone stands for its midnight; the grammar reads it so in UTC. */
const DATE_ONLY = /^\d{4}-\d{2}-\d{2}$/

/** A day in the brand's zone, or a minute of it. Answers an instant as ISO text; empty for none. */
export function TimeField({
  value,
  onChange,
  label,
}: {
  value: string
  onChange: (at: string) => void
  label: string
}) {
  const t = useText()
  const { zone } = useSession().brand
  const isDay = value === '' || DATE_ONLY.test(value) || isMidnight(value, zone)
  const [asksMinute, setAsksMinute] = useState(false)
  const exact = asksMinute || !isDay
  const shown = DATE_ONLY.test(value) ? value : exact ? minuteIn(value, zone) : dayIn(value, zone)
  return (
    <span className="row time-field">
      <Input
        type={exact ? 'datetime-local' : 'date'}
        aria-label={label}
        title={t({ en: `Time zone of the brand: ${zone}`, zh: `品牌时区：${zone}` })}
        style={{ width: exact ? 196 : 142 }}
        value={exact && DATE_ONLY.test(value) ? `${value}T00:00` : shown}
        onChange={(e) => onChange(e.target.value && instantOf(e.target.value, zone))}
      />
      {exact ? null : (
        <Button
          type="text"
          size="small"
          icon={<Icon name="clock" size={14} />}
          aria-label={t({ en: `${label}: with the time of day`, zh: `${label}精确到时刻` })}
          onClick={() => setAsksMinute(true)}
        />
      )}
    </span>
  )
}
