import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { Catalogue } from './catalogue.tsx'
import { DeadLetters } from './dead-letters.tsx'
import { Debugger } from './debugger.tsx'

/** What arrives, what was refused, and what can arrive. */
export function EventPage() {
  const t = useText()
  const letters = useCall('event.dead_letters', { limit: 1 })
  const waiting = (letters.data?.items.length ?? 0) > 0
  return (
    <>
      <PageHead
        title={t({ en: 'Events', zh: '事件' })}
        hint={t({
          en: 'Everything that happens, as it is stored. Nothing accepted is ever lost.',
          zh: '成员行为的原始记录，实时入库；被拒收的事件可修复后重放，一条不丢。',
        })}
      />
      <PageTabs
        label={t({ en: 'Views of events', zh: '事件视图' })}
        items={[
          { key: 'debug', label: t({ en: 'Debugger', zh: '实时调试' }), children: <Debugger /> },
          {
            key: 'rejected',
            label: (
              <span className="row">
                {t({ en: 'Dead letters', zh: '拒收与死信' })}
                {waiting ? <span className="pill warn">{t({ en: 'open', zh: '待处理' })}</span> : null}
              </span>
            ),
            children: <DeadLetters />,
          },
          { key: 'catalogue', label: t({ en: 'Catalogue', zh: '事件目录' }), children: <Catalogue /> },
        ]}
      />
    </>
  )
}
