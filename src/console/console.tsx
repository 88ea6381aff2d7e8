import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { App, ConfigProvider } from 'antd'
import { type ReactNode, useMemo } from 'react'
import { ProblemAnswer } from '#web/api.ts'
import { PreferencesProvider, usePreferences } from '#web/preferences.tsx'
import { ANTD_LOCALES } from './antd-locale.ts'
import { antdThemeOf } from './antd-theme.ts'
import { FaultBoundary } from './fault-boundary.tsx'
import { lazily } from './page.ts'
import { openPageAt } from './pages.ts'
import { router } from './router.tsx'
import { SessionProvider, useSignedIn } from './session.tsx'
import { doorOf } from './sign-in/door-of.ts'
import { Failed, Loading } from './states.tsx'

/** Answers stay fresh this long, so that going back to a page shows it at once. */
const FRESH_MS = 15_000

const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: FRESH_MS,
      refetchOnWindowFocus: false,
      // What the server refused it will refuse again; only an unreachable or busy server is asked once more.
      retry: (count, error) =>
        count < 2 && (!(error instanceof ProblemAnswer) || error.status === 0 || error.status === 503),
    },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      if (error instanceof ProblemAnswer && error.status === 401 && query.queryKey[0] !== 'operator.me')
        void client.invalidateQueries({ queryKey: ['operator.me'] })
    },
  }),
})

const Nothing = () => null
const SignIn = lazily(() => import('./sign-in/sign-in.tsx'), 'SignIn', Nothing)
const OneTimeDoor = lazily(() => import('./sign-in/one-time-door.tsx'), 'OneTimeDoor', Nothing)

export function Console() {
  return (
    <PreferencesProvider>
      <QueryClientProvider client={client}>
        <Dressed>
          <FaultBoundary>
            <Gate />
          </FaultBoundary>
        </Dressed>
      </QueryClientProvider>
    </PreferencesProvider>
  )
}

function Dressed({ children }: { children: ReactNode }) {
  const { locale, theme } = usePreferences()
  const antd = useMemo(() => antdThemeOf(theme), [theme])
  return (
    <ConfigProvider theme={antd} locale={ANTD_LOCALES[locale]} button={{ autoInsertSpace: false }}>
      <App component={false}>{children}</App>
    </ConfigProvider>
  )
}

/** One-time links open a door of their own. */
function Gate() {
  const open = openPageAt(location.pathname)
  if (open) return <open.Component />
  const door = doorOf(location)
  return door ? <OneTimeDoor {...door} /> : <House />
}

/** Nobody signed in: the door. Somebody: the house. */
function House() {
  const signedIn = useSignedIn()
  if (signedIn.data) {
    return (
      <SessionProvider signedIn={signedIn.data}>
        <RouterProvider router={router} />
      </SessionProvider>
    )
  }
  if (signedIn.data === null) return <SignIn />
  return (
    <div style={{ maxWidth: 420, margin: '22vh auto 0', padding: 16 }}>
      {signedIn.error ? <Failed error={signedIn.error} retry={() => void signedIn.refetch()} /> : <Loading rows={3} />}
    </div>
  )
}
