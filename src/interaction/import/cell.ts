// Cells that a spreadsheet would take for formulas. Programs start one at = + - @, at their full-width forms, some at
// | ; or %, and skip blanks, line ends and invisible characters before it. An apostrophe in front makes it text.
const FORMULA = /^'*[\s\p{Cf}\p{Cc}]*[=+\-@|;%＝＋－＠]|^'*[\t\r\n]/u
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/

/** The text for a cell of a CSV file; `plainCell` gives the value back. */
export const safeCell = (value: string): string => (FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value)

/** Takes off the apostrophe that made a formula text, and no other. */
export const plainCell = (text: string): string => {
  const rest = text.slice(1)
  return text.startsWith("'") && FORMULA.test(rest) && !NUMBER.test(rest) ? rest : text
}
