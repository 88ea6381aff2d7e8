import { useNavigate } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer, Failed } from '../../../console/states.tsx'
import { useParam } from '../../../console/url-state.ts'
import { FileStep } from './file-step.tsx'
import { ReportStep, type Upload } from './report-step.tsx'
import './list.css'

/** A new list, with its first upload or empty. */
export function ListNew() {
  const t = useText()
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const create = useAct('list.create')
  const open = (id: string) => navigate({ to: `/lists/${id}` } as never)
  return (
    <>
      <PageHead
        title={t({ en: 'New list', zh: '新建名单' })}
        back={{ to: '/lists', title: t({ en: 'Static lists', zh: '静态名单' }) }}
        actions={
          <Button
            disabled={!name.trim()}
            loading={create.isPending}
            onClick={() => create.mutate({ name }, { onSuccess: ({ id }) => void open(id) })}
          >
            {t({ en: 'Create empty', zh: '创建空名单' })}
          </Button>
        }
      />
      <section className="card stack">
        <Field label={t({ en: 'Name', zh: '名单名称' })}>
          {(id) => (
            <Input
              id={id}
              value={name}
              maxLength={100}
              style={{ maxWidth: 420 }}
              placeholder={t({ en: 'e.g. Guests of the spring tasting', zh: '例如：春茶品鉴会签到名单' })}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        {create.error ? <Failed compact error={create.error} /> : null}
        <Steps
          key="new"
          blocked={name.trim() ? null : t({ en: 'Name the list first.', zh: '请先填写名单名称。' })}
          busy={create.isPending}
          apply={({ ids, source }) =>
            create.mutate({ name, externalIds: [...ids], source }, { onSuccess: ({ id }) => void open(id) })
          }
        />
      </section>
    </>
  )
}

/** A file added to a list, taken off it, or put in its place. */
export function ListUpload() {
  const id = useParam('listId')
  const t = useText()
  const navigate = useNavigate()
  const list = useCall('list.get', { id })
  const acts = {
    add: useAct('list.add', TOUCHES),
    remove: useAct('list.remove', TOUCHES),
    replace: useAct('list.replace', TOUCHES),
  }
  const error = acts.add.error ?? acts.remove.error ?? acts.replace.error
  return (
    <Answer of={list}>
      {(l) => (
        <>
          <PageHead
            title={t({ en: 'Upload to the list', zh: '上传名单' })}
            back={{ to: `/lists/${id}`, title: l.name }}
          />
          <section className="card stack">
            <Steps
              listId={id}
              blocked={null}
              busy={acts.add.isPending || acts.remove.isPending || acts.replace.isPending}
              apply={({ mode, ids, source }) =>
                acts[mode].mutate(
                  { id, externalIds: [...ids], source },
                  { onSuccess: () => void navigate({ to: `/lists/${id}?tab=history` } as never) },
                )
              }
            />
            {error ? <Failed compact error={error} /> : null}
          </section>
        </>
      )}
    </Answer>
  )
}

const TOUCHES = { touches: ['segment'] }

function Steps({
  listId,
  blocked,
  busy,
  apply,
}: {
  listId?: string
  blocked: string | null
  busy: boolean
  apply(upload: Upload): void
}) {
  const [table, setTable] = useState<{ name: string; rows: readonly (readonly string[])[] } | null>(null)
  return table === null ? (
    <FileStep chosen={setTable} />
  ) : (
    <ReportStep
      {...table}
      {...(listId ? { listId } : {})}
      blocked={blocked}
      busy={busy}
      back={() => setTable(null)}
      apply={apply}
    />
  )
}
