import { Problem } from '#kernel/problem'
import type { Text } from '#kernel/text'

/** Why the stores cannot be started, said to the person at the terminal; `detail` holds both languages. */
export class StartRefusal extends Problem {
  constructor(code: string, detail: Text) {
    super(code, 503, { detail })
    this.message = `${detail.en}\n${detail.zh}`
  }
}
