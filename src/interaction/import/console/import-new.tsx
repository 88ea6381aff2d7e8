import { useNavigate } from '@tanstack/react-router'
import { Steps } from 'antd'
import { useState } from 'react'
import { ProblemAnswer, request } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useAct, useCall } from '#web/use-call.ts'
import { DropZone } from '../../../console/drop-zone.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { Answer, Failed } from '../../../console/states.tsx'
import { MappingStep } from './mapping-step.tsx'
import './import.css'

const HINT: Text = {
  en: 'The first row holds the headings. One row is one member, found by id, e-mail or phone.',
  zh: '首行为表头，每行一位成员；按会员号、邮箱或手机号识别，已存在的会更新。',
}

interface Uploaded {
  id: string
  name: string
}

/** From a file to members in three looks: the file, the mapping, the dry run. */
export function ImportNew() {
  const t = useText()
  const navigate = useNavigate()
  const [file, setFile] = useState<Uploaded | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const preview = useCall('import.preview', file ? { fileId: file.id } : null)
  const start = useAct('import.start')

  const upload = async (chosen: File) => {
    setBusy(true)
    setError(null)
    try {
      const answer = await request(`/api/import.upload?name=${encodeURIComponent(chosen.name)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: chosen,
      })
      const { id } = (await answer.json()) as { id: string }
      setFile({ id, name: chosen.name })
    } catch (problem) {
      setError(problem instanceof ProblemAnswer ? problem : new ProblemAnswer(0, {}))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <PageHead
        title={t({ en: 'Import members', zh: '导入成员' })}
        back={{ to: '/imports', title: t({ en: 'Imports', zh: '数据导入' }) }}
      />
      <section className="card stack">
        <Steps
          size="small"
          current={file ? 1 : 0}
          items={[
            { title: t({ en: 'File', zh: '上传文件' }) },
            { title: t({ en: 'Mapping', zh: '字段匹配' }) },
            { title: t({ en: 'Dry run and import', zh: '试运行与导入' }) },
          ]}
        />
        {file === null ? (
          <>
            <DropZone take={(chosen) => void upload(chosen)} busy={busy} hint={HINT} />
            {error ? <Failed compact error={error} /> : null}
          </>
        ) : (
          <Answer of={preview} rows={6}>
            {(p) => (
              <MappingStep
                name={file.name}
                preview={p}
                busy={start.isPending}
                error={start.error}
                back={() => setFile(null)}
                start={(mapping, dryRun) =>
                  start.mutate(
                    { fileId: file.id, name: file.name.slice(0, 200), mapping, dryRun },
                    { onSuccess: ({ id }) => void navigate({ to: `/imports/${id}` } as never) },
                  )
                }
              />
            )}
          </Answer>
        )}
      </section>
    </>
  )
}
