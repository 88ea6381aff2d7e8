import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../../../console/explained.tsx'
import { describe } from '../../segment/console/describe.ts'
import type { Draft } from '../../segment/console/draft.ts'
import { useWords } from '../../segment/console/use-words.ts'
import { LayerActions } from './layer-actions.tsx'
import { colourStyle, LayerMark } from './layer-mark.tsx'
import { type Layer, type Scheme, useColour } from './look.ts'

/** Layers in the order they are asked in: who, how many, expected beside real, and what to do with them. */
export function LayerTable({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const title = t({ en: 'Real and expected shares', zh: '实际与预期占比' })
  // Asked for where revenue is expected of a layer only: it reads every order of a year.
  const asked = scheme.layers.some((l) => l.expectedRevenue !== null) ? { id: scheme.id } : null
  const revenue = useCall('layer.revenue', asked)
  const revenueOf = (key: string) => revenue.data?.layers.find((l) => l.key === key)?.share ?? null
  return (
    <section className="stack">
      <p className="row soft small">
        {t({
          en: 'Asked from top to bottom: each member belongs to the first layer whose condition holds.',
          zh: '自上而下依次判断，每位成员归入第一个满足条件的层级。',
        })}
        <Definition of={title}>
          {t({
            en: 'Share: members of the layer by all known members you may see. Deviation: real share less expected share, in percentage points. Revenue: orders paid in the last 365 days in the brand’s currency, by the layer the member is in now.',
            zh: '占比＝该层人数 ÷ 您可见的全部已知成员数；偏差＝实际占比 − 预期占比（百分点）。营收占比＝最近 365 天以品牌货币支付的订单额，按成员当前所在层汇总。',
          })}
        </Definition>
      </p>
      <ol className="layer-rows">
        {scheme.layers.map((layer) => (
          <LayerRow key={layer.key} scheme={scheme} layer={layer} revenue={revenueOf(layer.key)} />
        ))}
      </ol>
    </section>
  )
}

function LayerRow({ scheme, layer, revenue }: { scheme: Scheme; layer: Layer; revenue: number | null }) {
  const t = useText()
  const format = useFormat()
  const words = useWords()
  return (
    <li className="card layer-row">
      <div className="layer-who">
        <h2>
          <LayerMark name={layer.name} colour={layer.colour} />
        </h2>
        <p className="soft small">
          {layer.condition
            ? describe(layer.condition as Draft, words)
            : t({ en: 'Everybody no layer above holds for', zh: '不属于以上任何一层的全部成员' })}
        </p>
      </div>
      <div className="layer-size">
        <strong className="tabular">{format.number(layer.size)}</strong>
        <span className="soft small">{t({ en: 'members', zh: '人' })}</span>
      </div>
      <Shares layer={layer} revenue={revenue} />
      <div className="layer-do">
        <LayerActions scheme={scheme} layer={layer} />
        <span className="row wrap small">
          <Link to={`/layers/${scheme.id}`} search={{ tab: 'members', layer: layer.key } as never}>
            {t({ en: 'Members', zh: '查看成员' })}
          </Link>
          {layer.segmentId ? (
            <Link to={`/segments/${layer.segmentId}`}>{t({ en: 'As a segment', zh: '作为分群查看' })}</Link>
          ) : null}
        </span>
      </div>
    </li>
  )
}

/** Points of a percentage below which real and expected count as equal: what rounding shows as the same. */
const NEGLIGIBLE = 0.0005

function Shares({ layer, revenue }: { layer: Layer; revenue: number | null }) {
  const t = useText()
  const format = useFormat()
  const colourOf = useColour()
  const { share, expected, deviation, expectedRevenue } = layer
  return (
    <div className="layer-shares" style={colourStyle(colourOf(layer.colour))}>
      <div className="row between small">
        <span>
          {t({ en: 'real', zh: '实际' })}{' '}
          <strong className="tabular">{share === null ? '–' : format.percent(share)}</strong>
        </span>
        {deviation === null ? null : (
          <span className={Math.abs(deviation) < NEGLIGIBLE ? 'pill' : deviation > 0 ? 'pill info' : 'pill warn'}>
            {t({
              en: `${points(deviation)} pp against expected`,
              zh: `较预期 ${points(deviation)} 个百分点`,
            })}
          </span>
        )}
      </div>
      <div className="layer-track">
        <div className="layer-fill" style={{ width: `${(share ?? 0) * 100}%` }} />
        {expected === null ? null : <div className="layer-target" style={{ left: `${expected * 100}%` }} />}
      </div>
      <span className="faint small tabular">
        {expected === null
          ? t({ en: 'no share expected', zh: '未设预期' })
          : t({ en: `expected ${format.percent(expected)}`, zh: `预期 ${format.percent(expected)}` })}
      </span>
      {revenue === null && expectedRevenue === null ? null : (
        <span className="small soft tabular">
          {t({ en: 'revenue', zh: '营收占比' })} {revenue === null ? '–' : format.percent(revenue)}
          {expectedRevenue === null
            ? null
            : t({
                en: ` (expected ${format.percent(expectedRevenue)})`,
                zh: `（预期 ${format.percent(expectedRevenue)}）`,
              })}
        </span>
      )}
    </div>
  )
}

const points = (ratio: number) => `${ratio > 0 ? '+' : ratio < 0 ? '−' : ''}${Math.abs(ratio * 100).toFixed(1)}`
