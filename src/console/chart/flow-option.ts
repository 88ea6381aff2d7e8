import type { EChartsCoreOption } from 'echarts/core'
import { colourOf, common, type Look, safe, tooltip } from './look.ts'

export interface FlowNode {
  id: string
  /** The column it stands in, from 0. */
  depth: number
  name: string
  text: string
  /** What it is told apart by: the same name has the same colour in every column. */
  colour: number
}
export interface FlowLink {
  from: string
  to: string
  value: number
  text: string
}

/** A flow from left to right: what came after what, and how many. */
export function flowOption(nodes: readonly FlowNode[], links: readonly FlowLink[], look: Look): EChartsCoreOption {
  const byId = new Map(nodes.map((n) => [n.id, n]))
  const called = (id: string) => byId.get(id)?.name ?? id
  return {
    ...common(look),
    tooltip: {
      ...tooltip(look),
      trigger: 'item',
      formatter: ({ dataType, dataIndex }: { dataType: string; dataIndex: number }) => {
        const [node, link] = [nodes[dataIndex], links[dataIndex]]
        if (dataType === 'edge') return link ? safe(`${called(link.from)} → ${called(link.to)}: ${link.text}`) : ''
        return node ? safe(`${node.name}: ${node.text}`) : ''
      },
    },
    series: [
      {
        type: 'sankey',
        left: 4,
        right: 110,
        top: 8,
        bottom: 8,
        nodeWidth: 12,
        nodeGap: 14,
        draggable: false,
        emphasis: { focus: 'adjacency' },
        lineStyle: { color: 'source', opacity: 0.26, curveness: 0.5 },
        label: {
          ...look.text,
          color: look.palette.ink,
          width: 88,
          overflow: 'truncate',
          formatter: ({ dataIndex }: { dataIndex: number }) => nodes[dataIndex]?.name ?? '',
        },
        data: nodes.map((n) => ({ name: n.id, depth: n.depth, itemStyle: { color: colourOf(look, n.colour) } })),
        links: links.map((l) => ({ source: l.from, target: l.to, value: l.value })),
      },
    ],
  }
}
