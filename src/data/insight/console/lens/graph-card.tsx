import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { common, type Look, safe, tooltip, useLook } from '../../../../console/chart/look.ts'
import { MemberLink } from '../../../../console/member-name.tsx'
import { Answer, Empty } from '../../../../console/states.tsx'
import { GraphPlot } from './graph-plot.tsx'
import { Count, Figures, LensCard, type LensProps } from './lens-card.tsx'
import { type Box, placesOf } from './network-layout.ts'
import { type ShownName, useShownNames } from './use-shown-names.ts'

type Graph = Output<'insight.lens_graph'>

const NODES = 90
const EDGES = 220
const HEIGHT = 430
/** Names beside the largest; more would cover each other. */
const NAMED = 14
/** Between the middle of the outermost and the edge (px): half of the largest. */
const AROUND = { left: 20, top: 20, right: 20, bottom: 20 }
/** A name beside its member (px). */
const NAME_WIDTH = 84
/** What is left of the box on a desk and on a phone (px); the picture keeps these shapes wherever it is drawn. */
const DESK = { width: 590, height: 390 }
const PHONE = { width: 270, height: 390 }
/** Rows of the table. */
const LISTED = 10

/** Who answers whom, and how far each reaches in two steps. */
export function GraphCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const query = useMemo(() => ({ ...scene, nodes: NODES, edges: EDGES }), [scene])
  const graph = useCall('insight.lens_graph', query)
  const names = useShownNames('lens_graph', query, graph.data?.shownCell)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_graph', query, cell, label })
  return (
    <LensCard kind="lens_graph" wide>
      <Answer of={graph} rows={10}>
        {(g) =>
          g.members === 0 ? (
            <Empty title={t({ en: 'Nobody replied to anybody here', zh: '该时段内成员之间暂无回复' })} />
          ) : (
            <>
              <Totals graph={g} onOpen={open} />
              <div className="lens-graph">
                <Network graph={g} names={names} onOpen={open} />
                <table className="lens-table">
                  <caption className="sr-only">{t({ en: 'The most connected members', zh: '联系最多的成员' })}</caption>
                  <thead>
                    <tr>
                      <th scope="col">{t({ en: 'Member', zh: '成员' })}</th>
                      <th scope="col">{t({ en: 'Replies given / got', zh: '回复他人 / 收到回复' })}</th>
                      <th scope="col">{t({ en: 'Reach 1', zh: '一度触达' })}</th>
                      <th scope="col">{t({ en: 'Reach 2', zh: '二度触达' })}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {g.nodes.slice(0, LISTED).map((n) => {
                      const name = names(n.memberId)
                      const of = (what: string) => `${name ?? ''} · ${what}`
                      const [one, two] = [
                        of(t({ en: 'reach 1', zh: '一度触达' })),
                        of(t({ en: 'reach 2', zh: '二度触达' })),
                      ]
                      return (
                        <tr key={n.memberId}>
                          <th scope="row">
                            <MemberLink memberId={n.memberId} {...(name === undefined ? {} : { name })} />
                          </th>
                          <td className="tabular">{`${format.number(n.given)} / ${format.number(n.received)}`}</td>
                          <td>
                            <Count
                              text={format.number(n.reach1)}
                              label={one}
                              value={n.reach1}
                              onOpen={() => open(n.reach1Cell, one)}
                            />
                          </td>
                          <td>
                            <Count
                              text={format.number(n.reach2)}
                              label={two}
                              value={n.reach2}
                              onOpen={() => open(n.reach2Cell, two)}
                            />
                          </td>
                        </tr>
                      )
                    })}
                  </tbody>
                </table>
              </div>
            </>
          )
        }
      </Answer>
    </LensCard>
  )
}

function Totals({ graph: g, onOpen }: { graph: Graph; onOpen(cell: string, label: string): void }) {
  const t = useText()
  const format = useFormat()
  const tied = t({ en: 'Members with ties', zh: '有联系的成员' })
  const mutual = t({ en: 'Pairs who both replied', zh: '互相回复的成员对' })
  return (
    <Figures
      items={[
        {
          label: tied,
          value: (
            <Count text={format.number(g.members)} label={tied} value={g.members} onOpen={() => onOpen(g.cell, tied)} />
          ),
        },
        { label: t({ en: 'Ties', zh: '联系数' }), value: format.number(g.pairs) },
        {
          label: mutual,
          value: (
            <Count
              text={format.number(g.mutual)}
              label={mutual}
              value={g.mutual}
              onOpen={() => onOpen(g.mutualCell, mutual)}
            />
          ),
        },
        { label: t({ en: 'Replies', zh: '回复数' }), value: format.number(g.replies) },
        {
          label: t({ en: 'Mean ties', zh: '人均联系' }),
          value: g.averageReach === null ? '–' : format.number(g.averageReach),
        },
      ]}
    />
  )
}

interface NetworkProps {
  graph: Graph
  names: ShownName
  onOpen(cell: string, label: string): void
}

