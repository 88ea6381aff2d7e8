import { createRootRoute, createRoute, createRouter, Link, useRouterState } from '@tanstack/react-router'
import { Button } from 'antd'
import { ProblemAnswer } from '#web/api.ts'
import { useText } from '#web/preferences.tsx'
import { FaultBoundary } from './fault-boundary.tsx'
import type { Page } from './page.ts'
import { pages } from './pages.ts'
import { useSession } from './session.tsx'
import { Shell } from './shell/shell.tsx'
import { Empty, Failed, Loading } from './states.tsx'
import { parseSearch, stringifySearch } from './url-state.ts'

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound })

const routes = pages
  .filter((page) => !page.open)
  .map((page) =>
    createRoute({
      getParentRoute: () => rootRoute,
      path: page.path,
      // With its code loaded ahead, the page before stays until this one can be drawn; a failure shows when it is.
      component: Object.assign(() => <Guarded page={page} />, {
        preload: () => page.Component.preload().catch(() => undefined),
      }),
    }),
  )

export const router = createRouter({
  routeTree: rootRoute.addChildren(routes),
  basepath: '/console',
  parseSearch,
  stringifySearch,
  scrollRestoration: true,
  defaultPreload: 'intent',
  defaultPendingComponent: () => <Loading rows={8} />,
  defaultPendingMs: 300,
  defaultPendingMinMs: 0,
})

const DENIED = new ProblemAnswer(403, { code: 'access.denied' })

function Guarded({ page }: { page: Page }) {
  const { may } = useSession()
  const path = useRouterState({ select: (s) => s.location.pathname })
  if (!may(page.needs)) return <Failed error={DENIED} />
  return (
    <FaultBoundary resetKey={path}>
      <page.Component />
    </FaultBoundary>
  )
}

function NotFound() {
  const t = useText()
  return (
    <Empty
      level="h1"
      title={t({ en: 'There is nothing at this address', zh: '该地址不存在' })}
      hint={t({ en: 'The link may be old or mistyped.', zh: '链接可能已失效或输入有误。' })}
      action={
        <Link to="/">
          <Button type="primary">{t({ en: 'Go to the overview', zh: '返回总览' })}</Button>
        </Link>
      }
    />
  )
}
