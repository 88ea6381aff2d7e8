// Turns the tables of a Stack Exchange dump into members and events, one per row, in an order in which nothing names
// what has not been before it. Users' texts (bodies, profiles) are left where they are.
import type { EventItem, Item, Marks, MemberItem } from '../item.ts'
import { NumberColumn } from './number-column.ts'
import { type Row, readTable, type TableFile, type TableName } from './table.ts'

/** https://meta.stackexchange.com/questions/2677: PostTypeId and VoteTypeId of the dump's schema. */
const QUESTION = 1
const ANSWER = 2
const ACCEPTED = 1
const VOTE_KINDS: Readonly<Record<number, string>> = {
  2: 'up',
  3: 'down',
  4: 'offensive',
  5: 'favorite',
  6: 'close',
  7: 'reopen',
  8: 'bounty',
  9: 'bountyAwarded',
  10: 'delete',
  11: 'undelete',
  12: 'spam',
  15: 'review',
  16: 'editApproved',
}
const GRADES: Readonly<Record<string, string>> = { 1: 'gold', 2: 'silver', 3: 'bronze' }

export interface Archive {
  /** Everything behind the marks. */
  items(marks: Marks): AsyncGenerator<Item>
  /** How much of the files has been read, 0 to 1. */
  fraction(): number
}

/** A row that says nothing that can be stored; the others are stored all the same. */
export interface BadRow {
  table: TableName
  /** Its Id, or the one before it where it has none. */
  id: number
  reason: string
}

class Unreadable extends Error {}

export function openArchive(files: readonly TableFile[], site: string, refuse: (row: BadRow) => void): Archive {
  const all = files.reduce((sum, f) => sum + f.bytes, 0)
  let finished = 0
  let bytesRead = () => 0
  const known: Known = {
    site,
    users: new NumberColumn(),
    owners: new NumberColumn(),
    parents: new NumberColumn(),
    accepted: new NumberColumn(),
    votes: files.some((f) => f.table === 'Votes'),
  }
  const readRow = (table: TableName, row: Row, id: number): Draft[] => {
    try {
      return READERS[table](row, id, known)
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error
      refuse({ table, id, reason: error.message })
      return []
    }
  }
  return {
    fraction: () => (all === 0 ? 1 : Math.min(1, (finished + bytesRead()) / all)),
    async *items(marks) {
      for (const file of files) {
        const mark = marks[file.table] ?? Number.NEGATIVE_INFINITY
        let last = Number.NEGATIVE_INFINITY
        let sorted = true
        const table = readTable(file)
        bytesRead = table.bytesRead
        for await (const row of table.rows) {
          const id = whole(row.Id)
          if (id === undefined) {
            refuse({ table: file.table, id: last, reason: 'the row after this one has no numeric Id' })
            continue
          }
          sorted &&= id > last
          last = id
          const drafts = readRow(file.table, row, id)
          if (sorted && id <= mark) continue
          // The row is done with its last item.
          for (const draft of drafts)
            yield { ...draft, part: file.table, ...(sorted && draft === drafts.at(-1) ? { mark: id } : {}) }
        }
        bytesRead = () => 0
        finished += file.bytes
      }
    },
  }
}

/** What later tables need of earlier ones. */
interface Known {
  site: string
  users: NumberColumn
  owners: NumberColumn
  /** The question of an answer. */
  parents: NumberColumn
  /** The question that names an answer as its best. */
  accepted: NumberColumn
  /** Whether acceptances come with their time, as votes. */
  votes: boolean
}

type Draft = Omit<MemberItem, 'part' | 'mark'> | Omit<EventItem, 'part' | 'mark'>
type Reader = (row: Row, id: number, known: Known) => Draft[]

