import type { Grid } from '../chart/grid.ts'

/** Whether an answer has nothing to draw: no rows, or nothing but zeros and blanks. */
export const isEmptyGrid = ({ rows }: Grid): boolean => rows.every((r) => r.cells.every(({ value }) => !value))
