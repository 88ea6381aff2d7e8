import { Button, Checkbox, Input } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { useSession } from '../session.tsx'
import { Failed } from '../states.tsx'

/** Keeps the present search, filters and order under a name; the same name again replaces one's own view. */
export function SaveView({ list, query }: { list: string; query: Readonly<Record<string, string>> }) {
  const t = useText()
  const { may } = useSession()
  const save = useAct('view.save')
  const [name, setName] = useState('')
  const [shared, setShared] = useState(false)
  const nothing = Object.keys(query).length === 0
  return (
    <form
      className="stack tight"
      onSubmit={(e) => {
        e.preventDefault()
        if (!name.trim() || nothing) return
        save.mutate({ list, name, query: { ...query }, shared }, { onSuccess: () => setName('') })
      }}
    >
      <div className="row">
        <Input
          size="small"
          value={name}
          maxLength={40}
          disabled={nothing}
          aria-label={t({ en: 'Name of the view', zh: '视图名称' })}
          placeholder={
            nothing
              ? t({ en: 'Nothing to save: no filter is set', zh: '尚未设置筛选条件' })
              : t({ en: 'Name of the view', zh: '视图名称' })
          }
          onChange={(e) => setName(e.target.value)}
        />
        <Button
          size="small"
          type="primary"
          htmlType="submit"
          loading={save.isPending}
          disabled={nothing || !name.trim()}
        >
          {t({ en: 'Save', zh: '保存' })}
        </Button>
      </div>
      {may('view.share') && !nothing ? (
        <Checkbox checked={shared} onChange={(e) => setShared(e.target.checked)}>
          {t({ en: 'Share with everybody', zh: '共享给所有人' })}
        </Checkbox>
      ) : null}
      {save.error ? <Failed compact error={save.error} /> : null}
    </form>
  )
}
