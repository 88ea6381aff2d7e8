import type { ComponentType } from 'react'
import type { InsightQuery } from '../../../../console/insight/answer.ts'
import type { Match } from '../match.ts'
import type { Telling } from '../telling.ts'

export interface FormProps {
  query: InsightQuery
  onChange(query: InsightQuery): void
}

/** How a kind of question is begun, written, told and finished. */
export interface QueryForm {
  /** Complete from the first moment, about these events. */
  blank(about: Match): InsightQuery
  /** What it is about: what another kind is begun with. */
  about(query: InsightQuery): Match
  /** An event chosen from the catalogue goes where it is of use. */
  add(query: InsightQuery, event: string): InsightQuery
  /** What can be asked; null while something is missing without which nothing can. */
  tidy(query: InsightQuery): InsightQuery | null
  /** In one sentence. */
  tell(query: InsightQuery, words: Telling): string
  Form: ComponentType<FormProps>
}
