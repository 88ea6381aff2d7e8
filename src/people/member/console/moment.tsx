import { type CatalogEvent, useCapabilityTitle } from '#web/catalog.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { fieldsOf } from '#web/schema.ts'
import type { Text } from '#web/text.ts'
import { Icon, type IconName } from '../../../console/icon.tsx'
import { JsonView } from '../../../console/json-view.tsx'
import { useSession } from '../../../console/session.tsx'
import { UndoEffects } from '../../../console/undo-effects.tsx'
import { VALUE_WORDS } from '../../../console/value-words.ts'
import type { MomentItem } from './timeline.tsx'

/** The icon of a capability's events, by the first word of their names. */
const ICONS: Record<string, IconName> = {
  member: 'member',
  community: 'community',
  checkin: 'check',
  points: 'points',
  badge: 'flag',
  message: 'message',
  post: 'edit',
  order: 'gift',
  segment: 'segment',
  journey: 'journey',
  page: 'eye',
  screen: 'screen',
}

/** Ids say nothing to people; the rest of a short event fits one line. */
const isTelling = ([key, value]: [string, unknown]) =>
  !/id$/i.test(key) &&
  key !== 'currency' &&
  (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') &&
  value !== ''
const SUMMARY_FIELDS = 3
const SUMMARY_LENGTH = 60
/** “(smallest unit)” is for who sends amounts; here they are read as money. */
const UNIT = /\s*[（(].*[)）]$/
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d/

export function Moment({ moment: m, declared }: { moment: MomentItem; declared: CatalogEvent | undefined }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const capabilityTitle = useCapabilityTitle()
  const titles = new Map(declared ? fieldsOf(declared.schema).map((f) => [f.name, f.title]) : [])
  const { currency } = m.properties
  const shown = (value: unknown) =>
    typeof value === 'number' && typeof currency === 'string'
      ? format.money(value, currency)
      : typeof value === 'string' && INSTANT.test(value)
        ? format.day(value)
        : typeof value === 'boolean'
          ? value
            ? t({ en: 'yes', zh: '是' })
            : t({ en: 'no', zh: '否' })
          : VALUE_WORDS[String(value)]
            ? t(VALUE_WORDS[String(value)] as Text)
            : capabilityTitle(String(value)).slice(0, SUMMARY_LENGTH)
  const summary = Object.entries(m.properties).filter(isTelling).slice(0, SUMMARY_FIELDS)
  const undoes = may('event.undo')
  const hasMore = undoes || Object.keys(m.properties).length > 0
  const head = (
    <>
      <span className={`moment-icon is-${m.class}`}>
        <Icon name={ICONS[m.name.split('.')[0] ?? ''] ?? 'event'} size={14} />
      </span>
      <span className="moment-text">
        <strong>{declared ? t(declared.title) : m.name}</strong>
        {summary.map(([key, value]) => (
          <span key={key} className="soft small">
            {titles.has(key) ? t(titles.get(key) as Text).replace(UNIT, '') : key} <b>{shown(value)}</b>
          </span>
        ))}
      </span>
      <time className="faint small tabular" dateTime={m.timestamp} title={format.exact(m.timestamp)}>
        {format.clock(m.timestamp)}
      </time>
    </>
  )
  return (
    <li className="moment">
      {hasMore ? (
        <details>
          <summary>{head}</summary>
          <JsonView value={{ event: m.name, source: m.source, ...m.properties }} />
          {undoes ? (
            <div className="moment-undo">
              <UndoEffects eventId={m.id} size="small" />
            </div>
          ) : null}
        </details>
      ) : (
        <div className="moment-plain">{head}</div>
      )}
    </li>
  )
}
