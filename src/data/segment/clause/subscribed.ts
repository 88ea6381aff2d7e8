// {"subscribed": TopicKey}: has opted in, or has not opted out, as the topic has it.
import { z } from 'zod'
import { planPresent } from './fact.ts'
import type { ClauseKind } from './kind.ts'

const schema = z.strictObject({ subscribed: z.string().min(1).max(100) })

export const subscribed: ClauseKind<z.output<typeof schema>> = {
  key: 'subscribed',
  title: { en: 'Subscribed to a topic', zh: '订阅主题' },
  schema,
  plan: (clause, _, links) => planPresent(`topic:${clause.subscribed}`, links.topics.get(clause.subscribed) ?? false),
  refers: (clause) => ({ topic: clause.subscribed }),
}
