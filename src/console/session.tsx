import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo } from 'react'
import { call, type Output, ProblemAnswer, request } from '#web/api.ts'
import type { Catalog } from '#web/catalog.ts'
import { useText } from '#web/preferences.tsx'

interface SignedIn {
  me: Output<'operator.me'>
  brand: Output<'brand.get'>
  catalog: Catalog
}

interface Session {
  operatorId: string
  name: string
  email: string
  brandName: string
  brand: Output<'brand.get'>
  me: Output<'operator.me'>
  /** Whether this operator holds a right; everybody signed in holds `null`. */
  may(right: string | null): boolean
  signOut(): void
}

const SessionContext = createContext<Session | null>(null)
const SESSION_KEY = ['operator.me', 'session'] as const

/** Who is signed in, where, and what the server offers; null when nobody is. */
export function useSignedIn() {
  const client = useQueryClient()
  return useQuery<SignedIn | null, ProblemAnswer>({
    queryKey: SESSION_KEY,
    queryFn: async ({ signal }) => {
      try {
        const [me, brand, catalog] = await Promise.all([
          call('operator.me', {}, { signal }),
          call('brand.get', {}, { signal }),
          request('/api/catalog', { signal }).then((answer) => answer.json() as Promise<Catalog>),
        ])
        client.setQueryData(['catalog'], catalog)
        return { me, brand, catalog }
      } catch (error) {
        if (error instanceof ProblemAnswer && error.status === 401) return null
        throw error
      }
    },
    staleTime: 300_000,
  })
}

export function useSignInAgain() {
  const client = useQueryClient()
  return () => client.invalidateQueries({ queryKey: SESSION_KEY })
}

export function SessionProvider({ signedIn, children }: { signedIn: SignedIn; children: ReactNode }) {
  const client = useQueryClient()
  const t = useText()
  const session = useMemo((): Session => {
    const { me, brand, catalog } = signedIn
    const role = me.role
    const rights = new Set(catalog.rights.filter((r) => role && r.roles.includes(role)).map((r) => r.name))
    return {
      operatorId: me.id,
      name: me.name,
      email: me.email ?? '',
      brandName: t(brand.name),
      brand,
      me,
      may: (right) => right === null || role === 'owner' || rights.has(right),
      signOut: () =>
        void call('operator.logout', {}).finally(() => {
          client.clear()
          location.assign('/console/')
        }),
    }
  }, [signedIn, client, t])
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('nobody is signed in here')
  return session
}
