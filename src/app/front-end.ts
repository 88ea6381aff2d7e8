// The two front ends as files, packed at build time. The portal's one page carries the brand, so that its name stands in
// the first picture instead of in the answer to a question that the script asks.
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Context, Hono } from 'hono'
import type { Brand } from '#kernel/context'
import { Problem } from '#kernel/problem'
import type { Bindings } from '#platform/client'
import { contentType } from '#platform/content-type'

const DIST = join(import.meta.dirname, '../../dist')

/** The smallest first: brotli takes an eighth less than gzip. */
const PACKINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

const POLICY =
  "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'"

/** Deep links answer the shell; files carry a hash in their name and may be kept for ever. */
export function serveFrontEnds(app: Hono<Bindings>, brand: () => Brand): void {
  app.get('/console', (c) => c.redirect('/console/'))
  app.get('/console/*', (c) => serveFile(c, fileOf('console', c.req.path.slice('/console/'.length))))
  app.get('/api/docs', (c) => serveFile(c, fileOf('console', 'docs.html')))
  app.get('/*', (c) => {
    if (/^\/(api|v1)(\/|$)/.test(c.req.path)) throw new Problem('route.unknown', 404)
    const file = fileOf('portal', c.req.path.slice(1))
    return file.endsWith(PAGE) ? servePortal(c, file, brand()) : serveFile(c, file)
  })
}

const PAGE = `${sep}index.html`

function fileOf(front: string, path: string): string {
  const root = join(DIST, front)
  const wanted = normalize(join(root, decodeURIComponent(path)))
  if (wanted !== root && !wanted.startsWith(root + sep)) throw new Problem('route.unknown', 404)
  return extname(wanted) === '' ? join(root, 'index.html') : wanted
}

async function serveFile(c: Context<Bindings>, file: string): Promise<Response> {
  const { bytes, encoding } = await packed(c, file)
  const hashed = file.includes(`${sep}assets${sep}`)
  return new Response(new Uint8Array(bytes), {
    headers: {
      'content-type': contentType(file),
      'cache-control': hashed ? 'public, max-age=31536000, immutable' : 'no-cache',
      'content-security-policy': POLICY,
      vary: 'accept-encoding',
      ...(encoding ? { 'content-encoding': encoding } : {}),
    },
  })
}

async function packed(c: Context<Bindings>, file: string): Promise<{ bytes: Buffer; encoding: string | null }> {
  for (const [encoding, suffix] of PACKINGS) {
    const bytes = accepts(c, encoding) ? await read(file + suffix) : null
    if (bytes) return { bytes, encoding }
  }
  const bytes = await read(file)
  if (!bytes) throw new Problem('route.unknown', 404)
  return { bytes, encoding: null }
}

const listed = (header: string | undefined) => (header ?? '').split(',').map((part) => part.trim())

const accepts = (c: Context<Bindings>, encoding: string) =>
  listed(c.req.header('accept-encoding')).some((part) => part === encoding || part.startsWith(`${encoding};q=1`))

const read = (file: string): Promise<Buffer | null> => readFile(file).catch(() => null)

/** The same for everybody; asked for again each time, and sent again when the build or the brand is another. */
async function servePortal(c: Context<Bindings>, file: string, brand: Brand): Promise<Response> {
  const html = (await read(file))?.toString()
  if (!html) throw new Problem('route.unknown', 404)
  const page = branded(html, brand)
  const isPacked = accepts(c, 'gzip')
  const headers = {
    'content-type': contentType(file),
    'cache-control': 'no-cache',
    'content-security-policy': POLICY,
    // Weak: both encodings are the same page.
    etag: `W/"${hash('sha256', page, 'base64url').slice(0, 22)}"`,
    vary: 'accept-encoding',
  }
  if (listed(c.req.header('if-none-match')).includes(headers.etag)) return new Response(null, { status: 304, headers })
  return isPacked
    ? new Response(new Uint8Array(gzipSync(page)), { headers: { ...headers, 'content-encoding': 'gzip' } })
    : new Response(page, { headers })
}

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replace(/[&<>"]/g, (letter) => ESCAPES[letter] ?? '')

/** Data and text, never a script: nothing in the brand's words can end what they stand in. */
function branded(html: string, { name, ...brand }: Brand): string {
  const data = JSON.stringify({ name, ...brand }).replaceAll('<', '\\u003c')
  return html
    .replace(/<title>[^<]*<\/title>/, () => `<title>${escaped(name[brand.locale])}</title>`)
    .replace(/[\uE000\uE001]/g, (letter) => escaped(letter === '\uE000' ? name.zh : name.en))
    .replace('</head>', () => `<script type="application/json" id="brand">${data}</script></head>`)
}
