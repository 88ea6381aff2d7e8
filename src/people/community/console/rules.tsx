import { Button, Input } from 'antd'
import { useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Icon } from '../../../console/icon.tsx'
import { useSession } from '../../../console/session.tsx'
import { Answer, Empty, Failed } from '../../../console/states.tsx'

/** The rules as published, who has accepted them, and the next version. */
export function Rules({ communityId }: { communityId: string }) {
  const t = useText()
  const format = useFormat()
  const { may } = useSession()
  const rules = useCall('community.rules', { communityId })
  const publish = useAct('community.publish_rules')
  const [text, setText] = useState<string | null>(null)
  const manage = may('community.manage')
  return (
    <section className="card">
      <Answer of={rules} rows={6}>
        {(r) =>
          text !== null ? (
            <div className="stack">
              <Input.TextArea
                aria-label={t({ en: 'Rules', zh: '群规' })}
                value={text}
                maxLength={20_000}
                autoSize={{ minRows: 10, maxRows: 28 }}
                onChange={(e) => setText(e.target.value)}
              />
              <p className="soft small">
                {t({
                  en: 'Publishing makes a new version. Members are asked to accept it; earlier versions stay readable.',
                  zh: '发布后生成新版本并请成员重新确认，历史版本仍可查看。',
                })}
              </p>
              {publish.error ? <Failed compact error={publish.error} /> : null}
              <div className="row">
                <Button
                  type="primary"
                  disabled={!text.trim()}
                  loading={publish.isPending}
                  onClick={() => publish.mutate({ communityId, text }, { onSuccess: () => setText(null) })}
                >
                  {t({ en: `Publish version ${(r.version ?? 0) + 1}`, zh: `发布第 ${(r.version ?? 0) + 1} 版` })}
                </Button>
                <Button onClick={() => setText(null)}>{t({ en: 'Cancel', zh: '取消' })}</Button>
              </div>
            </div>
          ) : r.version === null ? (
            <Empty
              title={t({ en: 'No rules yet', zh: '还没有群规' })}
              hint={t({
                en: 'Clear rules, accepted on entry, make every later decision fair.',
                zh: '清晰的群规在入群时由成员确认，后续治理才有据可依。',
              })}
              action={
                manage ? (
                  <Button type="primary" onClick={() => setText('')}>
                    {t({ en: 'Write rules', zh: '编写群规' })}
                  </Button>
                ) : null
              }
            />
          ) : (
            <div className="stack">
              <div className="row wrap between">
                <span className="row wrap">
                  <span className="pill good">{t({ en: `version ${r.version}`, zh: `第 ${r.version} 版` })}</span>
                  {r.publishedAt ? <span className="soft">{format.day(r.publishedAt)}</span> : null}
                  {r.acknowledgements === null ? null : (
                    <span className="soft">
                      {t({
                        en: `${format.number(r.acknowledgements)} members accepted it`,
                        zh: `${format.number(r.acknowledgements)} 名成员已确认`,
                      })}
                    </span>
                  )}
                </span>
                {manage ? (
                  <Button icon={<Icon name="edit" />} onClick={() => setText(r.text)}>
                    {t({ en: 'New version', zh: '修订群规' })}
                  </Button>
                ) : null}
              </div>
              <p style={{ whiteSpace: 'pre-wrap', maxWidth: '80ch' }}>{r.text}</p>
            </div>
          )
        }
      </Answer>
    </section>
  )
}
