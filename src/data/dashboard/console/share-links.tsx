import { App, Button, Input, Select } from 'antd'
import { type FormEvent, useState } from 'react'
import type { Output } from '#web/api.ts'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { explainProblem } from '../../../console/explain-problem.ts'
import { Field } from '../../../console/field.tsx'
import { Icon } from '../../../console/icon.tsx'
import { Answer } from '../../../console/states.tsx'
import { useConfirmed } from '../../../console/use-confirmed.tsx'
import { useActorName } from '../../list/console/use-actor-name.ts'
import { CommunitiesField } from './communities-field.tsx'

type Made = Output<'dashboard.create_link'>

/** Links that show the dashboard without an account: made, listed, taken back. */
export function ShareLinks({ dashboardId }: { dashboardId: string }) {
  const [made, setMade] = useState<{ link: Made; framed: boolean } | null>(null)
  return (
    <>
      {made ? <NewLink {...made} /> : null}
      <LinkForm dashboardId={dashboardId} onMade={(link, framed) => setMade({ link, framed })} />
      <LinkList dashboardId={dashboardId} />
    </>
  )
}

/** Shown once: only a hash is kept. */
function NewLink({ link, framed }: { link: Made; framed: boolean }) {
  const t = useText()
  const { message } = App.useApp()
  const address = new URL(link.path, location.origin).href
  const frame = `<iframe src="${address}" width="100%" height="900" style="border:0" title="Dashboard"></iframe>`
  const copy = (text: string) =>
    navigator.clipboard.writeText(text).then(
      () => message.success(t({ en: 'Copied', zh: '已复制' })),
      () => message.error(t({ en: 'The browser did not allow copying', zh: '浏览器未允许复制' })),
    )
  return (
    <div className="share-link" role="status">
      <strong>{t({ en: 'The link is shown this once; copy it now.', zh: '链接仅显示这一次，请立即复制。' })}</strong>
      <code>{address}</code>
      <div>
        <Button size="small" icon={<Icon name="copy" />} onClick={() => void copy(address)}>
          {t({ en: 'Copy the link', zh: '复制链接' })}
        </Button>
      </div>
      {framed ? (
        <>
          <pre>{frame}</pre>
          <div>
            <Button size="small" icon={<Icon name="copy" />} onClick={() => void copy(frame)}>
              {t({ en: 'Copy the embed code', zh: '复制嵌入代码' })}
            </Button>
          </div>
        </>
      ) : null}
    </div>
  )
}

const DAYS = [1, 7, 30, 90, 365] as const

function LinkForm({ dashboardId, onMade }: { dashboardId: string; onMade(link: Made, framed: boolean): void }) {
  const t = useText()
  const { message } = App.useApp()
  const create = useAct('dashboard.create_link')
  const [label, setLabel] = useState('')
  const [days, setDays] = useState<number>(30)
  const [communityIds, setCommunities] = useState<readonly string[]>([])
  const [origins, setOrigins] = useState<readonly string[]>([])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const link = await create.mutateAsync({
        id: dashboardId,
        label,
        days,
        frameOrigins: [...origins],
        ...(communityIds.length > 0 ? { communityIds: [...communityIds] } : {}),
      })
      onMade(link, origins.length > 0)
      setLabel('')
    } catch (error) {
      const { title, hint } = explainProblem(error, t)
      message.error([title, hint].filter(Boolean).join(' '))
    }
  }
  return (
    <form className="stack" onSubmit={(e) => void submit(e)}>
      <p className="soft">
        {t({
          en: 'Whoever has the link sees the numbers without signing in: no lists of people, no contact data, nothing to change.',
          zh: '持有链接者无需登录即可查看数据：不含成员名单与联系方式，也无法修改。',
        })}
      </p>
      <Field label={t({ en: 'For whom', zh: '分享对象' })}>
        {(id) => (
          <Input
            id={id}
            required
            value={label}
            maxLength={100}
            placeholder={t({ en: 'Board, partner, wall screen…', zh: '如：管理层、合作方、办公室大屏' })}
            onChange={(e) => setLabel(e.target.value)}
          />
        )}
      </Field>
      <Field label={t({ en: 'Valid for', zh: '有效期' })}>
        {(id) => (
          <Select
            id={id}
            value={days}
            options={DAYS.map((d) => ({ value: d, label: t({ en: d === 1 ? '1 day' : `${d} days`, zh: `${d} 天` }) }))}
            onChange={setDays}
          />
        )}
      </Field>
      <CommunitiesField value={communityIds} onChange={setCommunities} />
      <Field
        label={t({ en: 'Sites that may embed it', zh: '允许嵌入的站点' })}
        hint={t({
          en: 'Origins such as https://intranet.example.org; none: no embedding.',
          zh: '填写站点来源，如 https://intranet.example.org；不填则不允许嵌入。',
        })}
      >
        {(id) => (
          <Select
            id={id}
            mode="tags"
            maxCount={10}
            open={false}
            suffixIcon={null}
            tokenSeparators={[' ', ',']}
            value={[...origins]}
            onChange={(all: string[]) => setOrigins(all)}
          />
        )}
      </Field>
      <div>
        <Button type="primary" htmlType="submit" loading={create.isPending} disabled={!label.trim()}>
          {t({ en: 'Create a link', zh: '创建链接' })}
        </Button>
      </div>
    </form>
  )
}

