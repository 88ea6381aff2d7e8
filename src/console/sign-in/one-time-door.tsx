import { Button, Input } from 'antd'
import { type FormEvent, useState } from 'react'
import { call, ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { Field } from '../field.tsx'
import { Door } from './door.tsx'
import type { OneTime } from './door-of.ts'
import { DoorError } from './sign-in.tsx'

/** NIST 800-63B: a password that stands alone has 15 characters and more, and no rules about its signs. */
const LEAST = 15

/** The first owner's account, an invitation, or a new password. */
export function OneTimeDoor({ kind, token }: OneTime) {
  const t = useText()
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const setup = kind === 'setup'

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      if (setup) await call('operator.setup', { token, email, password, name })
      else await call('operator.accept_invitation', { token, password, ...(name ? { name } : {}) })
      location.assign('/console/')
    } catch (problem) {
      setError(problem)
      setBusy(false)
    }
  }

  return (
    <Door
      title={setup ? t({ en: 'Welcome to Banyan', zh: '欢迎使用榕' }) : t({ en: 'Your account', zh: '设置您的账号' })}
      hint={
        setup
          ? t({
              en: 'Create the owner account. The owner may do everything.',
              zh: '创建所有者账号，所有者拥有全部权限。',
            })
          : t({ en: 'Choose a password to take up the invitation.', zh: '设置密码以接受邀请或完成密码重设。' })
      }
    >
      <form onSubmit={(e) => void submit(e)}>
        {setup ? (
          <Field label={t({ en: 'E-mail', zh: '邮箱' })}>
            {(id) => (
              <Input
                id={id}
                size="large"
                type="email"
                autoComplete="username"
                required
                value={email}
                maxLength={254}
                onChange={(e) => setEmail(e.target.value)}
              />
            )}
          </Field>
        ) : null}
        <Field label={t({ en: 'Your name', zh: '姓名' })}>
          {(id) => (
            <Input
              id={id}
              size="large"
              autoComplete="name"
              required={setup}
              value={name}
              maxLength={80}
              onChange={(e) => setName(e.target.value)}
            />
          )}
        </Field>
        <Field
          label={t({ en: 'Password', zh: '密码' })}
          hint={t({
            en: `At least ${LEAST} characters. A few words you can remember are better than signs you cannot.`,
            zh: `至少 ${LEAST} 个字符。好记的一句话比难记的符号更安全。`,
          })}
        >
          {(id) => (
            <Input
              id={id}
              size="large"
              type="password"
              autoComplete="new-password"
              required
              minLength={LEAST}
              value={password}
              maxLength={256}
              onChange={(e) => setPassword(e.target.value)}
            />
          )}
        </Field>
        <DoorError error={error} />
        {error instanceof ProblemAnswer && error.code === 'operator.link_invalid' ? (
          <a href="/console/">{t({ en: 'Go to the sign-in page', zh: '前往登录页' })}</a>
        ) : null}
        <Button type="primary" size="large" htmlType="submit" loading={busy}>
          {setup ? t({ en: 'Create account', zh: '创建账号' }) : t({ en: 'Save and sign in', zh: '保存并登录' })}
        </Button>
      </form>
    </Door>
  )
}
