import { useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Dialog } from '../../../portal/ui/dialog.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import { useToast } from '../../../portal/ui/toast.tsx'
import styles from './community.module.css'

/** Joins at once where there are no rules; else the rules are read and accepted first. */
export function Join({ community }: { community: { id: string; name: string; rulesVersion: number | null } }) {
  const t = useText()
  const say = useToast()
  const [reading, setReading] = useState(false)
  const communityId = community.id
  const join = useAct('community.join', {
    onSuccess: () => {
      setReading(false)
      say(t({ en: `Welcome to ${community.name}`, zh: `欢迎加入${community.name}` }))
    },
  })
  const rules = useCall('community.rules', reading ? { communityId } : null)
  const version = rules.data?.version
  return (
    <>
      {join.error && !reading && <Refused error={join.error} />}
      <Button
        wide
        busy={join.isPending && !reading}
        onClick={() => (community.rulesVersion === null ? join.mutate({ communityId }) : setReading(true))}
      >
        {t({ en: 'Join', zh: '加入社群' })}
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
                onClick={() => version && join.mutate({ communityId, rulesVersion: version })}
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
