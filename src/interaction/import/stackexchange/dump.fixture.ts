// A dump of a site with two people, small enough to read, with what is odd in real ones.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stringify } from 'csv-stringify/sync'
import type { Row, TableName } from './table.ts'

export type Tables = Readonly<Record<TableName, readonly Row[]>>

export const fixture: Tables = {
  Users: [
    { Id: '-1', CreationDate: '2011-06-21T15:16:44.253', DisplayName: 'Community' },
    { Id: '1', CreationDate: '2011-06-21T20:10:03.720', DisplayName: "O'Neil <梅>" },
    { Id: '2', CreationDate: '2011-06-21T20:11:02.490', DisplayName: 'Lin' },
  ],
  Posts: [
    {
      ...{ Id: '1', PostTypeId: '1', AcceptedAnswerId: '2', CreationDate: '2011-06-21T20:19:34.730', OwnerUserId: '1' },
      Title: 'Which "green" tea,\n龙井 or <other> & why?',
    },
    { Id: '2', PostTypeId: '2', ParentId: '1', CreationDate: '2011-06-21T21:00:00.000', OwnerUserId: '2' },
    { Id: '3', PostTypeId: '5', CreationDate: '2011-06-22T00:00:00.000', OwnerUserId: '-1' },
    // Its author's account is gone.
    { Id: '4', PostTypeId: '2', ParentId: '1', CreationDate: '2011-06-22T01:00:00.000', OwnerUserId: '77' },
  ],
  Comments: [
    { Id: '1', PostId: '2', CreationDate: '2011-06-22T02:00:00.000', UserId: '1' },
    { Id: '2', PostId: '2', CreationDate: '2011-06-22T03:00:00.000' },
  ],
  Votes: [
    { Id: '1', PostId: '1', VoteTypeId: '2', CreationDate: '2011-06-22T00:00:00.000' },
    { Id: '2', PostId: '2', VoteTypeId: '1', CreationDate: '2011-06-23T00:00:00.000' },
    { Id: '3', PostId: '1', VoteTypeId: '5', UserId: '2', CreationDate: '2011-06-23T00:00:00.000' },
    // The post was deleted.
    { Id: '4', PostId: '99', VoteTypeId: '10', CreationDate: '2011-06-24T00:00:00.000' },
  ],
  Badges: [{ Id: '1', UserId: '2', Name: 'Teacher', Date: '2011-06-24T10:00:00.000' }],
}

const columnsOf = (rows: readonly Row[]) => [...new Set(rows.flatMap((row) => Object.keys(row)))]

export function writeCsv(folder: string, tables: Tables, pack?: (text: string) => Uint8Array) {
  for (const [table, rows] of Object.entries(tables)) {
    const text = stringify([...rows], { header: true, columns: columnsOf(rows) })
    writeFileSync(join(folder, pack ? `${table}.csv.gz` : `${table}.csv`), pack ? pack(text) : text)
  }
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '"': '&quot;', '\n': '&#xA;' }

/** As the official dumps are written: one `<row/>` an item, everything in attributes. */
export function writeXml(folder: string, tables: Tables) {
  for (const [table, rows] of Object.entries(tables)) {
    const name = table.toLowerCase()
    const lines = rows.map((row) => {
      const attributes = Object.entries(row).map(
        ([key, value]) => `${key}="${value?.replace(/[&<"\n]/g, (c) => ENTITIES[c] ?? c)}"`,
      )
      return `  <row ${attributes.join(' ')} />\n`
    })
    const text = `<?xml version="1.0" encoding="utf-8"?>\n<${name}>\n${lines.join('')}</${name}>\n`
    writeFileSync(join(folder, `${table}.xml`), text)
  }
}
