import { useText } from '#web/preferences.tsx'
import { useMe } from '../../../portal/session.tsx'
import { Card, RowLink, RowText } from '../../../portal/ui/card.tsx'
import { Icon } from '../../../portal/ui/icon.tsx'

/** For who has no name yet. */
export function NameCard() {
  const t = useText()
  const me = useMe()
  if (!me || me.name) return null
  return (
    <Card flush>
      <ul>
        <RowLink to="/me/edit">
          <Icon name="edit" />
          <RowText
            title={t({ en: 'What should we call you?', zh: '怎么称呼你？' })}
            note={t({ en: 'Tell us, and we greet you by name.', zh: '填写称呼，让大家更容易认识你。' })}
          />
        </RowLink>
      </ul>
    </Card>
  )
}
