import type { Item, Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { monthTitle } from '../../../portal/day.ts'
import { Button, ButtonLink } from '../../../portal/ui/button.tsx'
import { Card, Row, RowText } from '../../../portal/ui/card.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Empty, Failed, Loading } from '../../../portal/ui/states.tsx'
import { usePages } from '../../../portal/use-pages.ts'
import { Expiring } from './expiring.tsx'
import styles from './points.module.css'
import { KINDS, REASONS } from './words.ts'

export function Points() {
  const t = useText()
  const balance = useCall('points.balance', {})
  return (
    <Page title={t({ en: 'My points', zh: '我的积分' })} up="/">
      {balance.error && !balance.data ? (
        <Failed error={balance.error} retry={() => void balance.refetch()} />
      ) : (
        <Balance balance={balance.data} />
      )}
      <History />
    </Page>
  )
}

function Balance({ balance }: { balance: Output<'points.balance'> | undefined }) {
  const t = useText()
  const format = useFormat()
  return (
    <section className={styles.balance} aria-label={t({ en: 'Balance', zh: '积分余额' })}>
      <p className={styles.label}>{t({ en: 'To spend', zh: '可用积分' })}</p>
      <p className={styles.amount}>{balance ? format.number(balance.available) : '–'}</p>
      <p className={styles.rest}>
        {balance && balance.held > 0 && (
          <span>
            {t({ en: `${format.number(balance.held)} set aside`, zh: `冻结中 ${format.number(balance.held)}` })}
          </span>
        )}
        {balance && balance.owed > 0 && (
          <span>
            {t({
              en: `${format.number(balance.owed)} owed, taken from what comes next`,
              zh: `欠 ${format.number(balance.owed)} 积分，将从后续积分中抵扣`,
            })}
          </span>
        )}
      </p>
      {balance && <Expiring expiring={balance.expiring} />}
    </section>
  )
}

type Line = Item<'points.history'>

function History() {
  const t = useText()
  const { locale } = usePreferences()
  const history = usePages('points.history', {})
  const lines = history.data?.pages.flatMap((page) => page.items) ?? []
  if (history.isPending) return <Loading height={64} rows={5} />
  if (history.error && lines.length === 0) return <Failed error={history.error} retry={() => void history.refetch()} />
  if (lines.length === 0)
    return (
      <Card>
        <Empty
          icon="coin"
          title={t({ en: 'No points yet', zh: '还没有积分记录' })}
          hint={t({ en: 'Your first check-in earns the first ones.', zh: '完成第一次打卡，就能获得积分。' })}
          action={<ButtonLink to="/check-in">{t({ en: 'Check in', zh: '去打卡' })}</ButtonLink>}
        />
      </Card>
    )
  return (
    <>
      {byMonth(lines).map(([month, shown]) => (
        <Card key={month} flush title={monthTitle(month, locale)}>
          <ul>
            {shown.map((line) => (
              <HistoryRow key={line.transferId} line={line} />
            ))}
          </ul>
        </Card>
      ))}
      {history.hasNextPage && (
        <Button tone="plain" wide busy={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          {t({ en: 'Earlier', zh: '查看更早的记录' })}
        </Button>
      )}
    </>
  )
}

function HistoryRow({ line }: { line: Line }) {
  const t = useText()
  const format = useFormat()
  const reason = REASONS[line.reason]
  const sign = line.points > 0 ? '+' : line.points < 0 ? '−' : ''
  return (
    <Row>
      <RowText title={reason ? t(reason) : line.reason} note={`${t(KINDS[line.kind])} · ${format.minute(line.at)}`} />
      <span className={line.points > 0 ? `${styles.change} ${styles.plus}` : styles.change}>
        {sign}
        {format.number(Math.abs(line.points))}
      </span>
    </Row>
  )
}

/** In the reader's own months, in the order given. */
function byMonth(lines: readonly Line[]): [string, Line[]][] {
  const months = new Map<string, Line[]>()
  for (const line of lines) {
    const at = new Date(line.at)
    const month = `${at.getFullYear()}-${String(at.getMonth() + 1).padStart(2, '0')}`
    months.set(month, [...(months.get(month) ?? []), line])
  }
  return [...months]
}
