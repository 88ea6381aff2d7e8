import { useNavigate } from '@tanstack/react-router'
import { Button } from 'antd'
import type { Input } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import type { Layer, Scheme } from './look.ts'

type Action = Layer['actions'][number]
type Graph = Input<'journey.create'>['graph']

/** What to do with a layer: each becomes the draft of a journey that starts when a member enters it. */
export function LayerActions({ scheme, layer }: { scheme: Scheme; layer: Layer }) {
  const t = useText()
  const navigate = useNavigate()
  const confirmed = useConfirmed()
  const { may } = useSession()
  const create = useAct('journey.create')
  const { segmentId } = layer
  if (layer.actions.length === 0) return null
  if (!segmentId || !may('journey.manage'))
    return (
      <ul className="row wrap">
        {layer.actions.map((a) => (
          <li key={a.title.en} className="pill">
            {t(a.title)}
          </li>
        ))}
      </ul>
    )
  const draft = (action: Action) => {
    const message = action.message ?? { title: action.title, body: action.title }
    return confirmed({
      title: t({ en: `Make a journey: ${action.title.en}`, zh: `创建旅程：${action.title.zh}` }),
      consequence: (
        <div className="stack tight">
          <p>
            {t({
              en: `A draft that sends this to each member who enters “${layer.name.en}” from then on. Nothing runs before you publish it.`,
              zh: `生成一个旅程草稿：此后成员进入「${layer.name.zh}」时发送以下消息。发布前不会执行，可先修改。`,
            })}
          </p>
          <blockquote className="layer-message">
            <strong>{t(message.title)}</strong>
            <p>{t(message.body)}</p>
          </blockquote>
        </div>
      ),
      ok: t({ en: 'Make the draft', zh: '创建草稿' }),
      act: () =>
        create
          .mutateAsync({
            name: `${t(scheme.name)} · ${t(layer.name)} · ${t(action.title)}`.slice(0, 100),
            graph: graphOf(segmentId, { title: t(message.title), body: t(message.body) }),
          })
          .then(({ id }) => navigate({ to: `/journeys/${id}` } as never)),
    })
  }
  return (
    <ul className="row wrap">
      {layer.actions.map((action) => (
        <li key={action.title.en}>
          <Button size="small" icon={<Icon name="bolt" size={13} />} onClick={() => void draft(action)}>
            {t(action.title)}
          </Button>
        </li>
      ))}
    </ul>
  )
}

const graphOf = (segment: string, content: { title: string; body: string }): Graph =>
  ({
    start: 'entered',
    nodes: {
      entered: { type: 'trigger', on: { segment, when: 'entered' }, next: 'say' },
      say: {
        type: 'action',
        action: 'message.send',
        input: { channel: 'inbox', purpose: 'marketing', content },
        next: 'done',
      },
      done: { type: 'exit' },
    },
  }) as Graph
