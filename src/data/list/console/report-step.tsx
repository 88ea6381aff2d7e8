import { Button, Checkbox, Radio, Select } from 'antd'
import { useMemo, useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import type { Text } from '#web/text.ts'
import { useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { csvOf, saveFile } from '../../../console/list/export-rows.ts'
import { Answer } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'

type Mode = 'add' | 'remove' | 'replace'
type Report = Output<'list.preview'>

export interface Upload {
  mode: Mode
  ids: readonly string[]
  source: string
}

interface Props {
  name: string
  rows: readonly (readonly string[])[]
  listId?: string
  /** Why it cannot be applied yet. */
  blocked: string | null
  busy: boolean
  back(): void
  apply(upload: Upload): void
}

/** Columns and rows that a request may carry. */
const MOST_COLUMNS = 50
const MOST_ROWS = 100_000
/** A request may have 4 MB; some is for the rest of it. */
const MOST_BYTES = 4_100_000
/** What the column of ids is mostly called. */
const ID_HEADING = /^(external.?id|user.?id|member.?id|id)$|会员(编|卡)?号|用户.?(id|编号)|编号|外部.?id/i

/** Which column holds the ids, what the upload would do, and the button that does it. */
export function ReportStep({ name, rows, listId, blocked, busy, back, apply }: Props) {
  const t = useText()
  const [first = []] = rows
  const guessed = first.findIndex((cell) => ID_HEADING.test(cell.trim()))
  const [column, setColumn] = useState(Math.max(guessed, 0))
  const [hasHeading, setHasHeading] = useState(guessed >= 0)
  const [mode, setMode] = useState<Mode>('add')
  const cells = useMemo(
    () => rows.slice(hasHeading ? 1 : 0).map((row) => (row[column] ?? '').replaceAll('\0', '').slice(0, 2000)),
    [rows, column, hasHeading],
  )
  const tooMany = cells.length > MOST_ROWS || new Blob(cells).size + cells.length * 3 > MOST_BYTES
  const report = useCall('list.preview', tooMany ? null : { mode, rows: cells, ...(listId ? { id: listId } : {}) }, {
    placeholderData: (before) => before,
  })
  return (
    <>
      <div className="row wrap between">
        <strong className="clip">{name}</strong>
        <Button size="small" onClick={back}>
          {t({ en: 'Another file', zh: '更换文件' })}
        </Button>
      </div>
      <div className="list-choices">
        <Field label={t({ en: 'Column with the ids', zh: 'ID 所在列' })}>
          {(id) => (
            <Select
              id={id}
              value={column}
              style={{ width: '100%' }}
              options={first.slice(0, MOST_COLUMNS).map((cell, i) => ({
                value: i,
                label: hasHeading
                  ? cell || t({ en: `Column ${i + 1}`, zh: `第 ${i + 1} 列` })
                  : t({ en: `Column ${i + 1}: ${cell}`, zh: `第 ${i + 1} 列：${cell}` }),
              }))}
              onChange={setColumn}
            />
          )}
        </Field>
        <Checkbox checked={hasHeading} onChange={(e) => setHasHeading(e.target.checked)}>
          {t({ en: 'The first row holds headings', zh: '首行为表头' })}
        </Checkbox>
      </div>
      <p className="soft small list-samples">
        {t({ en: 'First ids: ', zh: '前几个 ID：' })}
        <span className="mono">{cells.slice(0, 5).join(t({ en: ', ', zh: '、' }))}</span>
      </p>
      {listId ? (
        <Radio.Group
          value={mode}
          aria-label={t({ en: 'What to do with them', zh: '上传方式' })}
          options={[
            { value: 'add', label: t({ en: 'Add to the list', zh: '追加到名单' }) },
            { value: 'remove', label: t({ en: 'Take off the list', zh: '从名单移除' }) },
            { value: 'replace', label: t({ en: 'Replace the whole list', zh: '替换整个名单' }) },
          ]}
          onChange={(e) => setMode(e.target.value as Mode)}
        />
      ) : null}
      {tooMany ? (
        <p className="field-error" role="alert">
          {t({
            en: 'One upload takes 100,000 ids and 4 MB. Split the file.',
            zh: '单次上传最多 10 万个 ID、4 MB，请拆分文件后重试。',
          })}
        </p>
      ) : (
        <Answer of={report} rows={4}>
          {(r) => (
            <Numbers
              report={r}
              cells={cells}
              stale={report.isPlaceholderData}
              {...{ mode, blocked, busy }}
              apply={() => {
                const invalid = new Set(r.invalid.map((i) => i.row))
                const ids = [...new Set(cells.flatMap((c, i) => (invalid.has(i) ? [] : [c.trim()])))]
                apply({ mode, ids, source: name })
              }}
            />
          )}
        </Answer>
      )}
    </>
  )
}

const REASONS: Readonly<Record<Report['invalid'][number]['reason'], Text>> = {
  empty: { en: 'empty', zh: '空值' },
  too_long: { en: 'longer than 200 characters', zh: '超过 200 个字符' },
  shared: { en: 'no id of one person (guest, null, 0 …)', zh: '不是个人 ID（guest、null、0 等）' },
}

interface NumbersProps {
  report: Report
  cells: readonly string[]
  stale: boolean
  mode: Mode
  blocked: string | null
  busy: boolean
  apply(): void
}

function Numbers({ report: r, cells, stale, mode, blocked, busy, apply }: NumbersProps) {
  const t = useText()
  const format = useFormat()
  const confirmed = useConfirmed()
  const download = (title: string, items: readonly (readonly [string, string])[], second: string) =>
    saveFile(
      `${title}.csv`,
      csvOf(items, [
        { title: 'ID', text: ([id]) => id },
        { title: second, text: ([, more]) => more },
      ]),
      'text/csv;charset=utf-8',
    )
  const unknownTitle = t({ en: 'Ids not matched', zh: '未匹配 ID' })
  const invalidTitle = t({ en: 'Rows left out', zh: '无效行' })
  const [n, members] = mode === 'remove' ? [r.removes, r.leaves] : [r.adds, r.joins]
  const label = {
    add: t({ en: `Add ${format.number(n)} ids`, zh: `追加 ${format.number(n)} 个 ID` }),
    remove: t({ en: `Take off ${format.number(n)} ids`, zh: `移除 ${format.number(n)} 个 ID` }),
    replace: t({ en: 'Replace the list', zh: '替换名单' }),
  }[mode]
  const act = () =>
    mode === 'add'
      ? apply()
      : void confirmed({
          danger: true,
          title:
            mode === 'remove'
              ? t({ en: 'Take them off the list?', zh: '确认移除？' })
              : t({ en: 'Replace the list?', zh: '确认替换名单？' }),
          consequence: t({
            en: `${format.number(r.leaves)} members go off the list, ${format.number(r.joins)} come on it. It can be taken back under “Changes”.`,
            zh: `${format.number(r.leaves)} 人移出名单，${format.number(r.joins)} 人加入名单；可在「变更历史」中撤销。`,
          }),
          ok: label,
          act: async () => apply(),
        })
  return (
    <div className="stack" aria-busy={stale} aria-live="polite">
      <dl className="list-numbers tabular">
        {(
          [
            [t({ en: 'rows', zh: '数据行' }), r.given, null],
            [t({ en: 'matched members', zh: '已匹配成员' }), r.matched, null],
            [t({ en: 'not matched', zh: '未匹配' }), r.unknown, 'unknown'],
            [t({ en: 'duplicates', zh: '重复' }), r.duplicates, null],
            [t({ en: 'left out', zh: '无效' }), r.invalid.length, 'invalid'],
          ] as const
        ).map(([title, count, kind]) => (
          <div key={title}>
            <dt>{title}</dt>
            <dd>
              {format.number(count)}
              {kind && count > 0 ? (
                <Button
                  type="text"
                  size="small"
                  icon={<Icon name="download" size={14} />}
                  aria-label={
                    kind === 'unknown'
                      ? t({ en: 'Download ids not matched', zh: '下载未匹配 ID' })
                      : t({ en: 'Download rows left out', zh: '下载无效行' })
                  }
                  onClick={() =>
                    kind === 'unknown'
                      ? download(
                          unknownTitle,
                          r.unknownIds.map((id) => [id, ''] as const),
                          '',
                        )
                      : download(
                          invalidTitle,
                          r.invalid.map((i) => [cells[i.row] ?? '', t(REASONS[i.reason])] as const),
                          t({ en: 'Why', zh: '原因' }),
                        )
                  }
                />
              ) : null}
            </dd>
          </div>
        ))}
      </dl>
      <p className="soft">
        {mode === 'remove'
          ? t({
              en: `${format.number(n)} ids go off the list, and with them ${format.number(members)} members.`,
              zh: `将移除 ${format.number(n)} 个 ID，${format.number(members)} 名成员随之离开名单。`,
            })
          : mode === 'replace'
            ? t({
                en: `${format.number(r.adds)} ids come on the list and ${format.number(r.removes)} go off it: ${format.number(r.joins)} members join, ${format.number(r.leaves)} leave.`,
                zh: `新增 ${format.number(r.adds)} 个、移除 ${format.number(r.removes)} 个 ID：${format.number(r.joins)} 人加入，${format.number(r.leaves)} 人离开。`,
              })
            : t({
                en: `${format.number(n)} ids come on the list, and with them ${format.number(members)} members. Ids not matched wait: whoever turns up under one is on the list at once.`,
                zh: `将新增 ${format.number(n)} 个 ID，${format.number(members)} 名成员加入名单。未匹配的 ID 会保留，成员出现后立即生效。`,
              })}
      </p>
      <div className="row wrap">
        <Button
          type="primary"
          disabled={blocked !== null || (r.adds === 0 && r.removes === 0)}
          loading={busy}
          onClick={act}
        >
          {label}
        </Button>
        {blocked ? <span className="soft">{blocked}</span> : null}
      </div>
    </div>
  )
}
