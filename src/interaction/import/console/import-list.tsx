import { Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useMemo } from 'react'
import { call, type Item } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { PageHead } from '../../../console/page-head.tsx'
import { STATE_LOOK, STATE_TITLES } from './words.ts'

export type ImportRun = Item<'import.list'>
const REFRESH_MS = 3_000

export function ImportList() {
  const t = useText()
  const format = useFormat()
  const create = useMemo(
    () => (
      <Link to="/imports/new">
        <Button type="primary" icon={<Icon name="import" />}>
          {t({ en: 'Import members', zh: '导入成员' })}
        </Button>
      </Link>
    ),
    [t],
  )
  const spec = useMemo(
    (): ListSpec<ImportRun> => ({
      name: 'import',
      title: t({ en: 'Imports', zh: '导入记录' }),
      queryKey: ['import.list'],
      refetchMs: REFRESH_MS,
      load: ({ limit, cursor }, signal) => call('import.list', { limit, ...(cursor ? { cursor } : {}) }, { signal }),
      rowKey: (i) => i.id,
      to: (i) => `/imports/${i.id}`,
      columns: [
        {
          key: 'name',
          title: t({ en: 'File or archive', zh: '文件或归档' }),
          render: (i) => (
            <>
              {i.name} {i.dryRun ? <span className="pill">{t({ en: 'dry run', zh: '试运行' })}</span> : null}
            </>
          ),
          text: (i) => i.name,
        },
        {
          key: 'kind',
          title: t({ en: 'Kind', zh: '类型' }),
          render: (i) =>
            i.kind === 'members' ? t({ en: 'members', zh: '成员表' }) : t({ en: 'archive', zh: '社区归档' }),
          text: (i) => i.kind,
        },
        {
          key: 'state',
          title: t({ en: 'State', zh: '状态' }),
          render: (i) => (
            <span className="row">
              <span className={STATE_LOOK[i.state]}>{t(STATE_TITLES[i.state])}</span>
              {i.state === 'running' ? (
                <span className="tabular soft small">{format.percent(progressOf(i))}</span>
              ) : null}
            </span>
          ),
          text: (i) => i.state,
        },
        {
          key: 'done',
          title: t({ en: 'Rows', zh: '已处理' }),
          align: 'right',
          render: (i) => format.number(i.done),
          text: (i) => String(i.done),
          value: (i) => i.done,
        },
        {
          key: 'created',
          title: t({ en: 'New', zh: '新建' }),
          align: 'right',
          render: (i) => format.number(i.created),
          text: (i) => String(i.created),
          value: (i) => i.created,
        },
        {
          key: 'updated',
          title: t({ en: 'Changed', zh: '更新' }),
          align: 'right',
          render: (i) => format.number(i.updated),
          text: (i) => String(i.updated),
          value: (i) => i.updated,
        },
        {
          key: 'failed',
          title: t({ en: 'Failed', zh: '失败' }),
          align: 'right',
          render: (i) => <span className={i.failed > 0 ? 'field-error' : ''}>{format.number(i.failed)}</span>,
          text: (i) => String(i.failed),
          value: (i) => i.failed,
        },
        {
          key: 'createdAt',
          title: t({ en: 'Started', zh: '开始时间' }),
          render: (i) => <span title={format.exact(i.createdAt)}>{format.ago(i.createdAt)}</span>,
          text: (i) => i.createdAt,
        },
      ],
      empty: {
        title: t({ en: 'Nothing imported yet', zh: '还没有导入记录' }),
        hint: t({
          en: 'Bring your members from a CSV or XLSX table. You see the mapping and can try it without effect first.',
          zh: '支持 CSV / XLSX 成员表：自动匹配字段，先试运行再正式导入，失败行可下载修正。',
        }),
        action: create,
      },
    }),
    [t, format, create],
  )
  return (
    <>
      <PageHead
        title={t({ en: 'Imports', zh: '数据导入' })}
        hint={t({
          en: 'Members from tables, and communities from archives.',
          zh: '从表格导入成员，或迁移既有社区的历史数据。',
        })}
        actions={create}
      />
      <DataList spec={spec} />
    </>
  )
}

/** How far it is, 0 to 1. */
export const progressOf = (i: ImportRun): number => (i.total ? i.done / i.total : i.fraction)
