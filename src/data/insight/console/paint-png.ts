// A chart as a picture file: what the browser has laid out is painted again on a canvas, so that tables, bars and
// ECharts' own canvases come out as they are seen, without loading anything.
const SCALE = 2
const MARGIN = 20

interface Words {
  title: string
  /** Under the picture: what was asked, and as of when. */
  foot: string
}

export async function paintPng(node: HTMLElement, { title, foot }: Words): Promise<Blob> {
  const style = getComputedStyle(document.body)
  const root = getComputedStyle(document.documentElement)
  const origin = node.getBoundingClientRect()
  const parts = visible(node)
  const right = Math.max(origin.right, ...parts.map((p) => p.getBoundingClientRect().right))
  const width = right - origin.left + 2 * MARGIN
  const lines = wrapped(foot, width - 2 * MARGIN, `12px ${style.fontFamily}`)
  const height = origin.height + 2 * MARGIN + 34 + lines.length * 18
  const canvas = document.createElement('canvas')
  canvas.width = width * SCALE
  canvas.height = height * SCALE
  const ctx = canvas.getContext('2d')
  if (!ctx) throw new Error('no canvas')
  ctx.scale(SCALE, SCALE)
  ctx.fillStyle = root.getPropertyValue('--surface')
  ctx.fillRect(0, 0, width, height)
  ctx.fillStyle = root.getPropertyValue('--ink')
  ctx.font = `600 15px ${style.fontFamily}`
  ctx.fillText(title, MARGIN, MARGIN + 12)
  ctx.fillStyle = root.getPropertyValue('--ink-soft')
  ctx.font = `12px ${style.fontFamily}`
  for (const [i, line] of lines.entries()) ctx.fillText(line, MARGIN, MARGIN + 34 + origin.height + 18 * (i + 1) - 4)
  ctx.translate(MARGIN - origin.left, MARGIN + 34 - origin.top)
  for (const part of parts) await paint(ctx, part)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'),
  )
}

const HIDDEN = '.sr-only, [hidden], .chart-actions'

function visible(node: HTMLElement): Element[] {
  const walker = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT, (n) => {
    const element = n as Element
    if (element.matches(HIDDEN) || getComputedStyle(element).display === 'none') return NodeFilter.FILTER_REJECT
    return element.parentElement?.closest('svg') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT
  })
  const found: Element[] = []
  while (walker.nextNode()) found.push(walker.currentNode as Element)
  return found
}

async function paint(ctx: CanvasRenderingContext2D, element: Element) {
  const box = element.getBoundingClientRect()
  if (box.width === 0 || box.height === 0) return
  if (element instanceof HTMLCanvasElement) {
    ctx.drawImage(element, box.left, box.top, box.width, box.height)
    return
  }
  if (element instanceof SVGElement) {
    await paintSvg(ctx, element, box)
    return
  }
  const style = getComputedStyle(element)
  ground(ctx, style, box)
  for (const node of element.childNodes)
    if (node.nodeType === Node.TEXT_NODE && node.textContent?.trim()) text(ctx, node, style)
}

async function paintSvg(ctx: CanvasRenderingContext2D, svg: SVGElement, box: DOMRect) {
  const copy = svg.cloneNode(true) as SVGElement
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
  copy.style.color = getComputedStyle(svg).color
  const picture = new Image()
  picture.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
  await picture.decode()
  ctx.drawImage(picture, box.left, box.top, box.width, box.height)
}

const isClear = (colour: string) => colour === 'transparent' || /^rgba\(.*, 0\)$/.test(colour)

function ground(ctx: CanvasRenderingContext2D, style: CSSStyleDeclaration, box: DOMRect) {
  if (!isClear(style.backgroundColor)) {
    ctx.fillStyle = style.backgroundColor
    ctx.beginPath()
    ctx.roundRect(box.left, box.top, box.width, box.height, Number.parseFloat(style.borderTopLeftRadius) || 0)
    ctx.fill()
  }
  if (style.backgroundImage.startsWith('repeating-linear-gradient')) hatch(ctx, style.color, box)
  if (Number.parseFloat(style.borderBottomWidth) > 0 && style.borderBottomStyle !== 'none') {
    ctx.fillStyle = style.borderBottomColor
    ctx.fillRect(box.left, box.bottom - 1, box.width, 1)
  }
}

/** As the hatching of stylesheets: its own colour is that of the lines. */
function hatch(ctx: CanvasRenderingContext2D, colour: string, box: DOMRect) {
  ctx.save()
  ctx.beginPath()
  ctx.rect(box.left, box.top, box.width, box.height)
  ctx.clip()
  ctx.strokeStyle = colour
  ctx.lineWidth = 2.2
  for (let x = box.left - box.height; x < box.right; x += 8) {
    ctx.beginPath()
    ctx.moveTo(x, box.bottom)
    ctx.lineTo(x + box.height, box.top)
    ctx.stroke()
  }
  ctx.restore()
}

function text(ctx: CanvasRenderingContext2D, node: ChildNode, style: CSSStyleDeclaration) {
  ctx.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
  ctx.fillStyle = style.color
  ctx.textBaseline = 'middle'
  const range = document.createRange()
  const letters = [...(node.textContent ?? '')]
  let at = 0
  let line = { words: '', left: 0, top: Number.NaN, height: 0 }
  const flush = () => {
    if (line.words.trim()) ctx.fillText(line.words, line.left, line.top + line.height / 2)
  }
  for (const letter of letters) {
    range.setStart(node, at)
    at += letter.length
    range.setEnd(node, at)
    const box = range.getBoundingClientRect()
    if (box.height > 0 && !(Math.abs(box.top - line.top) <= 2)) {
      flush()
      line = { words: '', left: box.left, top: box.top, height: box.height }
    }
    line.words += letter
  }
  flush()
  ctx.textBaseline = 'alphabetic'
}

function wrapped(words: string, width: number, font: string): string[] {
  const ctx = document.createElement('canvas').getContext('2d')
  if (!ctx) return [words]
  ctx.font = font
  const lines: string[] = []
  let line = ''
  for (const part of words.split(/(?<=[\s，；、。])/)) {
    if (line && ctx.measureText(line + part).width > width) {
      lines.push(line.trim())
      line = ''
    }
    line += part
  }
  return line.trim() ? [...lines, line.trim()] : lines
}
