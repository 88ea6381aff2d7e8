const KEY = 'banyan.member'

/** Whether this browser was signed in when it was last here: the cookie itself is not ours to read. */
export const wasSignedIn = () => localStorage.getItem(KEY) !== null

export function rememberSignedIn(isSignedIn: boolean): void {
  if (isSignedIn) localStorage.setItem(KEY, '1')
  else localStorage.removeItem(KEY)
}
