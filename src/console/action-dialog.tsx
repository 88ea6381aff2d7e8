import { useQueryClient } from '@tanstack/react-query'
import { App, Modal } from 'antd'
import { useEffect, useState } from 'react'
import { ProblemAnswer, request } from '#web/api.ts'
import type { CatalogAction } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'
import { SchemaForm, type Values } from './schema-form.tsx'
import { Failed } from './states.tsx'

interface Props {
  action: CatalogAction | null
  /** What it is about, named in its input. */
  about: Readonly<Record<string, string>>
  aboutName: string
  close(): void
}

/** Any declared action, with the form that its input asks for and the warning it carries. */
export function ActionDialog({ action, about, aboutName, close }: Props) {
  const t = useText()
  const { message } = App.useApp()
  const client = useQueryClient()
  const [values, setValues] = useState<Values>({})
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another action begins with an empty form
  useEffect(() => {
    setValues({})
    setError(null)
  }, [action])

  const run = async () => {
    if (!action) return
    setBusy(true)
    setError(null)
    try {
      await request(`/api/${action.name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
        body: JSON.stringify({ ...values, ...about }),
      })
      message.success(t({ en: `${action.title.en}: done`, zh: `${action.title.zh}：已完成` }))
      await client.invalidateQueries()
      close()
    } catch (problem) {
      setError(problem)
    } finally {
      setBusy(false)
    }
  }

  const errors = error instanceof ProblemAnswer ? Object.fromEntries(error.errors.map((e) => [e.path, e.message])) : {}
  return (
    <Modal
      open={action !== null}
      title={action ? `${t(action.title)} · ${aboutName}` : ''}
      okText={t({ en: 'Confirm', zh: '确定' })}
      okButtonProps={action?.reversible === false ? { danger: true } : {}}
      confirmLoading={busy}
      onOk={() => void run()}
      onCancel={close}
    >
      {action ? (
        <div className="stack">
          {action.confirm ? <p className="notice-danger">{t(action.confirm)}</p> : null}
          <SchemaForm
            schema={action.input}
            values={values}
            onChange={setValues}
            hide={['memberId', 'externalId', 'communityId', ...Object.keys(about)]}
            errors={errors}
          />
          {error ? <Failed compact error={error} /> : null}
        </div>
      ) : null}
    </Modal>
  )
}
