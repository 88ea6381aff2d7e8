import type { ReactNode } from 'react'

// A small part of Markdown, made into elements and never into HTML: nothing that is written can become a script.
const INLINE = /(\*\*[^*]+\*\*|\*[^*\s][^*]*\*|`[^`]+`|\[[^\]]+\]\(https?:\/\/[^\s)]+\))/

function inline(text: string): ReactNode[] {
  return text.split(INLINE).map((part, i) => {
    const link = /^\[([^\]]+)\]\((https?:\/\/[^\s)]+)\)$/.exec(part)
    // biome-ignore-start lint/suspicious/noArrayIndexKey: parts of a fixed text
    if (link)
      return (
        <a key={i} href={link[2]} target="_blank" rel="noreferrer noopener">
          {link[1]}
        </a>
      )
    if (/^\*\*.+\*\*$/.test(part)) return <strong key={i}>{part.slice(2, -2)}</strong>
    if (/^\*.+\*$/.test(part)) return <em key={i}>{part.slice(1, -1)}</em>
    if (/^`.+`$/.test(part)) return <code key={i}>{part.slice(1, -1)}</code>
    // biome-ignore-end lint/suspicious/noArrayIndexKey: parts of a fixed text
    return part
  })
}

interface Block {
  kind: 'h' | 'ul' | 'ol' | 'p'
  lines: string[]
}

function blocksOf(text: string): Block[] {
  const blocks: Block[] = []
  for (const raw of text.split('\n')) {
    const line = raw.trim()
    const heading = /^#{1,3}\s+(.*)$/.exec(line)
    const bullet = /^[-*]\s+(.*)$/.exec(line)
    const number = /^\d+[.)]\s+(.*)$/.exec(line)
    const last = blocks.at(-1)
    const add = (kind: Block['kind'], content: string) =>
      last?.kind === kind && last.lines.at(-1) !== ''
        ? last.lines.push(content)
        : blocks.push({ kind, lines: [content] })
    if (heading) blocks.push({ kind: 'h', lines: [heading[1] ?? ''] })
    else if (bullet) add('ul', bullet[1] ?? '')
    else if (number) add('ol', number[1] ?? '')
    else if (line === '') last?.lines.push('')
    else add('p', line)
  }
  return blocks
}

/** Headings, lists, paragraphs, bold, emphasis, code and links. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="tile-text">
      {blocksOf(text).map((block, i) => {
        const lines = block.lines.filter((l) => l !== '')
        // biome-ignore-start lint/suspicious/noArrayIndexKey: blocks of a fixed text
        if (block.kind === 'h') return <h2 key={i}>{inline(lines[0] ?? '')}</h2>
        if (block.kind === 'p')
          return <p key={i}>{lines.flatMap((l, n) => [n > 0 ? <br key={`b${n}`} /> : null, ...inline(l)])}</p>
        const List = block.kind
        return (
          <List key={i}>
            {lines.map((l, n) => (
              <li key={n}>{inline(l)}</li>
            ))}
          </List>
        )
        // biome-ignore-end lint/suspicious/noArrayIndexKey: blocks of a fixed text
      })}
    </div>
  )
}
