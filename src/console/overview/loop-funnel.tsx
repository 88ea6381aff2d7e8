import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { FunnelBars } from '../chart/funnel-bars.tsx'
import { Definition } from '../explained.tsx'
import { Answer } from '../states.tsx'
import type { Range } from './range.ts'

/** Enough for somebody who comes back once a week to reach the end. */
const WINDOW = '28d'

/** The loop itself: who joined, did something, checked in, was rewarded. */
export function LoopFunnel({ range }: { range: Range }) {
  const t = useText()
  const funnel = useCall('insight.funnel', {
    ...range,
    window: WINDOW,
    steps: [{ event: 'community.joined' }, { event: '*' }, { event: 'checkin.completed' }, { event: 'points.awarded' }],
  })
  const names = [
    t({ en: 'Joined', zh: '入群' }),
    t({ en: 'Active', zh: '活跃' }),
    t({ en: 'Checked in', zh: '打卡' }),
    t({ en: 'Rewarded', zh: '获得奖励' }),
  ]
  const title = t({ en: 'The loop', zh: '成员成长漏斗' })
  return (
    <section className="card overview-funnel">
      <header>
        <div className="grow">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Members who joined a community in the period and did the next steps in this order within 28 days of joining. Each member counts once, with the longest way they got.',
              zh: '所选时段内入群，并在入群后 28 天内依次完成后续步骤的成员。每位成员只计一次，取其走得最远的一次。',
            })}
          </Definition>
        </div>
      </header>
      <Answer of={funnel} rows={6}>
        {(data) => <FunnelBars label={title} steps={data.steps.map((s, i) => ({ ...s, name: names[i] ?? '' }))} />}
      </Answer>
    </section>
  )
}
