// The room of accounts: registration, log-in, sessions, API keys, invitations, administration, and what is counted
// against guessing. Everything is in the store, so that several servers are one.
export { hasAdmin, isLastAdmin, logIn, passwordFits, register, setPassword } from './accounts.ts';
export { accountsOf, adminAccount, changeAccount, deleteAccount, likeText } from './admin.ts';
export { sweepCounters } from './counters.ts';
export { eventsOf, note, sweepEvents } from './events.ts';
export { invitations, invite, sweepInvitations, uninvite } from './invitations.ts';
export { keyOwner, keysOf, makeKey, MOST_KEYS, revokeKey } from './keys.ts';
export {
  type Asker,
  beginSession,
  endSession,
  endSessionById,
  sessionOf,
  sessionsOf,
  sweepSessions,
} from './sessions.ts';
export { settingsOf, setSettings } from './settings.ts';
