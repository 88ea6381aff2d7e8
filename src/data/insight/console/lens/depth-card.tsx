import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer } from '../../../../console/states.tsx'
import { Count, LensBars, LensCard, type LensProps } from './lens-card.tsx'

const NAMES = {
  lurk: { en: 'Lurk', zh: '潜水' },
  react: { en: 'React', zh: '响应' },
  comment: { en: 'Comment', zh: '评论' },
  post: { en: 'Post', zh: '发帖' },
  answer: { en: 'Answer', zh: '回答' },
  lead: { en: 'Lead', zh: '引领' },
} as const

/** The ladder of participation, from those who only look on to those who carry others. */
export function DepthCard({ scene, onPick }: LensProps) {
  const t = useText()
  const format = useFormat()
  const depth = useCall('insight.lens_depth', scene)
  const open = (cell: string, label: string) => onPick({ kind: 'lens_depth', query: scene, cell, label })
  return (
    <LensCard kind="lens_depth">
      <Answer of={depth} rows={6}>
        {({ levels, members, cell }) => {
          const active = t({ en: 'Active members', zh: '有主动行为的成员' })
          return (
            <>
              <p className="soft small lens-lead">
                {active}{' '}
                <Count text={format.number(members)} label={active} value={members} onOpen={() => open(cell, active)} />
              </p>
              <LensBars
                label={t({ en: 'Members by their deepest step', zh: '按最深参与层级的成员数' })}
                rows={levels.map((l) => ({
                  ...{
                    key: l.level,
                    label: t(NAMES[l.level]),
                    name: t(NAMES[l.level]),
                    value: l.members,
                    cell: l.cell,
                  },
                  text: format.number(l.members),
                  note: l.share === null ? '–' : format.percent(l.share),
                }))}
                onOpen={open}
              />
            </>
          )
        }}
      </Answer>
    </LensCard>
  )
}
