import { Button, Input } from 'antd'
import { useState } from 'react'
import type { Item } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../icon.tsx'
import { useSession } from '../session.tsx'
import { Failed } from '../states.tsx'
import { useConfirmed } from '../use-confirmed.tsx'

interface Props {
  view: Item<'view.list'>
  /** What the list shows now. */
  shown: Readonly<Record<string, string>>
  open(): void
}

/** One saved view: opens it; whoever may also renames, shares and deletes it. */
export function ViewRow({ view, shown, open }: Props) {
  const t = useText()
  const { may } = useSession()
  const update = useAct('view.update')
  const remove = useAct('view.remove')
  const confirmed = useConfirmed()
  const [name, setName] = useState<string | null>(null)
  const mayChange = view.mine || may('view.share')
  const { id: viewId, shared } = view

  if (name !== null) {
    const rename = () => update.mutate({ viewId, name }, { onSuccess: () => setName(null) })
    return (
      <li>
        <form
          className="row"
          onSubmit={(e) => {
            e.preventDefault()
            if (name.trim()) rename()
          }}
          onKeyDown={(e) => {
            if (e.key !== 'Escape') return
            e.stopPropagation()
            setName(null)
          }}
        >
          <Input
            size="small"
            autoFocus
            value={name}
            maxLength={40}
            aria-label={t({ en: 'New name of the view', zh: '视图新名称' })}
            onChange={(e) => setName(e.target.value)}
          />
          <Button size="small" type="primary" htmlType="submit" loading={update.isPending} disabled={!name.trim()}>
            {t({ en: 'Rename', zh: '重命名' })}
          </Button>
        </form>
        {update.error ? <Failed compact error={update.error} /> : null}
      </li>
    )
  }
  const label = {
    rename: t({ en: `Rename view ${view.name}`, zh: `重命名视图 ${view.name}` }),
    share: shared
      ? t({ en: `Stop sharing view ${view.name}`, zh: `取消共享视图 ${view.name}` })
      : t({ en: `Share view ${view.name} with everybody`, zh: `将视图 ${view.name} 共享给所有人` }),
    remove: t({ en: `Delete view ${view.name}`, zh: `删除视图 ${view.name}` }),
  }
  return (
    <li>
      <div className="row">
        <button
          type="button"
          className="bare list-view grow row"
          aria-current={sameView(view.query, shown) ? 'true' : undefined}
          onClick={open}
        >
          <span className="clip">{view.name}</span>
          {shared ? <span className="pill">{t({ en: 'shared', zh: '共享' })}</span> : null}
        </button>
        {mayChange ? (
          <span className="list-view-tools">
            <Button
              type="text"
              size="small"
              icon={<Icon name="edit" size={14} />}
              aria-label={label.rename}
              title={label.rename}
              onClick={() => setName(view.name)}
            />
            {may('view.share') ? (
              <Button
                type="text"
                size="small"
                icon={<Icon name="community" size={14} />}
                aria-label={label.share}
                aria-pressed={shared}
                title={label.share}
                loading={update.isPending}
                onClick={() => update.mutate({ viewId, shared: !shared })}
              />
            ) : null}
            <Button
              type="text"
              size="small"
              icon={<Icon name="trash" size={14} />}
              aria-label={label.remove}
              title={label.remove}
              onClick={() =>
                void confirmed({
                  title: t({ en: `Delete view “${view.name}”?`, zh: `删除视图「${view.name}」？` }),
                  consequence: shared
                    ? t({
                        en: 'It disappears for everybody. No data is deleted.',
                        zh: '所有人都将看不到该视图；不影响数据。',
                      })
                    : t({ en: 'No data is deleted.', zh: '仅删除视图，不影响数据。' }),
                  ok: t({ en: 'Delete', zh: '删除' }),
                  danger: true,
                  act: () => remove.mutateAsync({ viewId }),
                })
              }
            />
          </span>
        ) : null}
      </div>
      {update.error ? <Failed compact error={update.error} /> : null}
    </li>
  )
}

const sameView = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  Object.keys({ ...a, ...b }).every((key) => a[key] === b[key])
