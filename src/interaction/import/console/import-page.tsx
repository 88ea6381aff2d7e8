import { Link } from '@tanstack/react-router'
import { Button, Progress } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { progressOf } from './import-list.tsx'
import { isOpen, STATE_LOOK, STATE_TITLES } from './words.ts'
import './import.css'

const LOOK_MS = 800

/** How an import goes, and what became of each row. */
export function ImportPage() {
  const id = useParam('importId')
  const t = useText()
  const format = useFormat()
  const run = useCall(
    'import.get',
    { id },
    {
      refetchInterval: (query) => (query.state.data && isOpen(query.state.data.state) ? LOOK_MS : false),
    },
  )
  const cancel = useAct('import.cancel')
  const confirmed = useConfirmed()
  return (
    <Answer of={run}>
      {(i) => (
        <>
          <PageHead
            title={i.name}
            back={{ to: '/imports', title: t({ en: 'Imports', zh: '数据导入' }) }}
            hint={
              <span className="row wrap">
                <span className={STATE_LOOK[i.state]}>{t(STATE_TITLES[i.state])}</span>
                {i.dryRun ? (
                  <span className="pill">{t({ en: 'dry run, nothing is written', zh: '试运行，不写入数据' })}</span>
                ) : null}
                <span>{format.exact(i.createdAt)}</span>
              </span>
            }
            actions={
              <>
                {isOpen(i.state) ? (
                  <Button
                    icon={<Icon name="close" />}
                    onClick={() =>
                      void confirmed({
                        title: t({ en: 'Stop this import?', zh: '停止导入？' }),
                        consequence: t({
                          en: `The ${format.number(i.done)} rows done so far stay. The rest is left out.`,
                          zh: `已处理的 ${format.number(i.done)} 行保留，其余不再导入。`,
                        }),
                        ok: t({ en: 'Stop', zh: '停止' }),
                        danger: true,
                        act: () => cancel.mutateAsync({ id }),
                      })
                    }
                  >
                    {t({ en: 'Stop', zh: '停止' })}
                  </Button>
                ) : null}
                {i.failed > 0 && i.kind === 'members' ? (
                  <Button icon={<Icon name="download" />} href={`/api/import.errors?id=${id}`}>
                    {t({ en: 'Failed rows', zh: '下载失败行' })}
                  </Button>
                ) : null}
                {i.state === 'done' && i.dryRun ? (
                  <Link to="/imports/new">
                    <Button type="primary">{t({ en: 'Import for real', zh: '正式导入' })}</Button>
                  </Link>
                ) : null}
              </>
            }
          />
          <section className="card stack">
            <Progress
              percent={Math.round(progressOf(i) * 1000) / 10}
              status={i.state === 'failed' ? 'exception' : i.state === 'done' ? 'success' : 'normal'}
              aria-label={t({ en: 'Progress', zh: '进度' })}
            />
            <dl className="import-numbers tabular">
              {(
                [
                  [t({ en: 'rows', zh: '总行数' }), i.total],
                  [t({ en: 'done', zh: '已处理' }), i.done],
                  [i.dryRun ? t({ en: 'would be new', zh: '将新建' }) : t({ en: 'new', zh: '新建' }), i.created],
                  [i.dryRun ? t({ en: 'would change', zh: '将更新' }) : t({ en: 'changed', zh: '更新' }), i.updated],
                  [t({ en: 'failed', zh: '失败' }), i.failed],
                ] as const
              ).map(([label, n]) => (
                <div key={label}>
                  <dt>{label}</dt>
                  <dd>{n === null ? '–' : format.number(n)}</dd>
                </div>
              ))}
            </dl>
            {i.reason ? <p className="field-error">{i.reason}</p> : null}
          </section>
          {i.failed > 0 ? <RowErrors id={id} /> : null}
        </>
      )}
    </Answer>
  )
}

type RowError = Item<'import.row_errors'>

function RowErrors({ id }: { id: string }) {
  const t = useText()
  const spec = useMemo(
    (): ListSpec<RowError> => ({
      name: 'import-error',
      title: t({ en: 'Rows that failed', zh: '失败的行' }),
      queryKey: ['import.row_errors', id],
      load: ({ limit, cursor }, signal) =>
        call('import.row_errors', { id, limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (e) => `${e.line} ${e.field}`,
      columns: [
        {
          key: 'line',
          title: t({ en: 'Row', zh: '行号' }),
          width: 90,
          align: 'right',
          render: (e) => e.line,
          text: (e) => String(e.line),
          value: (e) => e.line,
        },
        { key: 'field', title: t({ en: 'Field', zh: '字段' }), render: (e) => e.field || '–', text: (e) => e.field },
        {
          key: 'message',
          title: t({ en: 'What is wrong', zh: '问题' }),
          render: (e) => e.message,
          text: (e) => e.message,
        },
      ],
      empty: { title: t({ en: 'No failed rows', zh: '没有失败的行' }) },
    }),
    [t, id],
  )
  return (
    <div style={{ marginTop: 16 }}>
      <DataList spec={spec} />
    </div>
  )
}
