import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { DropZone } from '../../../console/drop-zone.tsx'
import { readTable } from './read-table.ts'

interface Props {
  chosen(table: { name: string; rows: readonly (readonly string[])[] }): void
}

const UNREADABLE: Text = {
  en: 'This is neither a CSV nor an XLSX file, or it is larger than 50 MB.',
  zh: '无法识别该文件：请使用 50 MB 以内的 CSV 或 XLSX。',
}
const HINT: Text = {
  en: 'One row is one member, found by its external id. Up to 100,000 rows. Nothing changes before you have seen the match report.',
  zh: '每行一位成员，按外部 ID（会员号）匹配，最多 10 万行。确认匹配报告后才会生效。',
}
const EMPTY: Text = { en: 'The file has no rows.', zh: '文件中没有数据。' }

/** A file, dropped or chosen, read where it is: only the ids of one column leave the browser, and only later. */
export function FileStep({ chosen }: Props) {
  const t = useText()
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<Text | null>(null)
  const take = async (file: File) => {
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
      <DropZone take={(file) => void take(file)} busy={busy} hint={HINT} />
      {wrong ? (
        <p className="field-error" role="alert">
          {t(wrong)}
        </p>
      ) : null}
    </>
  )
}
