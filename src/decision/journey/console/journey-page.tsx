import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { lazily } from '../../../console/page.ts'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { JourneyHead } from './journey-head.tsx'
import { Runs } from './runs.tsx'
import { Where } from './where.tsx'

const Drawing = lazily(() => import('./drawing.tsx'), 'Drawing')

export function JourneyPage() {
  const id = useParam('journeyId')
  const t = useText()
  const journey = useCall('journey.get', { id })
  return (
    <Answer of={journey} rows={10}>
      {(j) => (
        <>
          <JourneyHead journey={j} />
          <PageTabs
            label={t({ en: 'Views of the journey', zh: '旅程视图' })}
            items={[
              {
                key: 'canvas',
                label: t({ en: 'Canvas', zh: '画布' }),
                children: <Drawing key={j.id} journey={j} />,
              },
              { key: 'runs', label: t({ en: 'Runs', zh: '运行记录' }), children: <Runs journey={j} /> },
              {
                key: 'where',
                label: t({ en: 'Where is a member?', zh: '成员在哪一步' }),
                children: <Where journey={j} />,
              },
            ]}
          />
        </>
      )}
    </Answer>
  )
}
