import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { PreferencesProvider, useText } from '#web/preferences.tsx'
import { Door } from './door/door.tsx'
import { FaultBoundary } from './fault-boundary.tsx'
import { Live } from './live.tsx'
import { matchPath, type Params, useAddress } from './route.ts'
import { loadAhead, type Screen } from './screen.ts'
import { screens } from './screens.ts'
import { MeProvider, useSignedIn } from './session.tsx'
import { Shell } from './shell/shell.tsx'
import { ButtonLink } from './ui/button.tsx'
import { Page } from './ui/page.tsx'
import { Empty, Failed, Waiting } from './ui/states.tsx'
import { ToastProvider } from './ui/toast.tsx'
import { wasSignedIn } from './was-signed-in.ts'

/** Answers stay fresh this long, so that going back to a screen shows it at once; events refresh it earlier. */
const FRESH_MS = 30_000

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      // What the server refused it will refuse again; only an unreachable or busy server is asked once more.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ProblemAnswer) || error.status === 0 || error.status === 503),
    },
    // Offline, a press is refused at once and said to be, instead of waiting unseen.
    mutations: { networkMode: 'always' },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ProblemAnswer && error.status === 401 && query.queryKey[0] !== 'member.me')
        void client.invalidateQueries({ queryKey: ['member.me'] })
    },
  }),
})

export function Portal() {
  return (
    <PreferencesProvider>
      <QueryClientProvider client={client}>
        <ToastProvider>
          <FaultBoundary>
            <Gate />
          </FaultBoundary>
        </ToastProvider>
      </QueryClientProvider>
    </PreferencesProvider>
  )
}

/** The way in; kept in place of what needs a member, so that its address is where one comes out. */
const SIGN_IN = '/sign-in'
const signIn = screens.find((s) => s.path === SIGN_IN)

function Gate() {
  const { path } = useAddress()
  const signedIn = useSignedIn()
  useEffect(() => {
    const idle = window.requestIdleCallback ?? setTimeout
    idle(() => void loadAhead())
  }, [])
  const found = findScreen(path)
  const me = signedIn.data ?? null
  // Who was never here is not kept waiting for the answer that they are not signed in.
  const unsure = signedIn.isPending && wasSignedIn()
  if (signedIn.error && !me)
    return (
      <Shell>
        <Failed error={signedIn.error} retry={() => void signedIn.refetch()} />
      </Shell>
    )
  if (!me && !unsure && signIn && (!found?.screen.open || found.screen.path === SIGN_IN))
    return <Door SignIn={signIn.Component} />
  return (
    <MeProvider me={me}>
      {me && <Live />}
      <Shell>
        <FaultBoundary resetKey={path}>
          {unsure ? <Waiting /> : found ? <Shown {...found} /> : <Nowhere />}
        </FaultBoundary>
      </Shell>
    </MeProvider>
  )
}

const Shown = ({ screen, params }: { screen: Screen; params: Params }) => <screen.Component params={params} />

function findScreen(path: string): { screen: Screen; params: Params } | null {
  for (const screen of screens) {
    const params = matchPath(screen.path, path)
    if (params) return { screen, params }
  }
  return null
}

function Nowhere() {
  const t = useText()
  return (
    <Page title={t({ en: 'Nothing here', zh: '页面不存在' })}>
      <Empty
        icon="leaf"
        title={t({ en: 'There is nothing at this address', zh: '这里没有内容' })}
        hint={t({ en: 'The link may be old or mistyped.', zh: '链接可能已失效或输入有误。' })}
        action={<ButtonLink to="/">{t({ en: 'Go home', zh: '回到首页' })}</ButtonLink>}
      />
    </Page>
  )
}
