import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer } from '../../../console/states.tsx'

const SHOWN = 6

export function MemberOrders({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const orders = useCall('order.list', { memberId, limit: SHOWN })
  return (
    <Answer of={orders} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="soft">{t({ en: 'No orders yet.', zh: '暂无订单。' })}</p>
        ) : (
          <ul className="stack tight">
            {items.map((o) => (
              <li key={o.id} className="row between">
                <span className="clip">
                  <code>{o.orderId}</code> <span className="faint small">{format.day(o.paidAt)}</span>
                </span>
                <strong className="tabular">{format.money(o.amount, o.currency)}</strong>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
