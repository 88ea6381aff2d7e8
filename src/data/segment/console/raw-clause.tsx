import { useText } from '#web/preferences.tsx'
import type { Clause } from './draft.ts'

/** What has no form of its own: kept as it is, to be changed in the JSON view. */
export function RawClause({ clause }: { clause: Clause }) {
  const t = useText()
  return (
    <>
      <code className="condition-raw">{JSON.stringify(clause)}</code>
      <p className="faint small">
        {t({
          en: 'This condition has no form. It is kept as it is; change it in the JSON view.',
          zh: '该条件没有表单，会原样保留；如需修改请使用 JSON 视图。',
        })}
      </p>
    </>
  )
}
