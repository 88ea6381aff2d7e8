import { Segmented, Select } from 'antd'
import { useState } from 'react'
import { RetentionTable } from '../chart/retention-table.tsx'
import type { InsightQuery, RetentionAnswer } from './answer.ts'
import type { ChartWords } from './chart-words.ts'
import { type Drawing, gridCell, type PictureProps } from './drawing.ts'

const periodName = (query: InsightQuery, { t }: ChartWords) => {
  const period = query.period ?? 'month'
  const [en, now, zh] =
    period === 'day' ? ['D', '当天', '天'] : period === 'week' ? ['W', '当周', '周'] : ['M', '当月', '月']
  return (i: number) =>
    t({ en: `${en}${i}`, zh: i === 0 ? now : period === 'month' ? `第 ${i} 个月` : `第 ${i} ${zh}` })
}

function Picture({ label, answer, query, words, onCell }: PictureProps<RetentionAnswer>) {
  const { t } = words
  const [as, setAs] = useState<'share' | 'members'>('share')
  const [group, setGroup] = useState<string | null>(null)
  const names = Object.keys(answer.groups ?? {})
  const { rows, average } = (group !== null && answer.groups?.[group]) || answer
  return (
    <div className="stack tight">
      <div className="row wrap">
        <Segmented
          size="small"
          value={as}
          onChange={setAs}
          aria-label={t({ en: 'Numbers as', zh: '显示为' })}
          options={[
            { value: 'share', label: t({ en: 'Share', zh: '留存率' }) },
            { value: 'members', label: t({ en: 'Members', zh: '留存人数' }) },
          ]}
        />
        {names.length > 0 ? (
          <Select
            size="small"
            value={group ?? '$all'}
            aria-label={t({ en: 'Group', zh: '分组' })}
            style={{ minWidth: 140 }}
            options={[
              { value: '$all', label: t({ en: 'All together', zh: '全部合计' }) },
              ...names.map((value) => ({ value, label: words.groupTitle(value) })),
            ]}
            onChange={(value) => setGroup(value === '$all' ? null : value)}
          />
        ) : null}
      </div>
      <RetentionTable
        label={label}
        as={as}
        average={average}
        periodName={periodName(query, words)}
        rows={rows.map((r) => ({ ...r, cohort: words.bucket(r.cohort, query.period ?? 'month') }))}
        onCell={onCell}
      />
    </div>
  )
}

export const retentionDrawing: Drawing<RetentionAnswer> = {
  Picture,
  isTable: true,
  grid(answer, query, words) {
    const { t, format } = words
    const name = periodName(query, words)
    const periods = Math.max(0, ...answer.rows.map((r) => r.values.length))
    const all = [
      { title: '', of: answer },
      ...Object.entries(answer.groups ?? {}).map(([g, of]) => ({ title: words.groupTitle(g), of })),
    ]
    return {
      head: t({ en: 'Cohort', zh: '同期群' }),
      columns: [t({ en: 'Members', zh: '人数' }), ...Array.from({ length: periods }, (_, i) => name(i))],
      rows: all.flatMap(({ title, of }) =>
        of.rows.map((r) => ({
          head: [words.bucket(r.cohort, query.period ?? 'month'), title].filter(Boolean).join(' · '),
          cells: [
            gridCell(r.size, format.number, r.cells[0]),
            ...Array.from({ length: periods }, (_, i) => gridCell(r.values[i], format.number, r.cells[i])),
          ],
        })),
      ),
    }
  },
}
