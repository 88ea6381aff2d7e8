// Cells that a spreadsheet would take for formulas. Programs start one at = + - @, at their full-width forms, some at
// | ; or %, and skip blanks, line ends and invisible characters before it. An apostrophe in front makes it text.
const FORMULA = /^'*[\s\p{Cf}\p{Cc}]*[=+\-@|;%＝＋－＠]|^'*[\t\r\n]/u
/** As long as a spreadsheet keeps exactly. */
const NUMBER = /^[+-]?\d{1,15}(\.\d{1,15})?$/

export const safeCell = (value: string): string => (FORMULA.test(value) && !NUMBER.test(value) ? `'${value}` : value)
