import { useQuery, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, use, useMemo } from 'react'
import { call, type Output, ProblemAnswer } from '#web/api.ts'

type Me = Output<'operator.me'>

interface Session {
  operatorId: string
  name: string
  email: string
  brandName: string
  me: Me
  /** Whether this operator holds a right; everybody signed in holds `null`. */
  may(right: string | null): boolean
  signOut(): void
}

const SessionContext = createContext<Session | null>(null)

/** Who is signed in; null when nobody is. */
export function useMe() {
  return useQuery<Me | null, ProblemAnswer>({
    queryKey: ['operator.me'],
    queryFn: ({ signal }) =>
      call('operator.me', {}, { signal }).catch((error: unknown) => {
        if (error instanceof ProblemAnswer && error.status === 401) return null
        throw error
      }),
    staleTime: 60_000,
  })
}

export function SessionProvider({ me, children }: { me: Me; children: ReactNode }) {
  const client = useQueryClient()
  const session = useMemo((): Session => {
    const rights = new Set(me.rights)
    return {
      operatorId: me.id,
      name: me.name,
      email: me.email,
      brandName: me.brand.name,
      me,
      may: (right) => right === null || rights.has(right),
      signOut: () =>
        void call('operator.sign_out', {}).finally(() => {
          client.clear()
          location.assign('/console/')
        }),
    }
  }, [me, client])
  return <SessionContext value={session}>{children}</SessionContext>
}

export function useSession(): Session {
  const session = use(SessionContext)
  if (!session) throw new Error('nobody is signed in here')
  return session
}