function Network({ graph, names, onOpen }: NetworkProps) {
  const t = useText()
  const look = useLook()
  const format = useFormat()
  const isNarrow = useNarrow()
  const nameOf = useCallback((id: string) => names(id) ?? t({ en: 'Member', zh: '成员' }), [names, t])
  const option = useMemo(
    () =>
      graphOption(graph, look, isNarrow ? PHONE : DESK, {
        name: nameOf,
        node: (n) =>
          t({
            en: `gave ${format.number(n.given)}, got ${format.number(n.received)} · reach ${format.number(n.reach1)} / ${format.number(n.reach2)}`,
            zh: `回复 ${format.number(n.given)} 次，收到 ${format.number(n.received)} 次 · 触达 ${format.number(n.reach1)} / ${format.number(n.reach2)}`,
          }),
        edge: (n) => t({ en: `${format.number(n)} replies`, zh: `${format.number(n)} 次回复` }),
      }),
    [graph, look, isNarrow, nameOf, t, format],
  )
  return (
    <div>
      <GraphPlot
        option={option}
        height={HEIGHT}
        onNode={(i) => {
          const node = graph.nodes[i]
          if (node) onOpen(node.reach1Cell, `${nameOf(node.memberId)} · ${t({ en: 'reach 1', zh: '一度触达' })}`)
        }}
        onEdge={(i) => {
          const edge = graph.edges[i]
          if (edge) onOpen(edge.cell, `${nameOf(edge.from)} → ${nameOf(edge.to)}`)
        }}
      />
      <p className="faint small">
        {t({
          en: 'Circles reply more than they are replied to, diamonds the other way; the larger, the more. Click one to see whom it reaches.',
          zh: '圆形：回复他人多于收到回复；菱形：收到回复更多；图形越大，往来越多。点击可查看其触达的成员。',
        })}
      </p>
    </div>
  )
}

const NARROW = matchMedia('(max-width: 700px)')
const listen = (changed: () => void) => {
  NARROW.addEventListener('change', changed)
  return () => NARROW.removeEventListener('change', changed)
}
const useNarrow = () => useSyncExternalStore(listen, () => NARROW.matches)

interface Told {
  name(id: string): string
  node(n: Graph['nodes'][number]): string
  edge(replies: number): string
}

function graphOption(graph: Graph, look: Look, box: Box, told: Told) {
  const most = Math.max(1, ...graph.nodes.map((n) => n.given + n.received))
  const strongest = Math.max(1, ...graph.edges.map((e) => e.replies))
  const index = new Map(graph.nodes.map((n, i) => [n.memberId, i]))
  const sizes = graph.nodes.map((n) => 7 + 27 * Math.sqrt((n.given + n.received) / most))
  const places = placesOf(
    sizes.map((size) => size / 2),
    graph.edges.map((e) => ({ from: index.get(e.from) ?? 0, to: index.get(e.to) ?? 0 })),
    box,
  )
  const [giver, taker] = [look.series[0] ?? '', look.series[1] ?? '']
  return {
    ...common(look),
    tooltip: {
      ...tooltip(look),
      formatter: ({ dataType, dataIndex }: { dataType: string; dataIndex: number }) => {
        const [node, edge] = [graph.nodes[dataIndex], graph.edges[dataIndex]]
        if (dataType === 'edge')
          return edge ? `${safe(told.name(edge.from))} → ${safe(told.name(edge.to))}<br>${told.edge(edge.replies)}` : ''
        return node ? `<b>${safe(told.name(node.memberId))}</b><br>${told.node(node)}` : ''
      },
    },
    series: [
      {
        type: 'graph',
        layout: 'none',
        roam: 'move',
        draggable: true,
        ...AROUND,
        preserveAspect: true,
        labelLayout: { hideOverlap: true },
        lineStyle: { color: look.palette.lineStrong, opacity: 0.32, curveness: 0.12 },
        edgeSymbol: ['none', 'arrow'],
        edgeSymbolSize: 5,
        emphasis: { focus: 'adjacency', lineStyle: { opacity: 0.9 } },
        data: graph.nodes.map((n, i) => ({
          id: n.memberId,
          name: told.name(n.memberId),
          x: places[i]?.[0] ?? 0,
          y: places[i]?.[1] ?? 0,
          symbolSize: sizes[i] ?? 0,
          // Those who give more than they get are told apart by shape, too.
          symbol: n.given >= n.received ? 'circle' : 'diamond',
          itemStyle: {
            color: n.given >= n.received ? giver : taker,
            borderColor: look.palette.surface,
            borderWidth: 1,
          },
          label: {
            ...look.text,
            color: look.palette.ink,
            show: i < NAMED,
            // Towards the middle, so that no name runs out of the picture.
            position: (places[i]?.[0] ?? 0) > box.width * 0.7 ? 'left' : 'right',
            width: NAME_WIDTH,
            overflow: 'truncate',
            formatter: '{b}',
          },
        })),
        links: graph.edges.map((e) => ({
          source: e.from,
          target: e.to,
          lineStyle: { width: 0.7 + 3 * (e.replies / strongest) },
        })),
      },
    ],
  }
}
