import { useState } from 'react'

import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Dialog } from '../../../portal/ui/dialog.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import styles from './community.module.css'

interface JoinProps {
  communityId: string
  rulesVersion: number | null
  /** Of the invitation that opens a closed community. */
  code?: string
  label: string
  joined(): void
}

/** Joins at once where there are no rules; else the rules are read and accepted first. */
export function Join({ communityId, rulesVersion, code, label, joined }: JoinProps) {
  const t = useText()
  const [reading, setReading] = useState(false)
  const about = { communityId, ...(code ? { code } : {}) }
  const join = useAct('community.join', {
    onSuccess: () => {
      setReading(false)
      joined()
    },
  })
  const rules = useCall('community.rules', reading ? about : null)
  const version = rules.data?.version
  return (
    <>
      {join.error && !reading && <Refused error={join.error} />}
      <Button
        wide
        busy={join.isPending && !reading}
        onClick={() => (rulesVersion === null ? join.mutate(about) : setReading(true))}
      >
        {label}
      </Button>
      {reading && (
        <Dialog
          title={t({ en: 'Before you join', zh: '加入前请阅读群规' })}
          close={() => setReading(false)}
          actions={
            <>
              {join.error && <Refused error={join.error} />}
              <Button
                wide
                disabled={!version}
                busy={join.isPending}
                onClick={() => version && join.mutate({ ...about, rulesVersion: version })}
              >
                {t({ en: 'Accept the rules and join', zh: '同意群规并加入' })}
              </Button>
            </>
          }
        >
          {rules.error && <Failed error={rules.error} retry={() => void rules.refetch()} />}
          {rules.isPending && <Loading height={24} rows={6} />}
          {rules.data && <p className={styles.rules}>{rules.data.text}</p>}
        </Dialog>
      )}
    </>
  )
}
