// Files that people upload and download, in a local folder. Names on disk are our own ids; what the sender called a
// file stands only inside its description. A file is there when its description is, which is written last.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { z } from 'zod'
import type { Files, StoredFile } from '#kernel/file'
import { newId } from '#kernel/ids'
import { Problem } from '#kernel/problem'

export type { Files } from '#kernel/file'

/** No upload lasts this long: what is older was left by a process that was killed. */
const ABANDONED_MS = 24 * 3600 * 1000

const storedSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  size: z.number(),
  type: z.string(),
  sha256: z.string(),
})

export function openFiles(folder: string): Files {
  const unfinished = join(folder, 'unfinished')
  let swept: Promise<void> | undefined

  /** Anything but a UUID never reaches a path. */
  function place(id: string) {
    if (!z.uuid().safeParse(id).success) throw unknown()
    // By the last characters: the first are the time and would fill one folder at a time.
    const parent = join(folder, id.slice(-2).toLowerCase())
    const content = join(parent, id.toLowerCase())
    return { parent, content, description: `${content}.json` }
  }

  async function describe(id: string): Promise<StoredFile> {
    const { description } = place(id)
    const json = await readFile(description, 'utf8').catch(ifMissing)
    return storedSchema.parse(JSON.parse(json))
  }

  return {
    async save(content, { name, type, max }) {
      await mkdir(unfinished, { recursive: true, mode: 0o700 })
      swept ??= sweep(unfinished).catch(() => {})
      await swept
      const id = newId()
      const draft = join(unfinished, id)
      const { parent, ...final } = place(id)
      try {
        const stream = content instanceof Readable ? content : Readable.from([content])
        const stored = { id, name: label(name), type: mediaType(type), ...(await write(draft, stream, max)) }
        await mkdir(parent, { recursive: true, mode: 0o700 })
        await rename(draft, final.content)
        await write(draft, Readable.from([Buffer.from(JSON.stringify(stored))]), Number.POSITIVE_INFINITY)
        await rename(draft, final.description)
        await sync(parent)
        return stored
      } catch (error) {
        for (const path of [draft, final.description, final.content]) await rm(path, { force: true })
        throw error
      }
    },
    async open(id) {
      const stored = await describe(id)
      return { ...stored, stream: createReadStream(place(id).content) }
    },
    async read(id) {
      await describe(id)
      return readFile(place(id).content)
    },
    async remove(id) {
      const { content, description } = place(id)
      await rm(description, { force: true })
      await rm(content, { force: true })
    },
  }
}

/** Writes and syncs; stops reading at the first byte too many. */
async function write(path: string, stream: Readable, max: number): Promise<{ size: number; sha256: string }> {
  const hash = createHash('sha256')
  let size = 0
  const file = await open(path, 'wx', 0o600)
  try {
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > max) throw new Problem('input.too_large', 413)
      hash.update(chunk)
      await file.writeFile(chunk)
    }
    await file.sync()
  } finally {
    await file.close()
  }
  return { size, sha256: hash.digest('hex') }
}

async function sync(folder: string) {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
}

async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    const found = await stat(path).catch(() => null)
    if (found && Date.now() - found.mtimeMs > ABANDONED_MS) await rm(path, { force: true })
  }
}

/** The last part of what browsers and scripts send as a name, without what a header or a terminal would act on. */
function label(name: string): string {
  const last = name.replaceAll('\\', '/').split('/').at(-1) ?? ''
  return last.replace(/\p{Cc}/gu, '').slice(0, 200) || 'file'
}

function mediaType(type: string | undefined): string {
  const known = type !== undefined && type.length <= 100 && /^[\w.+-]+\/[\w.+-]+$/.test(type)
  return known ? type.toLowerCase() : 'application/octet-stream'
}

const unknown = () => new Problem('object.unknown', 404)

function ifMissing(error: NodeJS.ErrnoException): never {
  throw error.code === 'ENOENT' ? unknown() : error
}
