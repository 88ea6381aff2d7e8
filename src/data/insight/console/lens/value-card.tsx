import { useMemo } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { useChartWords } from '../../../../console/insight/chart-words.ts'
import { MemberLink } from '../../../../console/member-name.tsx'
import { Answer, Empty } from '../../../../console/states.tsx'
import { Count, Figures, LensBars, LensCard, type LensProps } from './lens-card.tsx'

/** Members listed. */
const SHOWN = 8

/** What members give to others, by what they did, and who gives most. */
export function ValueCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const words = useChartWords(scene.timezone)
  const query = useMemo(() => ({ ...scene, top: SHOWN }), [scene])
  const value = useCall('insight.lens_value', query)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_value', query, cell, label })
  const givers = t({ en: 'Contributors', zh: '贡献者' })
  return (
    <LensCard kind="lens_value">
      <Answer of={value} rows={8}>
        {(v) =>
          v.members === 0 ? (
            <Empty title={t({ en: 'Nobody contributed here', zh: '该时段内暂无贡献' })} />
          ) : (
            <>
              <Figures
                items={[
                  { label: t({ en: 'Index in all', zh: '指数合计' }), value: format.number(v.total) },
                  {
                    label: givers,
                    value: (
                      <Count
                        text={format.number(v.members)}
                        label={givers}
                        value={v.members}
                        onOpen={() => open(v.cell, givers)}
                      />
                    ),
                  },
                  {
                    label: t({ en: 'Median', zh: '人均中位数' }),
                    value: v.median === null ? '–' : format.number(v.median),
                  },
                ]}
              />
              <LensBars
                label={t({ en: 'Index by what was done', zh: '按行为的贡献指数' })}
                rows={v.byEvent
                  .filter((e) => e.count > 0)
                  .sort((a, b) => b.points - a.points)
                  .map((e) => ({
                    ...{ key: e.event, name: words.eventTitle(e.event), value: e.points, cell: e.cell },
                    label: words.eventTitle(e.event),
                    text: format.number(e.points),
                    note: `${format.number(e.count)} × ${format.number(e.weight)}`,
                  }))}
                onOpen={open}
              />
              <h3 className="lens-part">{t({ en: 'Who gives most', zh: '贡献最多的成员' })}</h3>
              <ol className="lens-people">
                {v.top.map((one) => (
                  <li key={one.memberId}>
                    <MemberLink memberId={one.memberId} />
                    <span className="tabular">{format.number(one.points)}</span>
                    <span className="faint small tabular">{format.percent(one.share)}</span>
                  </li>
                ))}
              </ol>
            </>
          )
        }
      </Answer>
    </LensCard>
  )
}
