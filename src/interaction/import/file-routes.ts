// Files in and out: the table to import, and the rows of it that failed.
import { Readable } from 'node:stream'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { Route, RouteEnv } from '#kernel/contribution'
import { Problem } from '#kernel/problem'
import { localeOf } from '#kernel/text'
import type { ServerHost } from '#platform/host'
import { errorFile } from './error-file.ts'
import { expire } from './file-expiry.ts'
import { MOST_FILE_BYTES, openSheet } from './sheet.ts'
import type { ImportTables } from './tables.ts'

export const routes: readonly Route[] = [
  {
    method: 'POST',
    path: '/api/import.upload',
    title: { en: 'Upload a table to import', zh: '上传导入文件' },
    needs: 'import.run',
    handle: upload,
  },
  {
    method: 'GET',
    path: '/api/import.errors',
    title: { en: 'The rows that failed, as a CSV file', zh: '下载导入失败的行' },
    needs: 'import.run',
    handle: errors,
  },
]

/** The bytes as they are; `name` is a label. Answers `{id, size}`. */
async function upload(request: Request, env: RouteEnv): Promise<Response> {
  const { files, db, now } = env.host as ServerHost
  const name = new URL(request.url).searchParams.get('name')?.slice(0, 200) || 'import'
  if (!request.body) throw new Problem('input.invalid', 400)
  if (request.headers.get('content-type')?.startsWith('multipart/')) {
    await discard(request.body)
    throw new Problem('input.invalid', 415, {
      detail: {
        en: 'Send the bytes of the file as the body (curl --data-binary @file), not a form',
        zh: '请将文件内容直接作为请求体发送（curl --data-binary @文件），不要使用表单上传',
      },
    })
  }
  if (Number(request.headers.get('content-length')) > MOST_FILE_BYTES) {
    await discard(request.body)
    throw new Problem('import.file_too_large', 413)
  }
  const stream = Readable.fromWeb(request.body as NodeStream<Uint8Array>)
  const { id, size } = await files.save(stream, { name, max: MOST_FILE_BYTES })
  await expire(db as unknown as Kysely<ImportTables>, id, now())
  return Response.json({ id, size })
}

/** Clients read an answer only when they have sent all; one that sends without end is left alone. */
async function discard(body: ReadableStream<Uint8Array>): Promise<void> {
  let left = 5 * MOST_FILE_BYTES
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    left -= chunk.length
    if (left < 0) return
  }
}

async function errors(request: Request, env: RouteEnv): Promise<Response> {
  const host = env.host as ServerHost
  const id = z.uuid().safeParse(new URL(request.url).searchParams.get('id'))
  const db = host.db as unknown as Kysely<ImportTables>
  const row = id.success
    ? await db.selectFrom('imports').select('file_id').where('id', '=', id.data).executeTakeFirst()
    : undefined
  if (!id.success || !row?.file_id) throw new Problem('object.unknown', 404)
  const locale = localeOf(request.headers.get('accept-language'))
  const found = await db
    .selectFrom('import_errors')
    .selectAll()
    .where('import_id', '=', id.data)
    .orderBy('line')
    .execute()
  const reasons = found.map((e) => ({ ...e, message: locale === 'zh' ? e.message_zh : e.message_en }))
  const sheet = openSheet(await host.files.read(row.file_id))
  return new Response(Readable.toWeb(Readable.from(errorFile(sheet, reasons, locale))) as ReadableStream, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': 'attachment; filename="import-errors.csv"',
    },
  })
}