const READERS: Readonly<Record<TableName, Reader>> = {
  Users(row, id, known) {
    known.users.set(id, 1)
    const properties: Record<string, string | number | boolean> = { stackexchange_id: id }
    if (row.DisplayName) properties.name = row.DisplayName.slice(0, 200)
    if (row.Location) properties.location = row.Location.slice(0, 200)
    const reputation = whole(row.Reputation)
    if (reputation !== undefined) properties.reputation = reputation
    // The site's own robots have the ids up to 0.
    if (id <= 0) properties.system = true
    return [{ kind: 'member', externalId: `${known.site}:${id}`, createdAt: time(row.CreationDate), properties }]
  },

  Posts(row, id, known) {
    const owner = whole(row.OwnerUserId) ?? 0
    const parent = whole(row.ParentId) ?? 0
    known.owners.set(id, owner)
    known.parents.set(id, parent)
    const kind = whole(row.PostTypeId)
    const about = { ...ofMember(known, owner), at: time(row.CreationDate) }
    const postId = key(known, id)
    if (kind === QUESTION) {
      const tags = tagsOf(row.Tags)
      known.accepted.set(whole(row.AcceptedAnswerId) ?? -1, id)
      const data = { postId, title: (row.Title ?? '').slice(0, 300), ...(tags.length > 0 ? { tags } : {}) }
      return [event('post.created', known, 'Posts', id, about, data)]
    }
    if (kind === ANSWER) {
      const data = { answerId: postId, postId: key(known, parent) }
      const answer = event('answer.created', known, 'Posts', id, about, data)
      if (known.votes || parent === 0 || known.accepted.get(id) !== parent) return [answer]
      // Without votes the dump does not tell when: the answer's own time is the earliest it can have been.
      const accepted = { ...about, ...byMember(known, known.owners.get(parent)) }
      return [answer, event('answer.accepted', known, 'Acceptances', id, accepted, data)]
    }
    return [event('wiki.created', known, 'Posts', id, about, { postId })]
  },

  Comments(row, id, known) {
    const about = { ...ofMember(known, whole(row.UserId)), at: time(row.CreationDate) }
    const data = { commentId: key(known, id), postId: key(known, whole(row.PostId) ?? 0) }
    return [event('comment.created', known, 'Comments', id, about, data)]
  },

  Votes(row, id, known) {
    const post = whole(row.PostId) ?? 0
    const kind = whole(row.VoteTypeId) ?? 0
    const question = known.parents.get(post)
    const accepted = kind === ACCEPTED && question > 0
    // Who accepts is who asked; other votes seldom tell who cast them.
    const voter = accepted ? known.owners.get(question) : whole(row.UserId)
    const about = {
      ...ofMember(known, known.owners.get(post)),
      ...byMember(known, voter),
      at: time(row.CreationDate),
    }
    if (accepted) {
      const data = { answerId: key(known, post), postId: key(known, question) }
      return [event('answer.accepted', known, 'Votes', id, about, data)]
    }
    const data = { postId: key(known, post), kind: VOTE_KINDS[kind] ?? 'other' }
    return [event('vote.received', known, 'Votes', id, about, data)]
  },

  Badges(row, id, known) {
    const about = { ...ofMember(known, whole(row.UserId)), at: time(row.Date) }
    const grade = GRADES[row.Class ?? '']
    const data = { badge: (row.Name || '?').slice(0, 200), ...(grade ? { grade } : {}) }
    return [event('badge.awarded', known, 'Badges', id, about, data)]
  },
}

const event = (
  name: string,
  known: Known,
  table: string,
  id: number,
  about: { externalId?: string; actorExternalId?: string; at: string },
  data: Readonly<Record<string, unknown>>,
): Draft => ({ kind: 'event', event: name, messageId: `stackexchange:${known.site}:${table}:${id}`, ...about, data })

const key = (known: Known, id: number) => `${known.site}:${id}`

/** Posts of deleted accounts have an owner that is not among the users. */
const there = (known: Known, user: number | undefined): user is number =>
  user !== undefined && user !== 0 && (user < 0 || known.users.get(user) > 0)
const ofMember = (known: Known, user: number | undefined) =>
  there(known, user) ? { externalId: key(known, user) } : {}
const byMember = (known: Known, user: number | undefined) =>
  there(known, user) ? { actorExternalId: key(known, user) } : {}

function whole(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : undefined
}

/** Dumps write UTC without saying so. */
function time(text: string | undefined): string {
  if (text !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}$/.test(text)) return `${text}Z`
  const at = new Date(text && !/(Z|[+-]\d\d:?\d\d)$/.test(text) ? `${text}Z` : (text ?? ''))
  if (Number.isNaN(at.getTime())) throw new Unreadable(`not a time: ${text?.slice(0, 40) ?? '(missing)'}`)
  return at.toISOString()
}

/** `<visas><uk>` in older dumps, `|visas|uk|` in newer ones. */
const tagsOf = (text: string | undefined): string[] => (text?.match(/[^<>|]+/g) ?? []).slice(0, 20)