function LinkList({ dashboardId }: { dashboardId: string }) {
  const t = useText()
  const format = useFormat()
  const nameOf = useActorName()
  const confirmed = useConfirmed()
  const links = useCall('dashboard.links', { id: dashboardId, limit: 100 })
  const revoke = useAct('dashboard.revoke_link')
  return (
    <section aria-label={t({ en: 'Links', zh: '分享链接' })}>
      <h3>{t({ en: 'Links', zh: '分享链接' })}</h3>
      <Answer of={links} rows={3}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="soft">{t({ en: 'No links yet.', zh: '还没有分享链接。' })}</p>
          ) : (
            <ul>
              {items.map((link) => (
                <li key={link.linkId} className="row share-item">
                  <div className="grow">
                    <strong>{link.label}</strong>{' '}
                    <span className={link.state === 'open' ? 'pill good' : 'pill'}>{t(STATES[link.state])}</span>
                    <div className="faint small">
                      {[
                        t({ en: `by ${nameOf(link.createdBy)}`, zh: `${nameOf(link.createdBy)}创建` }),
                        t({ en: `until ${format.day(link.expiresAt)}`, zh: `有效期至 ${format.day(link.expiresAt)}` }),
                        link.communities === null
                          ? t({ en: 'all its maker sees', zh: '创建者可见的全部数据' })
                          : t({ en: `${link.communities} communities`, zh: `限 ${link.communities} 个社群` }),
                        link.openedAt
                          ? t({ en: `opened ${format.ago(link.openedAt)}`, zh: `${format.ago(link.openedAt)}打开过` })
                          : t({ en: 'never opened', zh: '尚未打开' }),
                        ...link.frameOrigins,
                      ].join(' · ')}
                    </div>
                  </div>
                  {link.state === 'open' ? (
                    <Button
                      size="small"
                      onClick={() =>
                        void confirmed({
                          danger: true,
                          title: t({ en: `Revoke the link for “${link.label}”?`, zh: `撤销「${link.label}」的链接？` }),
                          consequence: t({
                            en: 'Whoever has it sees nothing from now on. It cannot be opened again.',
                            zh: '持有该链接的人将立即无法查看，且不可恢复。',
                          }),
                          ok: t({ en: 'Revoke', zh: '撤销' }),
                          act: () => revoke.mutateAsync({ linkId: link.linkId }),
                        })
                      }
                    >
                      {t({ en: 'Revoke', zh: '撤销' })}
                    </Button>
                  ) : null}
                </li>
              ))}
            </ul>
          )
        }
      </Answer>
    </section>
  )
}

const STATES = {
  open: { en: 'valid', zh: '有效' },
  expired: { en: 'expired', zh: '已过期' },
  revoked: { en: 'revoked', zh: '已撤销' },
} as const
