import { useEffect, useState } from 'react'
import { usePreferences, useText } from '#web/preferences.tsx'
import { fieldsOf, type Schema } from '#web/schema.ts'
import { Mark } from '../icon.tsx'
import { type Entry, loadReference } from './openapi.ts'
import './reference.css'

type Loaded = Awaited<ReturnType<typeof loadReference>>

/** The HTTP API as it is: read from the running server, no outside viewer needed. */
export function Reference() {
  const t = useText()
  const { locale, setLocale } = usePreferences()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [text, setText] = useState('')
  useEffect(() => {
    void loadReference().then((reference) => {
      setLoaded(reference)
      // The browser looked for the anchor before the list was there.
      requestAnimationFrame(() => document.getElementById(location.hash.slice(1))?.scrollIntoView())
    })
  }, [])
  const wanted = text.trim().toLowerCase()
  const matches = ({ path, operation }: Entry) =>
    `${path} ${operation.summary} ${operation['x-summary-zh'] ?? ''}`.toLowerCase().includes(wanted)
  const groups = (loaded?.groups ?? [])
    .map(([tag, entries]) => [tag, entries.filter(matches)] as const)
    .filter(([, entries]) => entries.length > 0)
  return (
    <div className="reference">
      <nav aria-label={t({ en: 'Operations', zh: '接口目录' })}>
        <p className="row reference-name">
          <Mark /> Banyan API
        </p>
        <input
          type="search"
          aria-label={t({ en: 'Search operations', zh: '搜索接口' })}
          placeholder={t({ en: 'Search operations', zh: '搜索接口' })}
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        {groups.map(([tag, entries]) => (
          <section key={tag}>
            <h2>{tag}</h2>
            <ul>
              {entries.map((e) => (
                <li key={`${e.method} ${e.path}`}>
                  <a href={`#${e.operation.operationId}`}>{e.path.replace('/api/', '')}</a>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      <main>
        <div className="row between">
          <h1>{t({ en: 'HTTP API', zh: 'HTTP 接口文档' })}</h1>
          <button type="button" className="bare" onClick={() => setLocale(locale === 'zh' ? 'en' : 'zh')}>
            {locale === 'zh' ? 'English' : '中文'}
          </button>
        </div>
        <p className="soft">
          {t({
            en: 'Every operation is POST with a JSON body; sign in, or send an API key as a bearer token. Errors are RFC 9457 problems with a stable code. ',
            zh: '所有接口均为 POST + JSON；使用登录会话，或以 Bearer 方式携带 API 密钥。错误遵循 RFC 9457，code 稳定不变。',
          })}
          <a href="/api/openapi.json">openapi.json</a>
        </p>
        {loaded === null ? <p role="status">{t({ en: 'Loading…', zh: '加载中…' })}</p> : null}
        {groups.flatMap(([, entries]) => entries.map((e) => <Described key={`${e.method} ${e.path}`} entry={e} />))}
      </main>
    </div>
  )
}

function Described({ entry: { method, path, operation } }: { entry: Entry }) {
  const t = useText()
  const input = operation.requestBody?.content['application/json']?.schema
  const output = operation.responses['200']?.content?.['application/json']?.schema
  const problems = Object.entries(operation.responses).filter(([status]) => /^[45]/.test(status))
  return (
    <article className="card" id={operation.operationId}>
      <h2>{t({ en: operation.summary, zh: operation['x-summary-zh'] ?? operation.summary })}</h2>
      <p>
        <code>
          <b>{method}</b> {path}
        </code>{' '}
        {operation['x-needs'] ? <span className="pill">{operation['x-needs']}</span> : null}
      </p>
      <Shape title={t({ en: 'Input', zh: '输入' })} schema={input} />
      <Shape title={t({ en: 'Answer', zh: '返回' })} schema={output} />
      {problems.length > 0 ? (
        <details>
          <summary>{t({ en: 'Problems', zh: '错误' })}</summary>
          <ul>
            {problems.map(([status, { description }]) => (
              <li key={status} className="small soft">
                <b>{status}</b> {description}
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </article>
  )
}

function Shape({ title, schema }: { title: string; schema: Schema | undefined }) {
  const t = useText()
  const fields = schema ? fieldsOf(schema) : []
  if (fields.length === 0) return null
  return (
    <>
      <h3>{title}</h3>
      <dl className="pairs">
        {fields.map((f) => (
          <div key={f.name}>
            <dt>
              <code>
                {f.name}
                {f.required ? '' : '?'}
              </code>
            </dt>
            <dd className="small">
              {f.title.en === f.name ? f.schema.description : t(f.title)}
              <span className="faint">{f.choices.length > 0 ? f.choices.join(' | ') : f.kind}</span>
            </dd>
          </div>
        ))}
      </dl>
      <details>
        <summary>{t({ en: 'JSON Schema', zh: 'JSON Schema' })}</summary>
        <pre className="reference-schema">{JSON.stringify(schema, null, 2)}</pre>
      </details>
    </>
  )
}
