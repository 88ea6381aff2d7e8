import { Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useMetrics } from './use-metrics.ts'

/** A metric in the place of events. */
export function MetricPill({ metric, onRemove }: { metric: string; onRemove(): void }) {
  const t = useText()
  const title = useMetrics().get(metric) ?? metric
  return (
    <span className="pill info">
      {title}
      <Button
        type="text"
        size="small"
        icon={<Icon name="close" size={12} />}
        aria-label={t({ en: `Choose events instead of ${title}`, zh: `改为选择事件（当前指标：${title}）` })}
        onClick={onRemove}
      />
    </span>
  )
}
