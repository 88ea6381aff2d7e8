import { Button } from 'antd'
import { useState } from 'react'
import { useCapabilityTitle, useCatalog } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { ActionDialog } from '../../../console/action-dialog.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer } from '../../../console/states.tsx'
import { expiryWords } from '../expiry-words.ts'

const SHOWN = 6
/** What moved points for good; the rest ends by itself or is the reversal of another. */
const REVERSIBLE = ['award', 'spend', 'adjust', 'post']

export function MemberPoints({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const titleOf = useCapabilityTitle()
  const balance = useCall('points.balance', { memberId })
  const history = useCall('points.history', { memberId, limit: SHOWN })
  const { may } = useSession()
  const catalog = useCatalog()
  const reverse = catalog.data?.actions.find((a) => a.name === 'points.reverse')
  const [reversing, setReversing] = useState<{ transferId: string; name: string } | null>(null)
  return (
    <Answer of={balance} rows={2}>
      {(b) => (
        <div className="stack tight">
          <p className="row wrap">
            <strong className="tabular" style={{ fontSize: 22 }}>
              {format.number(b.available)}
            </strong>
            <span className="soft">{t({ en: 'to spend', zh: '可用' })}</span>
            {b.held > 0 ? (
              <span className="pill">
                {t({ en: `${format.number(b.held)} held`, zh: `冻结 ${format.number(b.held)}` })}
              </span>
            ) : null}
            {b.owed > 0 ? (
              <span className="pill bad">
                {t({ en: `${format.number(b.owed)} owed`, zh: `欠 ${format.number(b.owed)}` })}
              </span>
            ) : null}
          </p>
          {b.expiring ? (
            <p className="small soft">
              {t(expiryWords(b.expiring.points, format.number(b.expiring.points), format.day(b.expiring.at)))}
            </p>
          ) : null}
          <ul>
            {history.data?.items.map((line) => (
              <li key={line.transferId} className="row between small" style={{ padding: '3px 0' }}>
                <span className="clip">
                  {titleOf(line.reason)} <span className="faint">{format.dayOnly(line.at)}</span>
                </span>
                <span className="row tight">
                  <span className="tabular">
                    {line.points > 0 ? `+${format.number(line.points)}` : format.number(line.points)}
                  </span>
                  {reverse && may(reverse.permission) && REVERSIBLE.includes(line.kind) ? (
                    <Button
                      type="text"
                      size="small"
                      icon={<Icon name="undo" size={13} />}
                      aria-label={t({ en: `Reverse ${line.points}`, zh: `撤销 ${line.points}` })}
                      title={t(reverse.title)}
                      onClick={() =>
                        setReversing({
                          transferId: line.transferId,
                          name: `${titleOf(line.reason)} ${format.number(line.points)}`,
                        })
                      }
                    />
                  ) : null}
                </span>
              </li>
            ))}
          </ul>
          <ActionDialog
            action={reversing && reverse ? reverse : null}
            about={{ memberId, transferId: reversing?.transferId ?? '' }}
            aboutName={reversing?.name ?? ''}
            close={() => setReversing(null)}
          />
        </div>
      )}
    </Answer>
  )
}
