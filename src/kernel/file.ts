import type { Readable } from 'node:stream'

export interface StoredFile {
  id: string
  /** What the sender called it: a label, never part of a path. */
  name: string
  /** In bytes. */
  size: number
  /** As the sender said, unproven: never serve it without `nosniff`. */
  type: string
  /** Of the content, in hex. */
  sha256: string
}

/** Files kept whole beside the stores, each under an id of its own. An unknown id is the Problem `object.unknown`. */
export interface Files {
  /** On disk when it returns. More than `max` bytes is the Problem `input.too_large`, and nothing is kept. */
  save(content: Readable | Uint8Array, about: { name: string; type?: string; max: number }): Promise<StoredFile>
  open(id: string): Promise<StoredFile & { stream: Readable }>
  /** The whole content in memory: only where `max` was small. */
  read(id: string): Promise<Buffer>
  /** None of that id is no error. */
  remove(id: string): Promise<void>
}
