import { useRef, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { Icon } from '../../../console/icon.tsx'
import { Loading } from '../../../console/states.tsx'
import { readTable } from './read-table.ts'

interface Props {
  chosen(table: { name: string; rows: readonly (readonly string[])[] }): void
}

const UNREADABLE: Text = {
  en: 'This is neither a CSV nor an XLSX file, or it is larger than 50 MB.',
  zh: '无法识别该文件：请使用 50 MB 以内的 CSV 或 XLSX。',
}
const EMPTY: Text = { en: 'The file has no rows.', zh: '文件中没有数据。' }

/** A file, dropped or chosen, read where it is: only the ids of one column leave the browser, and only later. */
export function FileStep({ chosen }: Props) {
  const t = useText()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<Text | null>(null)
  const take = async (files: FileList | null) => {
    const [file] = files ?? []
    if (!file) return
    setBusy(true)
    setWrong(null)
    try {
      const rows = await readTable(file)
      if (rows.length === 0) setWrong(EMPTY)
      else chosen({ name: file.name.slice(0, 200), rows })
    } catch {
      // Whatever is wrong inside, all that can be done is to choose another file.
      setWrong(UNREADABLE)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <button
        type="button"
        className={over ? 'bare list-drop is-over' : 'bare list-drop'}
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
          void take(e.dataTransfer.files)
        }}
      >
        <Icon name="import" size={28} />
        <strong>
          {t({ en: 'Drop a CSV or XLSX file here, or choose one', zh: '将 CSV / XLSX 文件拖到此处，或点击选择' })}
        </strong>
        <span className="soft">
          {t({
            en: 'One row is one member, found by its external id. Up to 100,000 rows. Nothing changes before you have seen the match report.',
            zh: '每行一位成员，按外部 ID（会员号）匹配，最多 10 万行。确认匹配报告后才会生效。',
          })}
        </span>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        aria-label={t({ en: 'File', zh: '文件' })}
        onChange={(e) => void take(e.target.files)}
      />
      {busy ? <Loading rows={2} /> : null}
      {wrong ? (
        <p className="field-error" role="alert">
          {t(wrong)}
        </p>
      ) : null}
    </>
  )
}
