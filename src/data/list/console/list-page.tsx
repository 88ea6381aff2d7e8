import { Link, useNavigate } from '@tanstack/react-router'
import { App, Button, Input } from 'antd'
import { useMemo } from 'react'
import { call, type Item, type Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { DataList } from '../../../console/list/data-list.tsx'
import type { ListSpec } from '../../../console/list/list-spec.ts'
import { MemberName } from '../../../console/member-name.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { PageTabs } from '../../../console/page-tabs.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { Uses } from '../../../console/uses.tsx'
import { ListHistory } from './list-history.tsx'

type List = Output<'list.get'>

/** One list: who is on it, how it came to be, what stands on it. */
export function ListPage() {
  const id = useParam('listId')
  const t = useText()
  const format = useFormat()
  const list = useCall('list.get', { id })
  return (
    <Answer of={list} rows={8}>
      {(l) => (
        <>
          <PageHead
            title={l.name}
            back={{ to: '/lists', title: t({ en: 'Static lists', zh: '静态名单' }) }}
            hint={
              <span className="row wrap tabular">
                <span>{t({ en: `${format.number(l.size)} members`, zh: `${format.number(l.size)} 人` })}</span>
                {l.unknown > 0 ? (
                  <span className="pill warn">
                    {t({
                      en: `${format.number(l.unknown)} ${l.unknown === 1 ? 'id' : 'ids'} nobody goes by yet`,
                      zh: `${format.number(l.unknown)} 个 ID 暂未匹配`,
                    })}
                  </span>
                ) : null}
                <span className="faint">
                  {t({ en: `changed ${format.ago(l.updatedAt)}`, zh: `${format.ago(l.updatedAt)}变更` })}
                </span>
              </span>
            }
            actions={<ListActions list={l} />}
          />
          <PageTabs
            label={t({ en: 'Views of the list', zh: '名单视图' })}
            items={[
              {
                key: 'members',
                label: t({ en: 'Members', zh: '成员' }),
                children: <Entries id={id} as={`${l.size} ${l.updatedAt}`} />,
              },
              { key: 'history', label: t({ en: 'Changes', zh: '变更历史' }), children: <ListHistory id={id} /> },
              { key: 'usage', label: t({ en: 'Used by', zh: '血缘' }), children: <Usage uses={l.usedBy} /> },
            ]}
          />
        </>
      )}
    </Answer>
  )
}

function ListActions({ list }: { list: List }) {
  const t = useText()
  const format = useFormat()
  const navigate = useNavigate()
  const { may } = useSession()
  const { modal } = App.useApp()
  const confirmed = useConfirmed()
  const rename = useAct('list.rename')
  const remove = useAct('list.delete')
  if (!may('list.manage')) return null
  const askName = () => {
    let name = list.name
    modal.confirm({
      title: t({ en: 'Rename the list', zh: '重命名名单' }),
      icon: null,
      content: (
        <Input
          autoFocus
          defaultValue={name}
          maxLength={100}
          aria-label={t({ en: 'Name of the list', zh: '名单名称' })}
          onChange={(e) => {
            name = e.target.value
          }}
        />
      ),
      okText: t({ en: 'Rename', zh: '重命名' }),
      onOk: () => rename.mutateAsync({ id: list.id, name }),
    })
  }
  const used = list.usedBy.length
  return (
    <>
      <Button icon={<Icon name="edit" />} onClick={askName}>
        {t({ en: 'Rename', zh: '重命名' })}
      </Button>
      <Button
        icon={<Icon name="trash" />}
        disabled={used > 0}
        title={used > 0 ? t({ en: `Used by ${used}: see “Used by”`, zh: `被 ${used} 处引用，详见「血缘」` }) : ''}
        onClick={() =>
          void confirmed({
            danger: true,
            title: t({ en: `Delete “${list.name}”?`, zh: `删除名单「${list.name}」？` }),
            consequence: t({
              en: `The list with ${format.number(list.size)} members and its history are gone for good. The members stay.`,
              zh: `该名单（${format.number(list.size)} 人）及其变更历史将永久删除，成员本身不受影响。`,
            }),
            ok: t({ en: 'Delete', zh: '删除' }),
            act: () => remove.mutateAsync({ id: list.id }).then(() => navigate({ to: '/lists' } as never)),
          })
        }
      >
        {t({ en: 'Delete', zh: '删除' })}
      </Button>
      <Link to={`/lists/${list.id}/upload`}>
        <Button type="primary" icon={<Icon name="import" />}>
          {t({ en: 'Upload', zh: '上传名单' })}
        </Button>
      </Link>
    </>
  )
}

type Entry = Item<'list.members'>

/** `as` changes with the list, so that its members are read again. */
function Entries({ id, as }: { id: string; as: string }) {
  const t = useText()
  const format = useFormat()
  const spec = useMemo(
    (): ListSpec<Entry> => ({
      name: 'list-members',
      title: t({ en: 'Who is on the list', zh: '名单成员' }),
      queryKey: ['list.members', id, as],
      load: ({ search, filters, limit, cursor }, signal) =>
        call(
          'list.members',
          {
            id,
            limit,
            ...(search ? { search } : {}),
            ...(filters.state === 'matched' || filters.state === 'unknown' ? { state: filters.state } : {}),
            ...(cursor ? { cursor } : {}),
          },
          { signal },
        ),
      rowKey: (e) => e.externalId ?? e.memberId ?? '',
      to: (e) => (e.memberId ? `/members/${e.memberId}` : ''),
      search: t({ en: 'Beginning of an id', zh: '按 ID 开头搜索' }),
      filters: [
        {
          key: 'state',
          title: t({ en: 'Matched', zh: '匹配情况' }),
          options: [
            { value: 'matched', label: t({ en: 'A member', zh: '已匹配成员' }) },
            { value: 'unknown', label: t({ en: 'Nobody yet', zh: '暂未匹配' }) },
          ],
        },
      ],
      columns: [
        {
          key: 'externalId',
          title: t({ en: 'Id', zh: 'ID' }),
          render: (e) => <span className="mono">{e.externalId ?? '–'}</span>,
          text: (e) => e.externalId ?? '',
        },
        {
          key: 'member',
          title: t({ en: 'Member', zh: '成员' }),
          render: (e) =>
            e.memberId ? (
              <MemberName memberId={e.memberId} name={e.name ?? e.externalId} />
            ) : (
              <span className="faint">{t({ en: 'nobody goes by it yet', zh: '暂无对应成员' })}</span>
            ),
          text: (e) => e.name ?? '',
        },
        {
          key: 'addedAt',
          title: t({ en: 'Added', zh: '加入时间' }),
          width: 170,
          render: (e) => <span title={format.exact(e.addedAt)}>{format.ago(e.addedAt)}</span>,
          text: (e) => e.addedAt,
        },
      ],
      empty: {
        title: t({ en: 'Nobody is on the list', zh: '名单为空' }),
        hint: t({ en: 'Upload a file of ids to fill it.', zh: '上传包含成员 ID 的文件即可填充名单。' }),
      },
    }),
    [id, as, t, format],
  )
  return <DataList spec={spec} />
}

function Usage({ uses }: { uses: List['usedBy'] }) {
  const t = useText()
  return (
    <section className="card">
      {uses.length === 0 ? (
        <Empty
          title={t({ en: 'Nothing uses this list yet', zh: '暂无引用' })}
          hint={t({
            en: 'Segments and journeys that stand on it are listed here. While there are any, it cannot be deleted.',
            zh: '引用该名单的分群与旅程会列在这里；被引用期间不能删除。',
          })}
        />
      ) : (
        <Uses of={uses} />
      )}
    </section>
  )
}
