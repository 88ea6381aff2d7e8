import { useMemo } from 'react'
import { flowOption } from '../chart/flow-option.ts'
import { useLook } from '../chart/look.ts'
import { Plot, type Spot } from '../chart/plot.tsx'
import type { PathsAnswer } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, type PictureProps } from './drawing.ts'

const nodeName = (name: string, words: ChartWords) =>
  name === '$other' ? words.groupTitle(name) : words.eventTitle(name)

function Picture({ label, answer, words, height, onCell }: PictureProps<PathsAnswer>) {
  const { t, format } = words
  const look = useLook()
  const built = useMemo(() => {
    const lost = new Map(answer.dropOff.map((d) => [d.node, d.count]))
    const first = Math.min(...answer.nodes.map((n) => n.step))
    const colours = new Map([...new Set(answer.nodes.map((n) => n.name))].map((name, i) => [name, i]))
    const names = new Map(answer.nodes.map((n) => [n.id, nodeName(n.name, words)]))
    const times = (n: number) => t({ en: `${format.number(n)} times`, zh: `${format.number(n)} 次` })
    const nodes = answer.nodes.map((n) => ({
      id: n.id,
      depth: n.step - first,
      name: names.get(n.id) ?? n.name,
      colour: n.name === '$other' ? look.series.length - 1 : (colours.get(n.name) ?? 0) % (look.series.length - 1),
      text: [
        times(n.count),
        lost.get(n.id)
          ? t({
              en: `${format.number(lost.get(n.id) ?? 0)} stop here`,
              zh: `${format.number(lost.get(n.id) ?? 0)} 次到此为止`,
            })
          : '',
      ]
        .filter(Boolean)
        .join(' · '),
    }))
    const links = answer.links.map((l) => ({
      from: l.from,
      to: l.to,
      value: l.count,
      text: [times(l.count), l.avgSeconds === null ? '' : format.span(l.avgSeconds)].filter(Boolean).join(' · '),
    }))
    const nodeSpots = answer.nodes.map(
      (n, i): Spot => ({
        label: t({ en: `Step ${n.step}: ${nodes[i]?.name}`, zh: `第 ${n.step} 步：${nodes[i]?.name}` }),
        text: nodes[i]?.text ?? '',
        value: n.count,
        cell: n.cell,
      }),
    )
    const linkSpots = answer.links.map(
      (l, i): Spot => ({
        label: `${names.get(l.from) ?? l.from} → ${names.get(l.to) ?? l.to}`,
        text: links[i]?.text ?? '',
        value: l.count,
        cell: l.cell,
      }),
    )
    return { option: flowOption(nodes, links, look), nodeSpots, linkSpots }
  }, [answer, words, look, t, format])
  const busiest = Math.max(0, ...[...Map.groupBy(answer.nodes, (n) => n.step).values()].map((l) => l.length))
  return (
    <div className="flow-scroll">
      <Plot
        more
        label={label}
        option={built.option}
        height={Math.max(height, busiest * 34)}
        spots={[built.nodeSpots]}
        spotAt={({ dataType, dataIndex }) => (dataType === 'edge' ? built.linkSpots : built.nodeSpots)[dataIndex]}
        onCell={onCell}
      />
    </div>
  )
}

export const pathsDrawing: Drawing<PathsAnswer> = {
  Picture,
  grid(answer, _, words) {
    const { t, format } = words
    const names = new Map(
      answer.nodes.map((n) => [
        n.id,
        t({ en: `${n.step}. ${nodeName(n.name, words)}`, zh: `${n.step}. ${nodeName(n.name, words)}` }),
      ]),
    )
    return {
      head: t({ en: 'From → to', zh: '来源 → 去向' }),
      columns: [t({ en: 'Times', zh: '次数' }), t({ en: 'Mean time', zh: '平均间隔' })],
      rows: [
        ...answer.nodes.map((n) => ({
          head: names.get(n.id) ?? n.name,
          cells: [gridCell(n.count, format.number, n.cell), gridCell(null, format.number)],
        })),
        ...answer.links.map((l) => ({
          head: `${names.get(l.from) ?? l.from} → ${names.get(l.to) ?? l.to}`,
          cells: [gridCell(l.count, format.number, l.cell), gridCell(l.avgSeconds, format.span)],
        })),
        ...answer.dropOff.map((d) => ({
          head: t({ en: `${names.get(d.node) ?? d.node} → end`, zh: `${names.get(d.node) ?? d.node} → 结束` }),
          cells: [gridCell(d.count, format.number, d.cell), gridCell(null, format.number)],
        })),
      ],
    }
  },
}
