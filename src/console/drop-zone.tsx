import { useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from './icon.tsx'
import { Loading } from './states.tsx'
import './drop-zone.css'

/** A table from a file, dropped or chosen; what is wrong with it stands below, by whoever reads it. */
export function DropZone({ take, busy, hint }: { take(file: File): void; busy: boolean; hint: Text }) {
  const t = useText()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const first = (files: FileList | null) => {
    const [file] = files ?? []
    if (file) take(file)
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
          first(e.dataTransfer.files)
        }}
      >
        <Icon name="import" size={30} />
        <strong>
          {t({ en: 'Drop a CSV or XLSX file here, or choose one', zh: '将 CSV / XLSX 文件拖到此处，或点击选择' })}
        </strong>
        <span className="soft">{t(hint)}</span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        aria-label={t({ en: 'File', zh: '文件' })}
        onChange={(e) => first(e.target.files)}
      />
      {busy ? <Loading rows={2} /> : null}
    </>
  )
}
