import { Link } from '@tanstack/react-router'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { SizeHistory } from '../../../console/chart/size-history.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { Uses } from '../../../console/uses.tsx'
import { describe } from './describe.ts'
import type { Draft } from './draft.ts'
import { SegmentActions } from './segment-actions.tsx'
import { SegmentChanges } from './segment-changes.tsx'
import { Change, SegmentState } from './segment-list.tsx'
import { SegmentMembers } from './segment-members.tsx'
import { SegmentWorks } from './segment-works.tsx'
import { useWords } from './use-words.ts'
import { Why } from './why.tsx'
import './segment.css'
import './segment-people.css'

/** While everybody is being judged the page looks again this often; afterwards as often as people look up. */
const FILLING_MS = 1_500
const LIVE_MS = 15_000

export function SegmentPage() {
  const id = useParam('segmentId')
  const t = useText()
  const format = useFormat()
  const words = useWords()
  const segment = useCall(
    'segment.get',
    { id },
    { refetchInterval: (query) => (query.state.data?.state === 'filling' ? FILLING_MS : LIVE_MS) },
  )
  return (
    <Answer of={segment} rows={8}>
      {(s) => (
        <>
          <PageHead
            title={s.name}
            back={{ to: '/segments', title: t({ en: 'Segments', zh: '分群' }) }}
            hint={
              <span className="row wrap">
                <SegmentState state={s.state} />
                <span className="tabular">
                  {t({ en: `${format.number(s.size)} members`, zh: `${format.number(s.size)} 人` })}
                </span>
                {s.change === null ? null : (
                  <span>
                    {t({ en: 'since yesterday ', zh: '较昨日 ' })}
                    <Change by={s.change} />
                  </span>
                )}
                <span className="faint">
                  {t({ en: `changed ${format.ago(s.updatedAt)}`, zh: `${format.ago(s.updatedAt)}修改` })}
                </span>
              </span>
            }
            actions={s.origin === 'segment' ? <SegmentActions segment={s} /> : <Home of={s} />}
          />
          <p className="card segment-sentence">{describe(s.definition as Draft, words)}</p>
          <PageTabs
            label={t({ en: 'Views of the segment', zh: '分群视图' })}
            items={[
              {
                key: 'members',
                label: t({ en: 'Members', zh: '成员' }),
                children: <SegmentMembers id={id} as={`${s.state} ${s.size}`} />,
              },
              {
                key: 'changes',
                label: t({ en: 'Who came and went', zh: '进出明细' }),
                children: <SegmentChanges id={id} />,
              },
              { key: 'why', label: t({ en: 'Why in, why out', zh: '圈选原因' }), children: <Why id={id} /> },
              { key: 'history', label: t({ en: 'Size over time', zh: '人数趋势' }), children: <History id={id} /> },
              { key: 'works', label: t({ en: 'Bulk work', zh: '批量任务' }), children: <SegmentWorks id={id} /> },
              { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage id={id} /> },
            ]}
          />
        </>
      )}
    </Answer>
  )
}

/** What another slice keeps is changed there. */
function Home({ of: { origin, ref } }: { of: { origin: string; ref: string | null } }) {
  const t = useText()
  const [scheme] = (ref ?? '').split('/')
  return origin === 'layer' ? (
    <Link to={`/layers/${scheme}`}>{t({ en: 'Part of a layer scheme', zh: '所属分层方案' })}</Link>
  ) : (
    <Link to={`/tags/${encodeURIComponent(ref ?? '')}`}>{t({ en: 'Kept by a tag', zh: '所属标签' })}</Link>
  )
}

function History({ id }: { id: string }) {
  const history = useCall('segment.history', { id, days: 90 })
  return (
    <section className="card">
      <Answer of={history}>{(past) => <SizeHistory {...past} />}</Answer>
    </section>
  )
}

function Usage({ id }: { id: string }) {
  const t = useText()
  const usage = useCall('segment.usage', { id })
  return (
    <section className="card">
      <Answer of={usage}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty
              title={t({ en: 'Nothing uses this segment yet', zh: '暂无引用' })}
              hint={t({
                en: 'Journeys and other segments that use it are listed here, so that nothing breaks when you change it.',
                zh: '引用该分群的旅程与分群会列在这里，修改前可先评估影响范围。',
              })}
            />
          ) : (
            <Uses of={items} />
          )
        }
      </Answer>
    </section>
  )
}
