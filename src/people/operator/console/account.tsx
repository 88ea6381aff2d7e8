import { App, Button, Input, QRCode } from 'antd'
import { type FormEvent, useState } from 'react'
import { useFormat } from '#web/format.ts'
import { useText } from '#web/preferences.tsx'
import { useAct, useCall } from '#web/use-call.ts'
import { Field } from '../../../console/field.tsx'
import { PageHead } from '../../../console/page-head.tsx'
import { useSession, useSignInAgain } from '../../../console/session.tsx'
import { Answer, Failed } from '../../../console/states.tsx'
import { ROLE_TITLES } from './roles.ts'
import { ScopeText } from './scope-field.tsx'
import './account.css'

/** One's own password, second factor and open sessions. */
export function Account() {
  const t = useText()
  const { me } = useSession()
  return (
    <>
      <PageHead
        title={t({ en: 'Your account', zh: '我的账号' })}
        hint={
          <>
            {me.name} · {me.email} · {me.role ? t(ROLE_TITLES[me.role]) : ''} · <ScopeText scope={me.scope} />
          </>
        }
      />
      <div className="account">
        <PasswordCard />
        <TwoStepCard />
        <SessionsCard />
      </div>
    </>
  )
}

function PasswordCard() {
  const t = useText()
  const { message } = App.useApp()
  const change = useAct('operator.change_password')
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate(
      { current, password },
      {
        onSuccess: ({ endedSessions }) => {
          setCurrent('')
          setPassword('')
          message.success(
            t({
              en: `Password changed. ${endedSessions} other sessions were signed out.`,
              zh: `密码已修改，其他 ${endedSessions} 处登录已退出。`,
            }),
          )
        },
      },
    )
  }
  return (
    <section className="card">
      <header>
        <h2>{t({ en: 'Password', zh: '修改密码' })}</h2>
      </header>
      <form className="stack" onSubmit={submit}>
        <Field label={t({ en: 'Present password', zh: '当前密码' })}>
          {(id) => (
            <Input
              id={id}
              type="password"
              autoComplete="current-password"
              value={current}
              maxLength={256}
              required
              onChange={(e) => setCurrent(e.target.value)}
            />
          )}
        </Field>
        <Field label={t({ en: 'New password', zh: '新密码' })}>
          {(id) => (
            <Input
              id={id}
              type="password"
              autoComplete="new-password"
              value={password}
              maxLength={256}
              required
              onChange={(e) => setPassword(e.target.value)}
            />
          )}
        </Field>
        {change.error ? <Failed compact error={change.error} /> : null}
        <div>
          <Button htmlType="submit" loading={change.isPending} disabled={!current || !password}>
            {t({ en: 'Change password', zh: '修改密码' })}
          </Button>
        </div>
      </form>
    </section>
  )
}

function TwoStepCard() {
  const t = useText()
  const { me } = useSession()
  const again = useSignInAgain()
  const begin = useAct('operator.begin_totp')
  const confirm = useAct('operator.confirm_totp')
  const disable = useAct('operator.disable_totp')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const error = confirm.error ?? begin.error ?? disable.error
  const codes = confirm.data?.recoveryCodes

  const submit = (event: FormEvent) => {
    event.preventDefault()
    const after = {
      onSuccess: () => {
        setPassword('')
        setCode('')
      },
    }
    if (me.totp) disable.mutate({ password, code }, { onSuccess: () => void again() })
    else if (begin.data) confirm.mutate({ code }, after)
    else begin.mutate({ password }, after)
  }
  return (
    <section className="card">
      <header>
        <div className="grow">
          <h2>{t({ en: 'Two-step sign-in', zh: '两步验证' })}</h2>
          {me.totp ? (
            <span className="pill good">{t({ en: 'on', zh: '已开启' })}</span>
          ) : (
            <span className="pill">{t({ en: 'off', zh: '未开启' })}</span>
          )}
        </div>
      </header>
      {codes ? (
        <div className="stack tight">
          <p>
            {t({
              en: 'It is on. Keep these recovery codes; each opens once when your phone is lost.',
              zh: '已开启。请妥善保存以下恢复码，手机丢失时每个可使用一次。',
            })}
          </p>
          <pre className="account-codes">{codes.join('\n')}</pre>
          <Button onClick={() => void again()}>{t({ en: 'I have kept them', zh: '我已保存' })}</Button>
        </div>
      ) : (
        <form className="stack" onSubmit={submit}>
          {begin.data && !me.totp ? (
            <>
              <p className="soft">{t({ en: 'Scan with your authenticator app.', zh: '请用身份验证器扫描二维码。' })}</p>
              <QRCode value={begin.data.uri} size={148} bordered={false} color="#000" bgColor="#fff" />
              <code className="faint">{begin.data.secret}</code>
            </>
          ) : (
            <Field label={t({ en: 'Your password', zh: '登录密码' })}>
              {(id) => (
                <Input
                  id={id}
                  type="password"
                  autoComplete="current-password"
                  value={password}
                  maxLength={256}
                  required
                  onChange={(e) => setPassword(e.target.value)}
                />
              )}
            </Field>
          )}
          {begin.data || me.totp ? (
            <Field label={t({ en: 'Code', zh: '动态码' })}>
              {(id) => (
                <Input
                  id={id}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  value={code}
                  maxLength={40}
                  required
                  onChange={(e) => setCode(e.target.value)}
                />
              )}
            </Field>
          ) : null}
          {error ? <Failed compact error={error} /> : null}
          <div>
            <Button
              htmlType="submit"
              danger={me.totp}
              loading={begin.isPending || confirm.isPending || disable.isPending}
            >
              {me.totp ? t({ en: 'Switch off', zh: '关闭两步验证' }) : t({ en: 'Set up', zh: '开启两步验证' })}
            </Button>
          </div>
        </form>
      )}
    </section>
  )
}

function SessionsCard() {
  const t = useText()
  const format = useFormat()
  const sessions = useCall('operator.sessions', {})
  const end = useAct('operator.end_session')
  return (
    <section className="card account-sessions">
      <header>
        <h2>{t({ en: 'Where you are signed in', zh: '登录设备' })}</h2>
      </header>
      <Answer of={sessions}>
        {({ items }) => (
          <ul className="stack tight">
            {items.map((s) => (
              <li key={s.sessionId} className="row between">
                <span>
                  <code>{s.address}</code>{' '}
                  <span className="soft">
                    {t({ en: `active ${format.ago(s.seenAt)}`, zh: `${format.ago(s.seenAt)}活跃` })}
                  </span>
                </span>
                {s.current ? (
                  <span className="pill good">{t({ en: 'this one', zh: '当前' })}</span>
                ) : (
                  <Button size="small" onClick={() => end.mutate({ sessionId: s.sessionId })}>
                    {t({ en: 'Sign out', zh: '退出' })}
                  </Button>
                )}
              </li>
            ))}
          </ul>
        )}
      </Answer>
    </section>
  )
}
