import type { useFormat } from '#web/format.ts'
import type { useText } from '#web/preferences.tsx'
import type { Column } from './list-spec.ts'

/** When something was last changed: how long ago, and exactly where one points at it. */
export const changedColumn = (
  t: ReturnType<typeof useText>,
  format: ReturnType<typeof useFormat>,
): Column<{ updatedAt: string }> => ({
  key: 'updatedAt',
  title: t({ en: 'Changed', zh: '最近修改' }),
  width: 140,
  render: (row) => <span title={format.exact(row.updatedAt)}>{format.ago(row.updatedAt)}</span>,
  text: (row) => row.updatedAt,
})
