import { useQuery } from '@tanstack/react-query'
import { call, type Input, ProblemAnswer } from '#web/api.ts'

type Definition = Input<'segment.sizes'>['definitions'][number]

/** As many as one call takes. */
const MOST = 50
const FRESH_MS = 15_000

interface Asked {
  definition: Definition
  tell(count: number | Promise<never>): void
}
let waiting: Asked[] = []

/** What is asked in one moment, as the rows of a list do, goes as one call. */
function sizeOf(definition: Definition): Promise<number> {
  if (waiting.length === 0) setTimeout(askAll)
  return new Promise((tell) => {
    waiting.push({ definition, tell })
  })
}

function askAll() {
  const all = waiting
  waiting = []
  for (let i = 0; i < all.length; i += MOST) void ask(all.slice(i, i + MOST))
}

async function ask(some: readonly Asked[]) {
  try {
    const { counts } = await call('segment.sizes', { definitions: some.map((a) => a.definition) })
    for (const [i, { tell }] of some.entries()) tell(counts[i] ?? 0)
  } catch (error) {
    // One of them may be what is refused: each is asked by itself then.
    const isOnes = some.length > 1 && error instanceof ProblemAnswer && error.status === 400
    for (const one of some)
      if (isOnes) void ask([one])
      else one.tell(Promise.reject(error))
  }
}

/** How many members a condition holds for, inside the reader's scope. */
export const useSegmentSize = (definition: Definition) =>
  useQuery({
    queryKey: ['segment.sizes', definition],
    queryFn: () => sizeOf(definition),
    staleTime: FRESH_MS,
    retry: false,
  })
