import { Button } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PairField } from './pair-field.tsx'
import type { Action } from './scheme-draft.ts'

const MOST_ACTIONS = 6
const NOTHING = { en: '', zh: '' }
const BLANK: Action = { title: NOTHING, message: { title: NOTHING, body: NOTHING } }

/** What is recommended for a layer, and what a journey made from it would say. */
export function ActionsField({
  actions,
  onChange,
}: {
  actions: readonly Action[]
  onChange(actions: readonly Action[]): void
}) {
  const t = useText()
  return (
    <details className="layer-actions">
      <summary>
        {t({
          en: `Recommended actions (${actions.length})`,
          zh: `推荐动作（${actions.length}）`,
        })}
      </summary>
      <ul className="stack">
        {actions.map((action, i) => {
          const message = action.message ?? { title: NOTHING, body: NOTHING }
          const set = (next: Action) => onChange(actions.with(i, next))
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: actions have no identity but their place
            <li key={i} className="fieldset stack tight">
              <PairField
                label={{ en: 'Action', zh: '动作' }}
                value={action.title}
                max={60}
                onChange={(title) => set({ ...action, title })}
              />
              <PairField
                label={{ en: 'Message title', zh: '消息标题' }}
                value={message.title}
                max={60}
                onChange={(title) => set({ ...action, message: { ...message, title } })}
              />
              <PairField
                label={{ en: 'Message', zh: '消息正文' }}
                value={message.body}
                max={500}
                lines={2}
                onChange={(body) => set({ ...action, message: { ...message, body } })}
              />
              <div>
                <Button
                  size="small"
                  icon={<Icon name="trash" size={13} />}
                  onClick={() => onChange(actions.toSpliced(i, 1))}
                >
                  {t({ en: 'Remove this action', zh: '删除该动作' })}
                </Button>
              </div>
            </li>
          )
        })}
        {actions.length < MOST_ACTIONS ? (
          <li>
            <Button
              type="dashed"
              size="small"
              icon={<Icon name="plus" size={13} />}
              onClick={() => onChange([...actions, BLANK])}
            >
              {t({ en: 'Add an action', zh: '添加动作' })}
            </Button>
          </li>
        ) : null}
      </ul>
    </details>
  )
}
