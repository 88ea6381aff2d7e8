import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Answer } from '../../../console/states.tsx'
import { LayerMark } from './layer-mark.tsx'

/** Of every scheme the layer a member is in, since when, and the way to why. */
export function MemberLayers({ memberId }: { memberId: string }) {
  const t = useText()
  const format = useFormat()
  const layers = useCall('layer.of_member', { memberId })
  return (
    <Answer of={layers} rows={2}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="soft small">
            {t({ en: 'No layer scheme is in use yet.', zh: '尚未启用分层方案。' })}{' '}
            <Link to="/layers">{t({ en: 'Install one', zh: '去安装' })}</Link>
          </p>
        ) : (
          <ul className="stack tight">
            {items.map((l) => (
              <li key={l.schemeId} className="row between">
                <span className="grow">
                  <Link to={`/layers/${l.schemeId}`} className="faint small clip">
                    {t(l.scheme)}
                  </Link>
                  <br />
                  <LayerMark name={l.name} colour={l.colour} />
                </span>
                <span className="small layer-since">
                  <span className="faint" title={format.exact(l.enteredAt)}>
                    {t({ en: `since ${format.dayOnly(l.enteredAt)}`, zh: `${format.dayOnly(l.enteredAt)} 起` })}
                  </span>{' '}
                  <Link to={`/layers/${l.schemeId}`} search={{ tab: 'why', layer: l.key, member: memberId } as never}>
                    {t({ en: 'Why?', zh: '原因' })}
                    <span className="sr-only">{t(l.name)}</span>
                  </Link>
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
