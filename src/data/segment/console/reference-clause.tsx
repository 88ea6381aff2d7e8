import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useBuilder } from './builder.ts'
import { ChoiceField } from './choice-field.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import type { Named } from './describe.ts'
import { NumberField } from './number-field.tsx'
import { Sentence } from './sentence.tsx'
import { useReferences } from './use-reference.ts'

interface Kind {
  kind: Named
  text: Text
  label: Text
  none: Text
}

/** Clauses that are one name, by the field that holds it. */
const KINDS: Readonly<Record<string, Kind>> = {
  tag: {
    kind: 'tag',
    text: { en: 'has the tag {name}', zh: '带有标签 {name}' },
    label: { en: 'Tag', zh: '标签' },
    none: { en: 'There are no tags yet', zh: '还没有标签' },
  },
  segment: {
    kind: 'segment',
    text: { en: 'is in the segment {name}', zh: '属于分群 {name}' },
    label: { en: 'Segment', zh: '分群' },
    none: { en: 'There is no other segment yet', zh: '还没有其他分群' },
  },
  list: {
    kind: 'list',
    text: { en: 'is on the list {name}', zh: '在名单 {name} 中' },
    label: { en: 'List', zh: '名单' },
    none: { en: 'There are no lists yet', zh: '还没有静态名单' },
  },
  subscribed: {
    kind: 'topic',
    text: { en: 'is subscribed to {name}', zh: '订阅了 {name}' },
    label: { en: 'Topic', zh: '订阅主题' },
    none: { en: 'There are no topics yet', zh: '还没有订阅主题' },
  },
}

/** “has the tag [high value]” */
export function ReferenceClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const { self } = useBuilder()
  const references = useReferences()
  const key = Object.keys(clause).find((k) => k in KINDS) ?? 'tag'
  const kind = KINDS[key]
  if (!kind) return null
  return (
    <Sentence
      text={kind.text}
      blanks={{
        name: (
          <ChoiceField
            label={t(kind.label)}
            none={t(kind.none)}
            value={String(clause[key] ?? '')}
            // A segment cannot stand in itself.
            choices={references[kind.kind]?.filter((r) => r.value !== self)}
            onChange={(value) => onChange({ ...clause, [key]: value })}
          />
        ),
      }}
    />
  )
}

/** “score [churn risk] is [at least] [0.7]” */
export function ScoreClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const references = useReferences()
  return (
    <div className="sentence">
      <span className="soft">{t({ en: 'score', zh: '评分' })}</span>
      <ChoiceField
        label={t({ en: 'Score', zh: '评分' })}
        none={t({ en: 'There are no scores yet', zh: '还没有评分' })}
        value={String(clause.score ?? '')}
        choices={references.score}
        onChange={(score) => onChange({ ...clause, score })}
      />
      <NumberField
        label={t({ en: 'Number', zh: '数值' })}
        op={String(clause.op)}
        value={clause.value}
        onChange={({ op, value }) => onChange({ ...clause, op, value })}
      />
    </div>
  )
}
