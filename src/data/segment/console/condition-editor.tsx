import { Button, Dropdown, Segmented } from 'antd'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { CLAUSE_KINDS, clauseKind } from './clause-kinds.tsx'
import { asGroup, type Clause, type Draft, groupOf, isNot, type Joint, jointOf, partsOf } from './draft.ts'
import './condition-editor.css'

/** The server takes ten levels; nobody reads more than three. */
const MOST_DEPTH = 3

interface Props {
  draft: Draft
  onChange(draft: Draft): void
  depth?: number
}

/** Conditions as sentences, in groups of “all of” and “any of”. */
export function ConditionEditor({ draft, onChange, depth = 0 }: Props) {
  const t = useText()
  const group = asGroup(draft)
  const joint = jointOf(group) ?? 'all'
  const parts = partsOf(group)
  const set = (list: readonly Draft[]) => onChange(groupOf(joint, list))
  return (
    <div className="condition-group">
      {parts.length > 1 ? (
        <div className="row condition-joint">
          <Segmented<Joint>
            size="small"
            value={joint}
            aria-label={t({ en: 'How the conditions combine', zh: '条件之间的关系' })}
            options={[
              { value: 'all', label: t({ en: 'all of these', zh: '满足全部' }) },
              { value: 'any', label: t({ en: 'any of these', zh: '满足任一' }) },
            ]}
            onChange={(next) => onChange(groupOf(next, parts))}
          />
        </div>
      ) : null}
      <ol className="condition-parts">
        {parts.map((part, i) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: conditions have no identity but their place
            key={i}
            data-joint={i === 0 ? '' : joint === 'all' ? t({ en: 'and', zh: '且' }) : t({ en: 'or', zh: '或' })}
          >
            <Part
              part={part}
              depth={depth}
              onChange={(next) => set(parts.with(i, next))}
              onRemove={() => set(parts.toSpliced(i, 1))}
            />
          </li>
        ))}
      </ol>
      <AddMenu depth={depth} onAdd={(part) => set([...parts, part])} />
    </div>
  )
}

interface PartProps {
  part: Draft
  depth: number
  onChange(part: Draft): void
  onRemove(): void
}

function Part({ part, depth, onChange, onRemove }: PartProps) {
  const t = useText()
  const negated = isNot(part)
  const inside = negated ? part.not : part
  const put = (next: Draft) => onChange(negated ? { not: next } : next)
  const kind = clauseKind(inside as Clause)
  return (
    <div className={negated ? 'condition-part is-not' : 'condition-part'}>
      <div className="grow">
        {negated ? <span className="pill bad condition-not">{t({ en: 'NOT', zh: '排除' })}</span> : null}
        {jointOf(inside) ? (
          <ConditionEditor draft={inside} onChange={put} depth={depth + 1} />
        ) : kind ? (
          <kind.Editor clause={inside as Clause} onChange={put} />
        ) : (
          <code className="condition-raw">{JSON.stringify(inside)}</code>
        )}
      </div>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            {
              key: 'not',
              label: negated
                ? t({ en: 'Do not exclude', zh: '取消排除' })
                : t({ en: 'Exclude these', zh: '排除符合者' }),
            },
            { key: 'copy', label: t({ en: 'Put into a group', zh: '放入条件组' }), disabled: depth + 1 >= MOST_DEPTH },
            { type: 'divider' },
            { key: 'remove', danger: true, label: t({ en: 'Remove', zh: '删除' }) },
          ],
          onClick: ({ key }) => {
            if (key === 'remove') onRemove()
            else if (key === 'not') onChange(negated ? inside : { not: inside })
            else onChange({ any: [part] })
          },
        }}
      >
        <Button
          type="text"
          size="small"
          icon={<Icon name="more" />}
          aria-label={t({ en: 'More for this condition', zh: '该条件的更多操作' })}
        />
      </Dropdown>
    </div>
  )
}

function AddMenu({ depth, onAdd }: { depth: number; onAdd: (part: Draft) => void }) {
  const t = useText()
  const items = [
    ...CLAUSE_KINDS.map((k) => ({ key: k.key, label: t(k.title), icon: <Icon name={k.icon} /> })),
    ...(depth + 1 < MOST_DEPTH
      ? [{ key: 'group', label: t({ en: 'A group of conditions', zh: '条件组' }), icon: <Icon name="branch" /> }]
      : []),
  ]
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items,
        onClick: ({ key }) => {
          const kind = CLAUSE_KINDS.find((k) => k.key === key)
          onAdd(kind ? kind.blank : { any: [CLAUSE_KINDS[0]?.blank ?? {}, CLAUSE_KINDS[1]?.blank ?? {}] })
        },
      }}
    >
      <Button type="dashed" size="small" icon={<Icon name="plus" size={14} />}>
        {t({ en: 'Add a condition', zh: '添加条件' })}
      </Button>
    </Dropdown>
  )
}
