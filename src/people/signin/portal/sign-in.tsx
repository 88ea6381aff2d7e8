import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useEffect, useState } from 'react'
import { useText } from '#web/preferences.tsx'
import { useAct } from '#web/use-call.ts'
import { navigate, ownPath, useAddress } from '../../../portal/route.ts'
import { useMe } from '../../../portal/session.tsx'
import { Button } from '../../../portal/ui/button.tsx'
import { Card } from '../../../portal/ui/card.tsx'
import { TextField } from '../../../portal/ui/field.tsx'
import { Refused } from '../../../portal/ui/states.tsx'
import styles from './sign-in.module.css'

/** First the mailbox, then the code that was sent there. */
export function SignIn() {
  const t = useText()
  const me = useMe()
  const { path, query } = useAddress()
  const [email, setEmail] = useState<string | null>(null)
  useEffect(() => {
    if (me && path === '/sign-in') navigate(ownPath(query.get('next')), { replace: true })
  }, [me, path, query])
  return (
    <Card
      title={email ? t({ en: 'Enter the code', zh: '输入验证码' }) : t({ en: 'Sign in or join', zh: '登录 / 注册' })}
    >
      {email ? <CodeForm email={email} back={() => setEmail(null)} /> : <EmailForm sent={setEmail} />}
    </Card>
  )
}

function EmailForm({ sent }: { sent: (email: string) => void }) {
  const t = useText()
  const request = useAct('signin.request_code')
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const email = String(new FormData(event.currentTarget).get('email')).trim()
    request.mutate({ email }, { onSuccess: () => sent(email) })
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <TextField
        label={t({ en: 'E-mail', zh: '邮箱' })}
        hint={t({
          en: 'We send you a code, no password needed. New here? Your account is made on the way.',
          zh: '我们会发送验证码，无需密码；新朋友验证后自动注册。',
        })}
        name="email"
        type="email"
        autoComplete="email"
        placeholder="name@example.com"
        maxLength={200}
        required
      />
      {request.error && <Refused error={request.error} />}
      <Button type="submit" wide busy={request.isPending}>
        {t({ en: 'Send code', zh: '获取验证码' })}
      </Button>
    </form>
  )
}

const DIGITS = 6
/** A mail needs its time; asking again sooner only makes the first code worthless. */
const PAUSE_SECONDS = 60

function CodeForm({ email, back }: { email: string; back: () => void }) {
  const t = useText()
  const client = useQueryClient()
  const { path } = useAddress()
  const [code, setCode] = useState('')
  const again = useAct('signin.request_code')
  const wait = useCountdown(PAUSE_SECONDS, again.submittedAt)
  const verify = useAct('signin.verify', {
    onSuccess: () => client.invalidateQueries(),
  })
  const check = (digits: string) => {
    if (digits.length < DIGITS || verify.isPending) return
    const communityId = /^\/communities\/([\da-f-]{36})$/.exec(path)?.[1]
    verify.mutate({ email, code: digits, ...(communityId ? { communityId } : {}) }, { onError: () => setCode('') })
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        check(code)
      }}
    >
      <p className={styles.sent}>
        {t({ en: 'Sent to ', zh: '已发送至 ' })}
        <strong>{email}</strong>
        <button type="button" className={styles.change} onClick={back}>
          {t({ en: 'Change', zh: '更换' })}
        </button>
      </p>
      <div className={styles.code}>
        <TextField
          label={t({ en: 'Six-digit code', zh: '6 位验证码' })}
          hint={t({ en: 'Valid for 10 minutes.', zh: '10 分钟内有效。' })}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={DIGITS}
          autoFocus
          required
          value={code}
          onChange={(event) => {
            const digits = event.target.value.replace(/\D/g, '').slice(0, DIGITS)
            setCode(digits)
            check(digits)
          }}
        />
      </div>
      {verify.error && <Refused error={verify.error} />}
      {again.error && <Refused error={again.error} />}
      <Button type="submit" wide busy={verify.isPending} disabled={code.length < DIGITS}>
        {t({ en: 'Sign in', zh: '登录' })}
      </Button>
      <Button tone="plain" wide disabled={wait > 0} busy={again.isPending} onClick={() => again.mutate({ email })}>
        {wait > 0
          ? t({ en: `Send again in ${wait} s`, zh: `${wait} 秒后可重新发送` })
          : t({ en: 'Send again', zh: '重新发送' })}
      </Button>
    </form>
  )
}

/** Seconds left, counted anew whenever `since` changes. */
function useCountdown(seconds: number, since: number): number {
  const [left, setLeft] = useState(seconds)
  // biome-ignore lint/correctness/useExhaustiveDependencies: `since` is what starts it again
  useEffect(() => {
    setLeft(seconds)
    const timer = setInterval(() => setLeft((n) => Math.max(0, n - 1)), 1000)
    return () => clearInterval(timer)
  }, [seconds, since])
  return left
}
