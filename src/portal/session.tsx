import { useQuery } from '@tanstack/react-query'
import { createContext, type ReactNode, use } from 'react'
import { call, type Output, ProblemAnswer } from '#web/api.ts'
import { rememberSignedIn } from './was-signed-in.ts'

export type Me = Output<'member.me'>

/** The member who is signed in, null when nobody is; undefined while that is not known. */
export function useSignedIn() {
  return useQuery<Me | null>({
    queryKey: ['member.me', {}],
    queryFn: async ({ signal }) => {
      try {
        const me = await call('member.me', {}, { signal })
        rememberSignedIn(true)
        return me
      } catch (error) {
        if (!(error instanceof ProblemAnswer && error.status === 401)) throw error
        rememberSignedIn(false)
        return null
      }
    },
  })
}

const MeContext = createContext<Me | null>(null)

export const MeProvider = ({ me, children }: { me: Me | null; children: ReactNode }) => (
  <MeContext value={me}>{children}</MeContext>
)

/** The member, or null on a screen that is open to everybody. */
export const useMe = () => use(MeContext)
