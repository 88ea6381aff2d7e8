import { App, Button, Input } from 'antd'
import { useState } from 'react'
import type { Item, Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Icon } from '../../../console/icon.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { Answer, Empty } from '../../../console/states.tsx'

interface Props {
  /** Puts a statement into the editor. */
  onOpen(statement: string): void
  /** Puts a name where the caret is, or at the end. */
  onName(name: string): void
}

/** What can be asked, what was asked, and what is kept. */
export function SqlSide(props: Props) {
  const t = useText()
  return (
    <aside className="card sql-side">
      <PageTabs
        label={t({ en: 'Beside the editor', zh: '辅助面板' })}
        items={[
          { key: 'schema', label: t({ en: 'Relations', zh: '数据表' }), children: <Schema {...props} /> },
          { key: 'saved', label: t({ en: 'Saved', zh: '已保存' }), children: <Saved {...props} /> },
          { key: 'history', label: t({ en: 'History', zh: '历史' }), children: <History {...props} /> },
        ]}
      />
    </aside>
  )
}

const GROUPS: Readonly<Record<string, { en: string; zh: string }>> = {
  aggregate: { en: 'Aggregates', zh: '聚合' },
  time: { en: 'Dates and times', zh: '日期时间' },
  text: { en: 'Texts', zh: '文本' },
  json: { en: 'JSON', zh: 'JSON' },
  array: { en: 'Lists', zh: '数组' },
  number: { en: 'Numbers', zh: '数值' },
  condition: { en: 'Conditions', zh: '条件' },
  type: { en: 'Types', zh: '类型转换' },
  window: { en: 'Windows', zh: '窗口' },
}

function Schema({ onName }: Props) {
  const t = useText()
  const [find, setFind] = useState('')
  const schema = useCall('sql.schema', {}, { staleTime: Number.POSITIVE_INFINITY })
  const fits = (name: string) => name.toLowerCase().includes(find.trim().toLowerCase())
  return (
    <div className="stack tight">
      <Input
        size="small"
        allowClear
        aria-label={t({ en: 'Find a column or function', zh: '查找字段或函数' })}
        placeholder={t({ en: 'Find a column or function', zh: '查找字段或函数' })}
        value={find}
        maxLength={50}
        onChange={(e) => setFind(e.target.value)}
      />
      <Answer of={schema}>
        {({ relations, functions }) => (
          <>
            {relations.map((r) => (
              <Relation key={r.name} relation={r} fits={fits} onName={onName} />
            ))}
            {Object.entries(functions).map(([group, names]) => {
              const found = names.filter(fits)
              return found.length === 0 ? null : (
                <details key={group} open={find !== ''}>
                  <summary>{t(GROUPS[group] ?? { en: group, zh: group })}</summary>
                  <p className="sql-functions mono small">
                    {found.map((name) => (
                      <button key={name} type="button" className="bare" onClick={() => onName(`${name}()`)}>
                        {name}
                      </button>
                    ))}
                  </p>
                </details>
              )
            })}
          </>
        )}
      </Answer>
    </div>
  )
}

type Shown = Output<'sql.schema'>['relations'][number]

function Relation({
  relation,
  fits,
  onName,
}: {
  relation: Shown
  fits(name: string): boolean
  onName: Props['onName']
}) {
  const t = useText()
  const columns = relation.columns.filter((c) => fits(c.name) || fits(relation.name))
  if (columns.length === 0) return null
  return (
    <details open>
      <summary>
        <strong className="mono">{relation.name}</strong> <span className="faint small">{t(relation.title)}</span>
      </summary>
      <ul className="sql-columns">
        {columns.map((c) => (
          <li key={c.name}>
            <button type="button" className="bare mono" title={t(c.title)} onClick={() => onName(c.name)}>
              {c.name}
            </button>
            <span className="faint small">{c.type}</span>
          </li>
        ))}
      </ul>
    </details>
  )
}

function Saved({ onOpen }: Props) {
  const t = useText()
  const { modal, message } = App.useApp()
  const saved = useCall('sql.saved', {})
  const forget = useAct('sql.forget')
  const confirmForget = (item: Item<'sql.saved'>) =>
    modal.confirm({
      title: t({ en: `Delete “${item.name}”?`, zh: `删除「${item.name}」？` }),
      content: item.shared
        ? t({ en: 'It is shared: nobody will find it any more.', zh: '该语句已共享，删除后其他人也无法再使用。' })
        : t({ en: 'It is gone for good.', zh: '删除后无法恢复。' }),
      okButtonProps: { danger: true },
      onOk: () =>
        forget.mutateAsync({ id: item.id }).catch((error: unknown) => {
          const { title, hint } = explainProblem(error, t)
          message.error(`${title} ${hint}`)
        }),
    })
  return (
    <Answer of={saved}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            level="h2"
            title={t({ en: 'Nothing saved yet', zh: '还没有保存的语句' })}
            hint={t({ en: 'Save a statement to find it here again.', zh: '保存语句后可在此快速打开。' })}
          />
        ) : (
          <ul className="sql-list">
            {items.map((item) => (
              <li key={item.id}>
                <button type="button" className="bare" onClick={() => onOpen(item.statement)}>
                  <strong>{item.name}</strong>
                  {item.shared ? <span className="pill">{t({ en: 'shared', zh: '共享' })}</span> : null}
                  <span className="mono faint small clip">{item.statement.replaceAll(/\s+/g, ' ').slice(0, 120)}</span>
                </button>
                {item.mine ? (
                  <Button
                    type="text"
                    size="small"
                    icon={<Icon name="trash" size={14} />}
                    aria-label={t({ en: `Delete ${item.name}`, zh: `删除 ${item.name}` })}
                    onClick={() => confirmForget(item)}
                  />
                ) : null}
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}

function History({ onOpen }: Props) {
  const t = useText()
  const format = useFormat()
  const history = useCall('sql.history', { limit: 50 })
  return (
    <Answer of={history}>
      {({ items }) =>
        items.length === 0 ? (
          <Empty
            level="h2"
            title={t({ en: 'Nothing asked yet', zh: '还没有执行记录' })}
            hint={t({ en: 'What you run is listed here.', zh: '您执行过的语句会列在这里。' })}
          />
        ) : (
          <ul className="sql-list">
            {items.map((run) => (
              <li key={run.id}>
                <button type="button" className="bare" onClick={() => onOpen(run.statement)}>
                  <span className="mono small clip">{run.statement.replaceAll(/\s+/g, ' ').slice(0, 160)}</span>
                  <span className="faint small">
                    {format.minute(run.at)} ·{' '}
                    {run.problem === null
                      ? t({
                          en: `${format.number(run.rows)} rows, ${format.number(run.tookMs)} ms`,
                          zh: `${format.number(run.rows)} 行，${format.number(run.tookMs)} 毫秒`,
                        })
                      : t({ en: 'not answered', zh: '未完成' })}
                  </span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  )
}
