import { useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Failed, Loading } from '../../../console/states.tsx'
import './import.css'

export function DropZone({ upload, busy, error }: { upload: (file: File) => void; busy: boolean; error: unknown }) {
  const t = useText()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const take = (files: FileList | null) => {
    const [file] = files ?? []
    if (file) upload(file)
  }
  return (
    <>
      <button
        type="button"
        className={over ? 'bare drop-zone is-over' : 'bare drop-zone'}
        disabled={busy}
        onClick={() => input.current?.click()}
        onDragOver={(e) => {
          e.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(e) => {
          e.preventDefault()
          setOver(false)
          take(e.dataTransfer.files)
        }}
      >
        <Icon name="import" size={30} />
        <strong>
          {t({ en: 'Drop a CSV or XLSX file here, or choose one', zh: '将 CSV / XLSX 文件拖到此处，或点击选择' })}
        </strong>
        <span className="soft">
          {t({
            en: 'The first row holds the headings. One row is one member, found by id, e-mail or phone.',
            zh: '首行为表头，每行一位成员；按会员号、邮箱或手机号识别，已存在的会更新。',
          })}
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        aria-label={t({ en: 'File', zh: '文件' })}
        onChange={(e) => take(e.target.files)}
      />
      {busy ? <Loading rows={2} /> : null}
      {error ? <Failed compact error={error} /> : null}
    </>
  )
}
