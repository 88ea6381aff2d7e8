/** Keeps a text so that the stores alone do not tell it: who has only the database, or a copy of it, cannot read it. */
export interface Sealer {
  /** `about` says what it belongs to; moved elsewhere it does not open. */
  seal(text: string, about: string): string
  /** null when it was changed, belongs to something else, or was sealed under another secret. */
  open(sealed: string, about: string): string | null
}
