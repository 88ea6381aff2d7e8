// Who runs the place: accounts, sessions, roles and scopes, API keys, and the log of what they did.
import { eraseAudit, mergeAudit, unmergeAudit } from '#platform/audit'
import { acceptInvitation, changePassword, login, me, setup } from './account.ts'
import { find } from './audit-trail.ts'
import { capability, plain } from './declare.ts'
import * as firstOwner from './first-owner.ts'
import { create, list as keys, revoke } from './key.ts'
import { authenticate, endSession, logout, sessions } from './session.ts'
import { invite, list, resetPassword, update } from './staff.ts'
import { standingOf } from './standing.ts'
import { beginTotp, confirmTotp, disableTotp } from './totp.ts'

export const { ensureOwner, setupLink } = firstOwner
export { standingOf }

export const operator = capability({
  actions: [
    setup,
    acceptInvitation,
    login,
    logout,
    changePassword,
    beginTotp,
    confirmTotp,
    disableTotp,
    endSession,
    invite,
    update,
    resetPassword,
    create,
    revoke,
  ],
  queries: [me, sessions, list, keys, find],
  authenticate,
  onMerge: (db, { keepId, mergeId }) => mergeAudit(plain(db), keepId, mergeId),
  onUnmerge: (db, { mergeId }, auditIds: readonly number[]) => unmergeAudit(plain(db), mergeId, auditIds),
  onErase: (db, memberId) => eraseAudit(plain(db), memberId),
})
