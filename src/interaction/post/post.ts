// What members write and how others answer it. Only the events so far: imported archives emit them.
import { z } from 'zod'
import { slice } from '#kernel/capability'

const { event, capability } = slice()('post', {
  layer: 'interaction',
  title: { en: 'Posts', zh: '帖子' },
  nouns: ['answer', 'comment', 'vote', 'wiki'],
})

/** Ids of imported things carry their archive: `travel:17`. */
const id = z.string().min(1).max(200)
const postId = id.meta({ en: 'Post', zh: '帖子' })

export const VOTES = [
  'up',
  'down',
  'favorite',
  'offensive',
  'spam',
  'close',
  'reopen',
  'delete',
  'undelete',
  'bounty',
  'bountyAwarded',
  'review',
  'editApproved',
  'other',
] as const

export const postCreated = event('post.created', {
  title: { en: 'Posted', zh: '发帖' },
  data: z.object({
    postId,
    title: z.string().max(300).meta({ en: 'Title', zh: '标题' }),
    tags: z.array(z.string().max(100)).max(20).optional().meta({ en: 'Topics', zh: '话题' }),
  }),
})

export const answerCreated = event('answer.created', {
  title: { en: 'Answered', zh: '回答' },
  data: z.object({ answerId: id.meta({ en: 'Answer', zh: '回答' }), postId }),
})

/** Belongs to who wrote the answer; the actor is who asked. */
export const answerAccepted = event('answer.accepted', {
  title: { en: 'Answer accepted', zh: '回答被采纳' },
  data: z.object({ answerId: id.meta({ en: 'Answer', zh: '回答' }), postId }),
})

export const commentCreated = event('comment.created', {
  title: { en: 'Commented', zh: '评论' },
  data: z.object({ commentId: id.meta({ en: 'Comment', zh: '评论' }), postId }),
})

/** An entry that describes a topic or the community rather than opening a conversation. */
export const wikiCreated = event('wiki.created', {
  title: { en: 'Wrote a wiki entry', zh: '撰写词条' },
  data: z.object({ postId }),
})

/** Belongs to who wrote the post; the actor is who voted, where that is known. */
export const voteReceived = event('vote.received', {
  title: { en: 'Received a vote', zh: '收到投票' },
  data: z.object({ postId, kind: z.enum(VOTES).meta({ en: 'Kind', zh: '类型' }) }),
})

export const post = capability({
  events: [postCreated, answerCreated, answerAccepted, commentCreated, wikiCreated, voteReceived],
})
