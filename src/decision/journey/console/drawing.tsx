import { useBlocker } from '@tanstack/react-router'
import { App, Button, Select } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import type { Input } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Canvas } from './canvas.tsx'
import { anyExit, type Graph, type Insertable, insertNode, type JourneyNode, removeNode, setNode } from './draft.ts'
import type { Journey } from './journey-head.tsx'
import { NodeEditor } from './node-editor.tsx'
import { useNodeWords } from './use-node-words.ts'
import { NODE_HINTS, NODE_ICONS, NODE_TITLES, REENTRY_TITLES } from './words.ts'
import './drawing.css'

type Reentry = keyof typeof REENTRY_TITLES
const reentryOf = (settings: Journey['settings']): Reentry =>
  settings.reentry === 'always' || settings.reentry === 'afterExit' ? settings.reentry : 'never'

/** The canvas and the form of the chosen node; saved on request, in force when published. */
export function Drawing({ journey }: { journey: Journey }) {
  const t = useText()
  const { message } = App.useApp()
  const { may } = useSession()
  const words = useNodeWords()
  const saved = journey.graph as unknown as Graph
  const [graph, setGraph] = useState(saved)
  const [reentry, setReentry] = useState(reentryOf(journey.settings))
  const [changed, setChanged] = useState(false)
  const [chosen, setChosen] = useState<string | null>(null)
  const update = useAct('journey.update')
  const editable = may('journey.manage')
  const flawed = useMemo(() => new Set(journey.flaws.map((f) => f.node)), [journey.flaws])
  useBlocker({
    shouldBlockFn: () => changed && !confirm(t({ en: 'Leave without saving?', zh: '内容尚未保存，确定离开吗？' })),
    enableBeforeUnload: () => changed,
  })

  const put = (next: Graph) => {
    setGraph(next)
    setChanged(true)
  }
  const insert = useCallback(
    (from: string, port: string, type: Insertable) => {
      const added = insertNode(graph, from, port, type)
      setGraph(added.graph)
      setChosen(added.id)
      setChanged(true)
    },
    [graph],
  )
  const save = () =>
    update.mutate(
      {
        id: journey.id,
        graph: graph as unknown as NonNullable<Input<'journey.update'>['graph']>,
        settings: { reentry },
      },
      {
        onSuccess: ({ flaws }) => {
          setChanged(false)
          message.success(
            flaws.length > 0
              ? t({
                  en: `Saved. ${flaws.length} things keep it from being published.`,
                  zh: `已保存，还有 ${flaws.length} 处需要完善后才能发布。`,
                })
              : t({ en: 'Saved. It can be published.', zh: '已保存，可以发布。' }),
          )
        },
        onError: (error) => {
          const { title, hint } = explainProblem(error, t)
          message.error(`${title} ${hint}`)
        },
      },
    )
  const node = chosen ? graph.nodes[chosen] : undefined
  const flaws = journey.flaws.filter((f) => f.node === chosen)

  return (
    <div className="drawing">
      <Canvas
        graph={graph}
        chosen={chosen}
        flawed={flawed}
        describe={words.describe}
        choose={setChosen}
        insert={editable ? insert : null}
      />
      <section className="card drawing-side" aria-label={t({ en: 'Settings of the step', zh: '步骤设置' })}>
        {node && chosen ? (
          <>
            <header>
              <div className="grow">
                <Icon name={NODE_ICONS[node.type]} />
                <h2>{t(NODE_TITLES[node.type])}</h2>
              </div>
              {editable && chosen !== graph.start ? (
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="trash" />}
                  aria-label={t({ en: 'Remove this step', zh: '删除该步骤' })}
                  onClick={() => {
                    put(removeNode(graph, chosen))
                    setChosen(null)
                  }}
                />
              ) : null}
              <Button
                type="text"
                size="small"
                icon={<Icon name="close" />}
                aria-label={t({ en: 'Close', zh: '关闭' })}
                onClick={() => setChosen(null)}
              />
            </header>
            <p className="soft small">{t(NODE_HINTS[node.type])}</p>
            {flaws.map((f) => (
              <p key={`${f.path} ${f.message}`} className="field-error small">
                {f.path ? `${f.path}: ` : ''}
                {f.message}
              </p>
            ))}
            <div className="drawing-form">
              <NodeForm {...{ graph, chosen, node, words, put }} />
            </div>
          </>
        ) : (
          <Whole
            {...{ journey, reentry, setChosen }}
            setReentry={(next) => {
              setReentry(next)
              setChanged(true)
            }}
          />
        )}
        {editable ? (
          <div className="drawing-save">
            <Button
              type={changed ? 'primary' : 'default'}
              disabled={!changed}
              loading={update.isPending}
              onClick={save}
            >
              {changed ? t({ en: 'Save', zh: '保存' }) : t({ en: 'Saved', zh: '已保存' })}
            </Button>
          </div>
        ) : null}
      </section>
    </div>
  )
}

interface FormProps {
  graph: Graph
  chosen: string
  node: JourneyNode
  words: ReturnType<typeof useNodeWords>
  put(graph: Graph): void
}

/** A new way needs somewhere to lead: an end is kept ready for it. */
function NodeForm({ graph, chosen, node, words, put }: FormProps) {
  const ends = anyExit(graph)
  return (
    <NodeEditor
      key={chosen}
      node={node}
      words={words}
      exitId={ends.id}
      onChange={(next) => put(setNode(ends.graph, chosen, next))}
    />
  )
}

interface WholeProps {
  journey: Journey
  reentry: Reentry
  setReentry(reentry: Reentry): void
  setChosen(id: string): void
}

/** What concerns the whole journey, while no step is chosen. */
function Whole({ journey, reentry, setReentry, setChosen }: WholeProps) {
  const t = useText()
  return (
    <div className="stack">
      <h2>{t({ en: 'The journey', zh: '旅程设置' })}</h2>
      <Field label={t({ en: 'A member may come in', zh: '重复进入规则' })}>
        {(id) => (
          <Select
            id={id}
            value={reentry}
            options={Object.entries(REENTRY_TITLES).map(([value, title]) => ({
              value: value as Reentry,
              label: t(title),
            }))}
            onChange={setReentry}
          />
        )}
      </Field>
      {journey.flaws.length > 0 ? (
        <div className="stack tight">
          <h3>{t({ en: 'Before it can be published', zh: '发布前请完善' })}</h3>
          <ul className="stack tight">
            {journey.flaws.map((f) => (
              <li key={`${f.node} ${f.path} ${f.message}`}>
                <button type="button" className="bare field-error" onClick={() => setChosen(f.node)}>
                  <Icon name="warning" size={14} /> {f.message}
                </button>
              </li>
            ))}
          </ul>
        </div>
      ) : (
        <p className="soft">
          {t({
            en: 'Choose a step to edit it, or press + on a line to put one in.',
            zh: '点击步骤进行编辑，点击连线上的「+」插入步骤。',
          })}
        </p>
      )}
    </div>
  )
}
