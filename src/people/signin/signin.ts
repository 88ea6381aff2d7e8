// Members sign in to the portal: a code by e-mail, then a session.

import { expire, requestCode, sendCode, verify } from './code.ts'
import { capability, completed } from './declare.ts'
import { authenticate, endSession, logout, mergeSessions, sessions, unmergeSessions } from './session.ts'

export const signin = capability({
  events: [completed],
  actions: [requestCode, verify, logout, endSession],
  queries: [sessions],
  jobs: [sendCode],
  timers: [expire],
  authenticate,
  onMerge: mergeSessions,
  onUnmerge: unmergeSessions,
  async onErase(db, memberId) {
    await db.deleteFrom('member_sessions').where('member_id', '=', memberId).execute()
  },
})
