import dagre from '@dagrejs/dagre'
import {
  Background,
  BaseEdge,
  Controls,
  type Edge,
  EdgeLabelRenderer,
  type EdgeProps,
  getSmoothStepPath,
  Handle,
  type Node,
  type NodeProps,
  Position,
  ReactFlow,
} from '@xyflow/react'
import { Button, Dropdown } from 'antd'
import { createContext, use, useMemo } from 'react'
import { usePreferences, useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { type Graph, type Insertable, type JourneyNode, waysOf } from './draft.ts'
import { INSERTABLE, NODE_ICONS, NODE_TITLES } from './words.ts'
import '@xyflow/react/dist/style.css'
import './canvas.css'

/** As wide as two lines of a description need; dagre lays out by these. */
const WIDTH = 228
const HEIGHT = 66

interface CardData extends Record<string, unknown> {
  node: JourneyNode
  text: string
  flawed: boolean
  chosen: boolean
}
interface WayData extends Record<string, unknown> {
  label: string
  from: string
  port: string
}

const InsertContext = createContext<((from: string, port: string, type: Insertable) => void) | null>(null)

interface Props {
  graph: Graph
  chosen: string | null
  flawed: ReadonlySet<string>
  describe(node: JourneyNode): string
  choose(id: string | null): void
  insert: ((from: string, port: string, type: Insertable) => void) | null
}

/** The journey from top to bottom; a node is chosen to edit it, a plus on a way puts one in. */
export function Canvas({ graph, chosen, flawed, describe, choose, insert }: Props) {
  const t = useText()
  const { theme } = usePreferences()
  const { nodes, edges } = useMemo(() => {
    const places = layout(graph)
    const nodes: Node<CardData>[] = Object.entries(graph.nodes).map(([id, node]) => ({
      id,
      type: 'card',
      position: places.get(id) ?? { x: 0, y: 0 },
      data: { node, text: describe(node), flawed: flawed.has(id), chosen: id === chosen },
      ariaLabel: `${t(NODE_TITLES[node.type])}: ${describe(node)}`,
      width: WIDTH,
      height: HEIGHT,
    }))
    const edges: Edge<WayData>[] = Object.entries(graph.nodes).flatMap(([from, node]) =>
      waysOf(node).map(({ port, to }) => ({
        id: `${from} ${port}`,
        source: from,
        target: to,
        type: 'way',
        focusable: false,
        data: { from, port, label: labelOf(node, port, t) },
      })),
    )
    return { nodes, edges }
  }, [graph, chosen, flawed, describe, t])
  return (
    <InsertContext value={insert}>
      <div className="canvas">
        <ReactFlow
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          edgeTypes={EDGE_TYPES}
          colorMode={theme}
          fitView
          fitViewOptions={{ padding: 0.2, maxZoom: 1 }}
          minZoom={0.3}
          maxZoom={1.4}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          proOptions={{ hideAttribution: true }}
          onNodeClick={(_event, node) => choose(node.id)}
          onPaneClick={() => choose(null)}
          onSelectionChange={({ nodes: [node] }) => {
            if (node) choose(node.id)
          }}
          aria-label={t({ en: 'Journey', zh: '旅程画布' })}
          ariaLabelConfig={{
            'node.a11yDescription.default': t({ en: 'Press Enter to edit this step.', zh: '按回车键编辑该步骤。' }),
            'node.a11yDescription.keyboardDisabled': t({
              en: 'Press Enter to edit this step.',
              zh: '按回车键编辑该步骤。',
            }),
            'edge.a11yDescription.default': t({ en: 'A way between two steps.', zh: '两个步骤之间的连线。' }),
            'controls.ariaLabel': t({ en: 'Canvas', zh: '画布缩放' }),
            'controls.zoomIn.ariaLabel': t({ en: 'Zoom in', zh: '放大' }),
            'controls.zoomOut.ariaLabel': t({ en: 'Zoom out', zh: '缩小' }),
            'controls.fitView.ariaLabel': t({ en: 'Show everything', zh: '适应画布' }),
          }}
        >
          <Background gap={22} size={1.2} />
          <Controls showInteractive={false} />
        </ReactFlow>
      </div>
    </InsertContext>
  )
}

function layout(graph: Graph): Map<string, { x: number; y: number }> {
  const g = new dagre.graphlib.Graph({ multigraph: true })
  g.setGraph({ rankdir: 'TB', nodesep: 44, ranksep: 70 })
  g.setDefaultEdgeLabel(() => ({}))
  for (const id of Object.keys(graph.nodes)) g.setNode(id, { width: WIDTH, height: HEIGHT })
  for (const [from, node] of Object.entries(graph.nodes))
    for (const { port, to } of waysOf(node)) if (graph.nodes[to]) g.setEdge(from, to, {}, port)
  dagre.layout(g)
  return new Map(
    g.nodes().map((id: string) => {
      const at = g.node(id)
      return [id, { x: at.x - WIDTH / 2, y: at.y - HEIGHT / 2 }]
    }),
  )
}

function labelOf(node: JourneyNode, port: string, t: (text: { en: string; zh: string }) => string): string {
  if (port === 'else') return t({ en: 'else', zh: '其他' })
  if (port === 'onError') return t({ en: 'on error', zh: '失败时' })
  if (node.type !== 'branch') return ''
  const n = Number(port) + 1
  return node.cases[n - 1]?.name || t({ en: `case ${n}`, zh: `分支 ${n}` })
}

function Card({ data }: NodeProps<Node<CardData>>) {
  const t = useText()
  const { node, text, flawed, chosen } = data
  return (
    <div className={`node-card is-${node.type} ${chosen ? 'is-chosen' : ''} ${flawed ? 'is-flawed' : ''}`}>
      {node.type === 'trigger' ? null : <Handle type="target" position={Position.Top} isConnectable={false} />}
      <span className="node-icon">
        <Icon name={NODE_ICONS[node.type]} size={16} />
      </span>
      <span className="node-text">
        <span className="faint small">{t(NODE_TITLES[node.type])}</span>
        <strong className="clip">{text}</strong>
      </span>
      {flawed ? (
        <span className="node-flaw">
          <Icon name="warning" size={15} />
        </span>
      ) : null}
      {node.type === 'exit' ? null : <Handle type="source" position={Position.Bottom} isConnectable={false} />}
    </div>
  )
}

function WayEdge({ data, markerEnd, ...ends }: EdgeProps<Edge<WayData>>) {
  const t = useText()
  const insert = use(InsertContext)
  const [path, x, y] = getSmoothStepPath({ ...ends, borderRadius: 14 })
  return (
    <>
      <BaseEdge path={path} {...(markerEnd ? { markerEnd } : {})} />
      <EdgeLabelRenderer>
        <div className="way" style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
          {data?.label ? <span className="way-label clip">{data.label}</span> : null}
          {insert && data ? (
            <Dropdown
              trigger={['click']}
              menu={{
                items: INSERTABLE.map((type) => ({
                  key: type,
                  label: t(NODE_TITLES[type]),
                  icon: <Icon name={NODE_ICONS[type]} />,
                })),
                onClick: ({ key }) => insert(data.from, data.port, key as Insertable),
              }}
            >
              <Button
                className="way-add nodrag nopan"
                shape="circle"
                size="small"
                icon={<Icon name="plus" size={12} />}
                aria-label={t({ en: 'Put a step in here', zh: '在此插入步骤' })}
              />
            </Dropdown>
          ) : null}
        </div>
      </EdgeLabelRenderer>
    </>
  )
}

const NODE_TYPES = { card: Card }
const EDGE_TYPES = { way: WayEdge }
