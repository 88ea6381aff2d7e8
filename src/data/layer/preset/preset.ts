// What a preset is, and the words they share. Its conditions stand on catalogue events only.
import type { z } from 'zod'
import type { Text } from '#kernel/text'
import type { LayerAction, layersInput } from '../scheme.ts'

export interface Preset {
  key: string
  name: Text
  about: Text
  layers: z.input<typeof layersInput>
}

type Pair = readonly [en: string, zh: string]
const text = ([en, zh]: Pair): Text => ({ en, zh })

/** An action with the message that a journey made from it begins with. */
export const act = (title: Pair, said: Pair, body: Pair): LayerAction => ({
  title: text(title),
  message: { title: text(said), body: text(body) },
})

/** Activity: whatever members do or take part in. The wildcard matches no system event. */
export const ANY = '*'
/** The first sign of a member: activity, being made, or being told of by a source. */
export const ARRIVAL = [ANY, 'member.created', 'member.identified']
