import { useQueryClient } from '@tanstack/react-query'
import { Button, Switch } from 'antd'
import { useMemo, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { LIVE_MS } from '../../../console/insight/use-insight.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam, useUrlState } from '../../../console/url-state.ts'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { DashboardActions } from './dashboard-actions.tsx'
import { DashboardEdit } from './dashboard-edit.tsx'
import { FilterChoice } from './filter-choice.tsx'
import { RangeChoice } from './range-choice.tsx'
import { Tiles } from './tiles.tsx'
import type { Content, Dashboard } from './types.ts'
import { useQuestions } from './use-questions.ts'
import { type Range, rangeOfWord, rangeWord } from './words.ts'
import './dashboard.css'

/** One dashboard: looked at with days and a filter of one's own, or changed for everybody. */
export function DashboardPage() {
  const id = useParam('dashboardId')
  const [url, set] = useUrlState()
  const { may } = useSession()
  const editing = url.edit === '1' && may('dashboard.manage')
  const dashboard = useCall('dashboard.get', { id }, { refetchInterval: editing ? false : LIVE_MS })
  return (
    <Answer of={dashboard} rows={10}>
      {(saved) =>
        editing ? (
          // What somebody else saves meanwhile does not change what is being written here.
          <DashboardEdit key={saved.id} saved={saved} close={() => set({ edit: null })} />
        ) : (
          <Viewed dashboard={saved} />
        )
      }
    </Answer>
  )
}

function Viewed({ dashboard }: { dashboard: Dashboard }) {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const [url, set] = useUrlState()
  const { may } = useSession()
  const client = useQueryClient()
  const [filter, setFilter] = useState(dashboard.content.filter)
  const range = rangeOfWord(url.range) ?? dashboard.content.range
  const compare = url.compare === undefined ? dashboard.content.compare : url.compare === '1'
  const content = useMemo(
    (): Content => ({ ...dashboard.content, range, compare, filter }) as Content,
    [dashboard.content, range, compare, filter],
  )
  const same =
    rangeWord(range) === rangeWord(dashboard.content.range) &&
    compare === dashboard.content.compare &&
    filter === dashboard.content.filter
  const questions = useQuestions(content, same ? dashboard.questions : null)
  const refresh = () => {
    // Days that move with today are asked anew, too.
    void client.invalidateQueries({ queryKey: ['dashboard.get'] })
    void client.invalidateQueries({ queryKey: ['dashboard.questions'] })
    void client.invalidateQueries({ predicate: ({ queryKey }) => String(queryKey[0]).startsWith('insight.') })
  }
  const choose = (next: Range) =>
    set({ range: rangeWord(next) === rangeWord(dashboard.content.range) ? null : rangeWord(next) })
  return (
    <>
      <PageHead
        title={dashboard.name}
        back={{ to: '/dashboards', title: t({ en: 'Dashboards', zh: '数据看板' }) }}
        hint={
          <>
            {dashboard.description ? `${dashboard.description} · ` : ''}
            <span className="faint">
              {t({
                en: `saved ${format.ago(dashboard.updatedAt)} by ${nameOf(dashboard.updatedBy)}`,
                zh: `${nameOf(dashboard.updatedBy)} ${format.ago(dashboard.updatedAt)}保存`,
              })}
            </span>
            {dashboard.shared ? null : <span className="pill">{t({ en: 'only you', zh: '仅自己可见' })}</span>}
          </>
        }
        actions={<DashboardActions dashboard={dashboard} edit={() => set({ edit: '1' })} />}
      />
      <div className="dashboard-bar">
        <RangeChoice value={range as Range} onChange={choose} />
        <FilterChoice
          value={filter as Content['filter']}
          onChange={(next) => setFilter((next ?? null) as typeof filter)}
        />
        {/* biome-ignore lint/a11y/noLabelWithoutControl: the switch is inside */}
        <label className="row">
          <Switch
            size="small"
            checked={compare}
            onChange={(on) => set({ compare: on === dashboard.content.compare ? null : on ? '1' : '0' })}
          />
          {t({ en: 'Compare with the period before', zh: '对比上一周期' })}
        </label>
        <span className="grow" />
        {same ? null : (
          <Button
            type="text"
            onClick={() => {
              set({ range: null, compare: null })
              setFilter(dashboard.content.filter)
            }}
          >
            {t({ en: 'As saved', zh: '恢复默认' })}
          </Button>
        )}
        <Button icon={<Icon name="refresh" />} onClick={refresh}>
          {t({ en: 'Refresh', zh: '刷新' })}
        </Button>
      </div>
      {content.tiles.length === 0 ? (
        <Empty
          title={t({ en: 'No tiles yet', zh: '看板还没有图块' })}
          hint={t({
            en: 'Add charts from Explore, saved charts, numbers, goals or text.',
            zh: '可添加分析图表、已存图表、指标、目标或文本。',
          })}
          action={
            may('dashboard.manage') ? (
              <Button type="primary" icon={<Icon name="plus" />} onClick={() => set({ edit: '1' })}>
                {t({ en: 'Add tiles', zh: '添加图块' })}
              </Button>
            ) : null
          }
        />
      ) : (
        <Tiles content={content} questions={questions} />
      )}
    </>
  )
}
