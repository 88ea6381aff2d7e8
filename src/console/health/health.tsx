import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Definition } from '../explained.tsx'
import { Icon } from '../icon.tsx'
import { PageHead } from '../page-head.tsx'
import { Answer } from '../states.tsx'
import './health.css'

const LOOK_MS = 5_000

const CHECK_TITLES: Record<string, Text> = {
  database: { en: 'Database', zh: '数据库' },
  postgresql: { en: 'Database', zh: '数据库' },
  warehouse: { en: 'Warehouse', zh: '数据仓库' },
  clickhouse: { en: 'Warehouse', zh: '数据仓库' },
  migrations: { en: 'Migrations', zh: '结构升级' },
  pipe: { en: 'Event pipe', zh: '事件管道' },
  sequencer: { en: 'Sequencer', zh: '事件排序' },
  reactors: { en: 'Reactors', zh: '事件响应' },
  timers: { en: 'Timers', zh: '定时任务' },
  jobs: { en: 'Jobs', zh: '后台任务' },
  disk: { en: 'Disk', zh: '磁盘' },
  conservation: { en: 'Conservation', zh: '事件守恒' },
  transactions: { en: 'Transactions', zh: '写入事务' },
  dead_letters: { en: 'Dead letters', zh: '死信' },
}

/** Where accepted events went; the parts in the order of the equation. */
const PARTS = [
  ['stored', { en: 'stored', zh: '已入库' }],
  ['duplicate', { en: 'duplicate', zh: '重复' }],
  ['rejected', { en: 'rejected', zh: '拒收' }],
  ['erased', { en: 'erased', zh: '已删除' }],
  ['expired', { en: 'expired', zh: '已过期' }],
  ['pending', { en: 'on the way', zh: '处理中' }],
] as const satisfies readonly (readonly [string, Text])[]

export function Health() {
  const t = useText()
  const format = useFormat()
  const status = useCall('health.status', {}, { refetchInterval: LOOK_MS })
  const conservation = useCall('health.conservation', {}, { refetchInterval: LOOK_MS })
  const title = t({ en: 'Conservation of events', zh: '事件守恒' })
  return (
    <>
      <PageHead
        title={t({ en: 'System health', zh: '系统健康' })}
        hint={t({ en: 'Looks again every five seconds.', zh: '每 5 秒自动刷新。' })}
      />
      <div className="stack">
        <section className="card">
          <header>
            <div className="grow">
              <h2>{title}</h2>
              <Definition of={title}>
                {t({
                  en: 'Every event that was accepted is stored, a duplicate, rejected with a reason, erased, expired or still on its way. The difference is always 0; anything else is an alarm.',
                  zh: '每一条已接收的事件必然处于以下状态之一：已入库、重复、拒收（附原因）、已删除、已过期或处理中。差额恒为 0，否则即告警。',
                })}
              </Definition>
            </div>
          </header>
          <Answer of={conservation} rows={2}>
            {(c) => (
              <div className="equation tabular">
                <div>
                  <strong>{format.number(c.accepted)}</strong>
                  <span>{t({ en: 'accepted', zh: '已接收' })}</span>
                </div>
                {PARTS.map(([key, words], i) => (
                  <div key={key} className="equation-part" data-sign={i === 0 ? '=' : '+'}>
                    <strong>{format.number(c[key])}</strong>
                    <span>{t(words)}</span>
                  </div>
                ))}
                <div className={c.difference === 0 ? 'equation-end is-good' : 'equation-end is-bad'}>
                  <strong>{format.number(c.difference)}</strong>
                  <span>{t({ en: 'difference', zh: '差额' })}</span>
                </div>
              </div>
            )}
          </Answer>
        </section>
        <Answer of={status} rows={5}>
          {({ ok, checks }) => (
            <section className="card">
              <header>
                <div className="grow">
                  <h2>{t({ en: 'Checks', zh: '检查项' })}</h2>
                  <span className={ok ? 'pill good' : 'pill bad'}>
                    <span className="dot" />
                    {ok ? t({ en: 'all well', zh: '一切正常' }) : t({ en: 'needs attention', zh: '需要关注' })}
                  </span>
                </div>
              </header>
              <ul className="checks">
                {checks.map((c) => (
                  <li key={c.name} className={c.ok ? '' : 'is-bad'}>
                    <Icon name={c.ok ? 'check' : 'warning'} />
                    <span className="sr-only">
                      {c.ok ? t({ en: 'well', zh: '正常' }) : t({ en: 'failing', zh: '异常' })}
                    </span>
                    <strong>{CHECK_TITLES[c.name] ? t(CHECK_TITLES[c.name] as Text) : c.name}</strong>
                    <span className="soft">{t(c.detail)}</span>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </Answer>
      </div>
    </>
  )
}
