import { Button, Input } from 'antd'
import { type FormEvent, useEffect, useState } from 'react'
import { call, ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { explainProblem } from '../explain-problem.ts'
import { Field } from '../field.tsx'
import { useSignInAgain } from '../session.tsx'
import { Door } from './door.tsx'

export function SignIn() {
  const t = useText()
  const again = useSignInAgain()
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState<string | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const title = t({ en: 'Sign in', zh: '登录运营后台' })

  useEffect(() => {
    document.title = `${title} · Banyan`
  }, [title])

  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    try {
      await call('operator.login', { email, password, ...(code ? { code } : {}) })
      await again()
    } catch (problem) {
      if (problem instanceof ProblemAnswer && problem.code === 'operator.code_needed') setCode('')
      else setError(problem)
    } finally {
      setBusy(false)
    }
  }

  return (
    <Door
      title={title}
      hint={t({ en: 'For those who run the communities.', zh: '面向社群经理、内容运营、客服等运营人员。' })}
    >
      <form onSubmit={(e) => void submit(e)}>
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
        <Field label={t({ en: 'Password', zh: '密码' })}>
          {(id) => (
            <Input
              id={id}
              size="large"
              type="password"
              autoComplete="current-password"
              required
              value={password}
              maxLength={256}
              onChange={(e) => setPassword(e.target.value)}
            />
          )}
        </Field>
        {code === null ? null : (
          <Field label={t({ en: 'Code of your authenticator app', zh: '身份验证器动态码' })}>
            {(id) => (
              <Input
                id={id}
                size="large"
                autoFocus
                inputMode="numeric"
                autoComplete="one-time-code"
                required
                value={code}
                maxLength={40}
                onChange={(e) => setCode(e.target.value)}
              />
            )}
          </Field>
        )}
        <DoorError error={error} />
        <Button type="primary" size="large" htmlType="submit" loading={busy}>
          {t({ en: 'Sign in', zh: '登录' })}
        </Button>
      </form>
      <p className="faint small" style={{ marginTop: 14 }}>
        {t({
          en: 'Forgot your password? An owner can make you a link for a new one.',
          zh: '忘记密码？请联系所有者生成重设密码链接。',
        })}
      </p>
    </Door>
  )
}

export function DoorError({ error }: { error: unknown }) {
  const t = useText()
  if (!error) return null
  const { title, hint } = explainProblem(error, t)
  return (
    <p className="door-error" role="alert">
      {title}
      {hint ? ` ${hint}` : ''}
    </p>
  )
}
