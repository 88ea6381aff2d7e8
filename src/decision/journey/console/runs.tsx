import { Drawer } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Avatar } from '../../../console/avatar.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { Answer } from '../../../console/states.tsx'
import { useUrlState } from '../../../console/url-state.ts'
import type { Journey } from './journey-head.tsx'
import { RunSteps } from './run-steps.tsx'
import { useDescribed } from './use-node-words.ts'
import { RUN_LOOK, RUN_STATES, RUN_TITLES } from './words.ts'

type Run = Item<'journey.runs'>

export function Runs({ journey }: { journey: Journey }) {
  const t = useText()
  const format = useFormat()
  const [url, set] = useUrlState()
  const described = useDescribed(journey)
  const run = useCall('journey.run', url.run ? { id: url.run } : null)
  const spec = useMemo(
    (): ListSpec<Run> => ({
      name: 'journey-run',
      title: t({ en: 'Runs', zh: '运行记录' }),
      queryKey: ['journey.runs', journey.id],
      load: ({ filters, limit, cursor }, signal) => {
        const state = RUN_STATES.find((s) => s === filters.state)
        return call(
          'journey.runs',
          {
            id: journey.id,
            limit,
            ...(state ? { state } : {}),
            ...(filters.node ? { node: filters.node } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        )
      },
      rowKey: (r) => r.id,
      filters: [
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          options: RUN_STATES.map((s) => ({ value: s, label: t(RUN_TITLES[s]) })),
        },
        {
          key: 'node',
          title: t({ en: 'Step', zh: '所在步骤' }),
          options: Object.entries(described).map(([value, label]) => ({ value, label })),
        },
      ],
      columns: [
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (r) => (
            <button type="button" className="bare row event-open" onClick={() => set({ run: r.id }, true)}>
              <Avatar name={r.name ?? r.externalId ?? '?'} id={r.memberId} size={26} />
              <strong className="clip">{r.name ?? r.externalId ?? t({ en: 'Anonymous', zh: '匿名访客' })}</strong>
            </button>
          ),
          text: (r) => r.name ?? r.externalId ?? r.memberId,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (r) => (
            <span className="row">
              <span className={RUN_LOOK[r.state]}>{t(RUN_TITLES[r.state])}</span>
              {r.reason && r.state !== 'done' ? <code className="faint">{r.reason}</code> : null}
            </span>
          ),
          text: (r) => [r.state, r.reason].filter(Boolean).join(' '),
        },
        {
          key: 'node',
          title: t({ en: 'Step', zh: '所在步骤' }),
          render: (r) => described[r.node] ?? r.node,
          text: (r) => r.node,
        },
        {
          key: 'enteredAt',
          title: t({ en: 'Came in', zh: '进入时间' }),
          render: (r) => <time dateTime={r.enteredAt}>{format.minute(r.enteredAt)}</time>,
          text: (r) => r.enteredAt,
        },
        {
          key: 'dueAt',
          title: t({ en: 'Goes on', zh: '继续时间' }),
          render: (r) =>
            r.dueAt ? <time dateTime={r.dueAt}>{format.minute(r.dueAt)}</time> : <span className="faint">–</span>,
          text: (r) => r.dueAt ?? '',
        },
        {
          key: 'version',
          title: t({ en: 'Version', zh: '版本' }),
          optional: true,
          align: 'right',
          render: (r) => r.version,
          text: (r) => String(r.version),
          value: (r) => r.version,
        },
      ],
      empty: {
        title: t({ en: 'Nobody has come in yet', zh: '还没有成员进入' }),
        hint: t({
          en: 'Once published, everybody who meets the trigger appears here.',
          zh: '发布后，满足触发条件的成员会出现在这里。',
        }),
      },
    }),
    [t, format, journey.id, described, set],
  )
  return (
    <>
      <DataList spec={spec} />
      <Drawer
        open={Boolean(url.run)}
        onClose={() => set({ run: null })}
        size={460}
        title={t({ en: 'Step by step', zh: '逐步记录' })}
        aria-label={t({ en: 'Run', zh: '运行详情' })}
      >
        {url.run ? <Answer of={run}>{(r) => <RunSteps run={r} described={described} />}</Answer> : null}
      </Drawer>
    </>
  )
}
