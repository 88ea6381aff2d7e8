import { App, Button, InputNumber } from 'antd'
import { useState } from 'react'
import type { Output } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Failed } from '../../../console/states.tsx'

type Rules = Output<'points.settings'>

const MOST_MONTHS = 120

/** How long points live, and how many one may give or take without a further right. */
export function PointsRules() {
  const t = useText()
  const rules = useCall('points.settings', {})
  return (
    <>
      <PageHead
        title={t({ en: 'Rules of points', zh: '积分规则' })}
        hint={t({
          en: 'They hold for points given from now on; what members have keeps its day.',
          zh: '对之后发放的积分生效，成员已有积分的到期日不变。',
        })}
      />
      <Answer of={rules}>{(r) => <Form rules={r} />}</Answer>
    </>
  )
}

function Form({ rules }: { rules: Rules }) {
  const t = useText()
  const { may } = useSession()
  const { message } = App.useApp()
  const [values, setValues] = useState<{ [F in keyof Rules]: number | null }>(rules)
  const update = useAct('points.update_settings', {
    onSuccess: () => void message.success(t({ en: 'Saved', zh: '已保存' })),
  })
  const { expiryMonths, largeLimit } = values
  const disabled = !may('points.settings')
  return (
    <form
      className="card stack"
      style={{ maxWidth: 560 }}
      onSubmit={(e) => {
        e.preventDefault()
        if (expiryMonths !== null && largeLimit !== null) update.mutate({ expiryMonths, largeLimit })
      }}
    >
      <Field
        label={t({ en: 'Points expire after (months)', zh: '积分有效期（月）' })}
        hint={t({
          en: 'They expire at the end of that month. 0: never.',
          zh: '在到期当月的月末失效；填 0 表示永久有效。',
        })}
      >
        {(id) => (
          <InputNumber
            id={id}
            value={expiryMonths}
            min={0}
            max={MOST_MONTHS}
            precision={0}
            disabled={disabled}
            style={{ width: '100%' }}
            onChange={(next) => setValues({ ...values, expiryMonths: next })}
          />
        )}
      </Field>
      <Field
        label={t({ en: 'Most points at once by hand', zh: '单次操作限额' })}
        hint={t({
          en: 'Awarding or adjusting more than this takes the right to adjust large amounts.',
          zh: '发放或调整超过此数额的积分，需要具备大额调整权限。',
        })}
      >
        {(id) => (
          <InputNumber
            id={id}
            value={largeLimit}
            min={1}
            precision={0}
            disabled={disabled}
            style={{ width: '100%' }}
            onChange={(next) => setValues({ ...values, largeLimit: next })}
          />
        )}
      </Field>
      {update.error ? <Failed compact error={update.error} /> : null}
      {disabled ? null : (
        <div>
          <Button
            type="primary"
            htmlType="submit"
            loading={update.isPending}
            disabled={expiryMonths === null || largeLimit === null}
          >
            {t({ en: 'Save', zh: '保存' })}
          </Button>
        </div>
      )}
    </form>
  )
}
