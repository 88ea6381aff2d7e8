import { Input, InputNumber } from 'antd'
import { useText } from '#web/preferences.tsx'
import type { ClauseEditorProps } from './clause-editor.ts'
import { percent } from './describe.ts'
import { Sentence } from './sentence.tsx'

/** Hundredths of a percent; a bucket of a million members is no finer. */
const STEPS = 10_000

/** “a random share from [0] % to [10] % of the draw [spring]” */
export function BucketClauseEditor({ clause, onChange }: ClauseEditorProps) {
  const t = useText()
  const bucket = clause.bucket as { salt: string; from: number; to: number }
  const share = (key: 'from' | 'to', label: string) => (
    <InputNumber
      aria-label={label}
      value={typeof bucket[key] === 'number' ? percent(bucket[key]) : null}
      min={0}
      max={100}
      precision={2}
      controls={false}
      suffix="%"
      style={{ width: 84 }}
      formatter={(n) => (n === undefined ? '' : String(Number(n)))}
      onChange={(n) =>
        onChange({ bucket: { ...bucket, [key]: n === null ? null : Math.round((n / 100) * STEPS) / STEPS } })
      }
    />
  )
  return (
    <Sentence
      text={{
        en: 'a stable random share from {from} to {to} of the draw {salt}',
        zh: '固定随机抽取 {from} 到 {to} 的成员，抽样标识 {salt}',
      }}
      blanks={{
        from: share('from', t({ en: 'Share from', zh: '起始比例' })),
        to: share('to', t({ en: 'Share to', zh: '结束比例' })),
        salt: (
          <Input
            aria-label={t({ en: 'Name of the draw', zh: '抽样标识' })}
            title={t({
              en: 'The same name draws the same members every time; another name draws anew.',
              zh: '同一标识每次抽到的成员相同，换一个标识即重新抽样。',
            })}
            style={{ width: 130 }}
            maxLength={100}
            value={bucket.salt}
            onChange={(e) => onChange({ bucket: { ...bucket, salt: e.target.value } })}
          />
        ),
      }}
    />
  )
}
