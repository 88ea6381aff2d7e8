import type { Input, Output } from '#web/api.ts'

export type Dashboard = Output<'dashboard.get'>
export type Content = NonNullable<Input<'dashboard.update'>['content']>
export type Tile = Content['tiles'][number]
export type Question = Dashboard['questions'][number]
/** A tile as a link shows it. */
export type SharedTile = Output<'dashboard.open_link'>['tiles'][number]
