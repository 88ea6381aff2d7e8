import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Button } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { Failed, Loading, Refused } from '../../../portal/ui/states.tsx'
import styles from './community.module.css'

/** The rules in force; who joined under older ones is asked to read them again. */
export function Rules({ communityId, joined }: { communityId: string; joined: boolean }) {
  const t = useText()
  const format = useFormat()
  const rules = useCall('community.rules', { communityId })
  const accept = useAct('community.acknowledge_rules')
  const { data } = rules
  const version = data?.version ?? null
  const outdated = joined && version !== null && (data?.acknowledged ?? 0) < version
  return (
    <Card title={t({ en: 'Rules', zh: '群规' })}>
      {rules.isPending && <Loading height={22} rows={4} />}
      {rules.error && <Failed error={rules.error} retry={() => void rules.refetch()} />}
      {data && version !== null && (
        <>
          <p className={styles.rules}>{data.text}</p>
          {data.publishedAt && (
            <p className={styles.version}>
              {t({
                en: `Version ${version}, ${format.day(data.publishedAt)}`,
                zh: `第 ${version} 版 · ${format.day(data.publishedAt)}发布`,
              })}
              {joined && !outdated && t({ en: ' · accepted', zh: ' · 已同意' })}
            </p>
          )}
          {accept.error && <Refused error={accept.error} />}
          {outdated && (
            <div className={styles.act}>
              <Button wide tone="soft" busy={accept.isPending} onClick={() => accept.mutate({ communityId, version })}>
                {t({ en: 'I have read and accept these rules', zh: '我已阅读并同意' })}
              </Button>
            </div>
          )}
        </>
      )}
    </Card>
  )
}
