import { useQueryClient } from '@tanstack/react-query'
import { Button, Input, Select } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { call, type Output } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import { paramsIn, typedValue } from './param.ts'
import { SaveDialog } from './save-dialog.tsx'
import { SqlEditor } from './sql-editor.tsx'
import { SqlResult } from './sql-result.tsx'
import { SqlSide } from './sql-side.tsx'
import './sql.css'

const FIRST = `SELECT toDate(timestamp) AS day, count() AS events, uniqExact(member) AS members
FROM events
WHERE class != 'system' AND timestamp >= now() - INTERVAL 28 DAY
GROUP BY day
ORDER BY day`

const LIMITS = [100, 1000, 10_000]
/** What is being written is there again after a look at another page. */
const KEPT = 'banyan.sql'

type State =
  | { state: 'idle' }
  | { state: 'asking' }
  | { state: 'answered'; answer: Output<'sql.query'> }
  | { state: 'failed'; error: unknown }

export function SqlPage() {
  const t = useText()
  const client = useQueryClient()
  const [statement, setStatement] = useState(() => sessionStorage.getItem(KEPT) ?? FIRST)
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({})
  const [limit, setLimit] = useState(1000)
  const [run, setRun] = useState<State>({ state: 'idle' })
  const [isSaving, setSaving] = useState(false)
  const asking = useRef<AbortController>(null)
  const editor = useRef<HTMLDivElement>(null)
  useEffect(() => sessionStorage.setItem(KEPT, statement), [statement])
  // Leaving the page ends the query in the engine, too.
  useEffect(() => () => asking.current?.abort(), [])
  const params = paramsIn(statement)
  const start = async () => {
    asking.current?.abort()
    const mine = new AbortController()
    asking.current = mine
    setRun({ state: 'asking' })
    try {
      const given = Object.fromEntries(params.map((p) => [p.name, typedValue(texts[p.name] ?? '', p.type)]))
      const answer = await call('sql.query', { sql: statement, params: given, limit }, { signal: mine.signal })
      setRun({ state: 'answered', answer })
    } catch (error) {
      if (!mine.signal.aborted) setRun({ state: 'failed', error })
    }
    await client.invalidateQueries({ queryKey: ['sql.history'] })
  }
  const stop = () => {
    asking.current?.abort()
    setRun({ state: 'idle' })
  }
  const insert = (name: string) => {
    const field = editor.current?.querySelector('textarea')
    const [from, to] = field ? [field.selectionStart, field.selectionEnd] : [statement.length, statement.length]
    setStatement(`${statement.slice(0, from)}${name}${statement.slice(to)}`)
    requestAnimationFrame(() => {
      field?.focus()
      field?.setSelectionRange(from + name.length, from + name.length)
    })
  }
  return (
    <>
      <PageHead
        title={t({ en: 'SQL', zh: 'SQL 查询' })}
        hint={t({
          en: 'Read-only ClickHouse SQL over what you may see. A statement ends after 20 seconds.',
          zh: '只读 ClickHouse SQL，仅可查询您有权查看的数据；单条语句最长执行 20 秒。',
        })}
      />
      <div className="sql-page">
        <div className="stack">
          <section className="card stack tight" ref={editor}>
            <SqlEditor value={statement} onChange={setStatement} onRun={() => void start()} />
            {params.length > 0 ? (
              <div className="sql-params">
                {params.map((p) => (
                  <label key={p.name} htmlFor={`sql-param-${p.name}`}>
                    <span className="mono small">
                      {p.name} <span className="faint">{p.type}</span>
                    </span>
                    <Input
                      id={`sql-param-${p.name}`}
                      size="small"
                      value={texts[p.name] ?? ''}
                      maxLength={1000}
                      placeholder={p.type.startsWith('Array') ? t({ en: 'a, b, c', zh: '以逗号分隔' }) : ''}
                      onChange={(e) => setTexts({ ...texts, [p.name]: e.target.value })}
                    />
                  </label>
                ))}
              </div>
            ) : null}
            <div className="row wrap between">
              <span className="row">
                {run.state === 'asking' ? (
                  <Button danger icon={<Icon name="close" />} onClick={stop}>
                    {t({ en: 'Stop', zh: '停止' })}
                  </Button>
                ) : (
                  <Button
                    type="primary"
                    icon={<Icon name="play" />}
                    disabled={!statement.trim()}
                    onClick={() => void start()}
                  >
                    {t({ en: 'Run', zh: '执行' })}
                  </Button>
                )}
                <Button icon={<Icon name="bookmark" />} disabled={!statement.trim()} onClick={() => setSaving(true)}>
                  {t({ en: 'Save', zh: '保存' })}
                </Button>
              </span>
              <span className="row">
                <span className="soft small">{t({ en: 'At most', zh: '最多返回' })}</span>
                <Select
                  size="small"
                  aria-label={t({ en: 'Most rows', zh: '行数上限' })}
                  value={limit}
                  onChange={setLimit}
                  options={LIMITS.map((n) => ({ value: n, label: t({ en: `${n} rows`, zh: `${n} 行` }) }))}
                />
              </span>
            </div>
          </section>
          {run.state === 'asking' ? <Loading rows={5} /> : null}
          {run.state === 'failed' ? <Failed compact error={run.error} /> : null}
          {run.state === 'answered' ? <SqlResult answer={run.answer} /> : null}
        </div>
        <SqlSide onOpen={setStatement} onName={insert} />
      </div>
      <SaveDialog statement={statement} open={isSaving} close={() => setSaving(false)} />
    </>
  )
}
