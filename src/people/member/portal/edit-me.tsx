import type { FormEvent } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct } from '#web/use-call.ts'
import { goBack } from '../../../portal/route.ts'
import { type Me, useMe } from '../../../portal/session.tsx'
import { Button } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { ChoiceField, TextField } from '../../../portal/ui/field.tsx'
import { Page } from '../../../portal/ui/page.tsx'
import { Refused } from '../../../portal/ui/states.tsx'
import { useToast } from '../../../portal/ui/toast.tsx'
import { GENDERS } from './words.ts'

const UNSAID: Text = { en: 'Rather not say', zh: '不透露' }

export function EditMe() {
  const me = useMe()
  return me && <Form me={me} />
}

function Form({ me }: { me: Me }) {
  const t = useText()
  const say = useToast()
  const save = useAct('member.update_me', {
    onSuccess: () => {
      say(t({ en: 'Saved', zh: '已保存' }))
      goBack('/me')
    },
  })
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const given = new FormData(event.currentTarget)
    const text = (name: string) => String(given.get(name) ?? '').trim() || null
    save.mutate({ name: text('name'), birthday: text('birthday'), gender: text('gender') })
  }
  // A word that an import brought stays a choice, so that saving does not lose it.
  const genders = [...new Set([...Object.keys(GENDERS), ...(me.gender ? [me.gender] : [])])]
  return (
    <Page title={t({ en: 'Edit my profile', zh: '编辑资料' })} up="/me">
      <Card>
        <form className="stack" onSubmit={submit}>
          <TextField
            label={t({ en: 'What should we call you?', zh: '怎么称呼你？' })}
            name="name"
            defaultValue={me.name ?? ''}
            autoComplete="nickname"
            maxLength={80}
          />
          <TextField
            label={t({ en: 'Birthday', zh: '生日' })}
            name="birthday"
            type="date"
            defaultValue={me.birthday ?? ''}
            autoComplete="bday"
            min="1900-01-01"
            max={new Date().toISOString().slice(0, 10)}
          />
          <ChoiceField label={t({ en: 'Gender', zh: '性别' })} name="gender" defaultValue={me.gender ?? ''}>
            <option value="">{t(UNSAID)}</option>
            {genders.map((gender) => (
              <option key={gender} value={gender}>
                {GENDERS[gender] ? t(GENDERS[gender]) : gender}
              </option>
            ))}
          </ChoiceField>
          {save.error && <Refused error={save.error} />}
          <Button type="submit" wide busy={save.isPending}>
            {t({ en: 'Save', zh: '保存' })}
          </Button>
        </form>
      </Card>
    </Page>
  )
}
