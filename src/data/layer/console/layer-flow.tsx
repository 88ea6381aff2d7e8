import type { EChartsCoreOption } from 'echarts/core'
import { useMemo, useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { usePreferences, useText } from '#web/preferences.tsx'
import { PALETTES } from '#web/theme.ts'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../../../console/explained.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { Drawing } from './drawing.tsx'
import { FlowMembers, type Way } from './flow-members.tsx'
import { FlowTable } from './flow-table.tsx'
import { NOT_HERE, type Scheme, useColour } from './look.ts'
import { SpanChoice, useSpan } from './span-choice.tsx'

type Flow = Output<'layer.flow'>

/** Who went from which layer to which: a picture, the numbers, and the members behind each of them. */
export function LayerFlow({ scheme }: { scheme: Scheme }) {
  const t = useText()
  const format = useFormat()
  const { from } = useSpan()
  const [way, setWay] = useState<Way | null>(null)
  const flow = useCall('layer.flow', { id: scheme.id, from }, { placeholderData: (before) => before })
  const title = t({ en: 'Flow between layers', zh: '层间流转' })
  return (
    <section className="card">
      <header className="row wrap between">
        <span className="row">
          <h2>{title}</h2>
          <Definition of={title}>
            {t({
              en: 'Left: the layer each member was in at the start. Right: the layer now. Both are counted from the events by the conditions of today; rows add up to the sizes at the start, columns to those now. Members that were not here at the start come from “not here yet”.',
              zh: '左侧为期初所在层级，右侧为当前层级，均按当前条件由行为明细重新计算；各行合计等于期初人数，各列合计等于当前人数。期初尚未出现的成员归入「尚未加入」。',
            })}
          </Definition>
        </span>
        <SpanChoice />
      </header>
      <Answer of={flow} rows={8}>
        {(data) =>
          data.links.length === 0 ? (
            <Empty title={t({ en: 'Nobody to show', zh: '暂无可展示的成员' })} />
          ) : (
            <div className="stack" aria-busy={flow.isPlaceholderData}>
              <p className="row between soft small">
                <span>{format.minute(data.from)}</span>
                <span>{format.minute(data.to)}</span>
              </p>
              <Picture scheme={scheme} flow={data} onPick={(from, to) => setWay({ from, to })} />
              <p className="soft small">
                {t({
                  en: 'Choose a number to see its members.',
                  zh: '点击图中的连线或表中的人数，可查看对应成员。',
                })}
              </p>
              <FlowTable scheme={scheme} flow={data} onPick={setWay} />
              <FlowMembers scheme={scheme} span={data} way={way} close={() => setWay(null)} />
            </div>
          )
        }
      </Answer>
    </section>
  )
}

/** Before the key: which side a node stands on. */
const [LEFT, RIGHT] = ['<', '>']

function Picture({
  scheme,
  flow,
  onPick,
}: {
  scheme: Scheme
  flow: Flow
  onPick(from: string | null, to: string): void
}) {
  const t = useText()
  const format = useFormat()
  const { theme } = usePreferences()
  const colourOf = useColour()
  const option = useMemo((): EChartsCoreOption => {
    const palette = PALETTES[theme]
    const text = { color: palette.ink, fontSize: 12, fontFamily: getComputedStyle(document.body).fontFamily }
    const named = new Map(scheme.layers.map((l) => [l.key, l]))
    const nameOf = (node: string) => t(named.get(node.slice(1))?.name ?? NOT_HERE)
    const sizes = new Map([
      ...flow.before.map((s) => [LEFT + s.key, s.size] as const),
      ...flow.after.map((s) => [RIGHT + s.key, s.size] as const),
      [LEFT, flow.links.filter((l) => l.from === null).reduce((sum, l) => sum + l.members, 0)] as const,
    ])
    const node = (name: string, colour: string) => ({
      name,
      depth: name.startsWith(LEFT) ? 0 : 1,
      itemStyle: { color: colour },
    })
    return {
      tooltip: {
        trigger: 'item',
        confine: true,
        backgroundColor: palette.raised,
        borderColor: palette.line,
        textStyle: text,
      },
      series: [
        {
          type: 'sankey',
          left: 4,
          right: 4,
          top: 8,
          bottom: 8,
          nodeWidth: 14,
          nodeGap: 14,
          layoutIterations: 0,
          draggable: false,
          emphasis: { focus: 'adjacency' },
          lineStyle: { color: 'source', opacity: theme === 'dark' ? 0.32 : 0.26, curveness: 0.5 },
          tooltip: {
            formatter: ({ data, name, value }: { data: object; name: string; value: number }) =>
              'source' in data && 'target' in data
                ? `${nameOf(String(data.source))} → ${nameOf(String(data.target))}: ${format.number(value)}`
                : `${nameOf(name)}: ${format.number(sizes.get(name) ?? 0)}`,
          },
          label: {
            ...text,
            formatter: ({ name }: { name: string }) => `${nameOf(name)} ${format.compact(sizes.get(name) ?? 0)}`,
          },
          data: [
            ...scheme.layers.flatMap((l) => [
              node(LEFT + l.key, colourOf(l.colour)),
              node(RIGHT + l.key, colourOf(l.colour)),
            ]),
            node(LEFT, palette.lineStrong),
          ]
            .filter(({ name }) => (sizes.get(name) ?? 0) > 0)
            .map((n) => (n.depth === 1 ? { ...n, label: { position: 'left' } } : n)),
          links: flow.links.map((l) => ({ source: LEFT + (l.from ?? ''), target: RIGHT + l.to, value: l.members })),
        },
      ],
    }
  }, [scheme, flow, t, format, theme, colourOf])
  return (
    <Drawing
      option={option}
      height={360}
      onPick={(data) => {
        const { source, target } = data as { source?: string; target?: string }
        if (source !== undefined && target !== undefined) onPick(source.slice(1) || null, target.slice(1))
      }}
    />
  )
}
