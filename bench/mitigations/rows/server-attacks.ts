// What is tried against the server for many people, with the test of each.
import type { Attack } from '../types.ts';

const ATTACKS = 'platform/server/attacks.test.ts';
const LIMITS = 'platform/server/limits.test.ts';
const ACCOUNTS = 'platform/accounts/accounts.test.ts';

export const NO_COOKIE: Attack = {
  stride: 'E',
  threat: 'who has no account reads or changes what accounts have',
  test: [ATTACKS, 'no cookie: every route is closed, however its address is written'],
};
export const OTHERS: Attack = {
  stride: 'I',
  threat: 'an account reads, changes or deletes what is another’s',
  test: [ATTACKS, "another's id: nobody reads, changes or deletes what is not his"],
};
export const KEYS: Attack = {
  stride: 'S',
  threat: 'an account ends keys and sessions of another',
  test: [ATTACKS, "another's keys and sessions cannot be ended"],
};
export const ADMIN: Attack = {
  stride: 'E',
  threat: 'an account, or a key, does what is for administrators',
  test: [ATTACKS, 'an administrator’s routes are for administrators, and for no key'],
};
export const CSRF: Attack = {
  stride: 'S',
  threat: 'a page of another site has a signed-in browser change something',
  test: [ATTACKS, 'CSRF: what changes something needs the token of its own session'],
};
export const ORIGIN: Attack = {
  stride: 'S',
  threat: 'a page of another origin asks in the name of who is signed in',
  test: [ATTACKS, 'wrong origin: no page of another site asks, log-in included'],
};
export const HOST: Attack = {
  stride: 'S',
  threat: 'somebody’s DNS name that points at the server makes another page its own (rebinding)',
  test: [ATTACKS, 'wrong host: a name that somebody’s DNS points here is not answered'],
};
export const FIXATION: Attack = {
  stride: 'S',
  threat: 'a cookie that was planted before the log-in is signed in by it',
  test: [ATTACKS, 'session fixation: a cookie from before the log-in is worth nothing after it'],
};
export const ENDED: Attack = {
  stride: 'S',
  threat: 'a stolen session or key lives on after log-out, new password or the account’s end',
  test: [ATTACKS, 'a log-out, a new password and a disabled account end sessions and keys'],
};
export const BRUTE: Attack = {
  stride: 'S',
  threat: 'passwords of one name are guessed',
  test: [ATTACKS, 'brute force: a name is locked after ten guesses, whatever addresses a header tells'],
};
export const PATHS: Attack = {
  stride: 'T',
  threat: 'a name or an address leads out of its folder',
  test: [ATTACKS, 'path traversal: no address and no name leads out of its folder'],
};
export const OVERSIZED: Attack = {
  stride: 'D',
  threat: 'heads, bodies and fields without bounds',
  test: [ATTACKS, 'oversized: heads, bodies and fields are bounded'],
};
export const MASS: Attack = {
  stride: 'T',
  threat: 'a field that nobody asked for changes what a request means',
  test: [ATTACKS, 'mass assignment: what is not in a shape is refused, and so is what poisons objects'],
};
export const SOCKETS: Attack = {
  stride: 'S',
  threat: 'a socket attaches where none is meant',
  test: [ATTACKS, 'WebSocket: nothing attaches, with a session and without'],
};
export const ATTACHED: Attack = {
  stride: 'S',
  threat: 'somebody else attaches to a window of an account',
  test: [
    'platform/window/window.test.ts',
    'nobody attaches without a secret, from another page, with another window, with a link that was used',
  ],
};
export const XSS: Attack = {
  stride: 'T',
  threat: 'a text of a capture or an account becomes a page that runs',
  test: [ATTACKS, 'XSS: every text comes back as it went, as JSON that no browser takes for a page'],
};
export const REDIRECT: Attack = {
  stride: 'S',
  threat: 'an answer leads a browser to another site',
  test: [ATTACKS, 'open redirect: no answer leads anywhere else'],
};
export const CACHES: Attack = {
  stride: 'I',
  threat: 'a cache keeps what belongs to an account, or gives it to another',
  test: [ATTACKS, 'caches: nothing of an account is kept, files that never change are'],
};
export const LINK: Attack = {
  stride: 'I',
  threat: 'a link to share shows more, longer, or to more than was meant',
  test: [ATTACKS, 'a link shows one capture to read, until it is revoked or over, and nothing beside it'],
};
export const FAULT: Attack = {
  stride: 'I',
  threat: 'an error tells what the server is made of',
  test: [ATTACKS, 'a fault tells nobody what it was; the log has it'],
};
export const DRIP: Attack = {
  stride: 'D',
  threat: 'a body that drips holds a place for ever',
  test: [
    LIMITS,
    'a body that drips is ended with a sentence and leaves nothing; one that comes slowly enough is taken',
  ],
};
export const HEAD: Attack = {
  stride: 'D',
  threat: 'a head that never ends holds a connection for ever',
  test: [LIMITS, 'a head that does not end is closed'],
};
export const LARGE: Attack = {
  stride: 'D',
  threat: 'an upload fills the disk',
  test: [LIMITS, 'a body that is too large is refused in its middle, with its length and without, and leaves nothing'],
};
export const ROOM: Attack = {
  stride: 'D',
  threat: 'uploads at once take more room than an account has',
  test: [LIMITS, 'uploads at once get no more room than one after the other'],
};
export const RATE: Attack = {
  stride: 'D',
  threat: 'one address asks without end',
  test: [LIMITS, 'too many requests of one address are refused, those that are refused for another reason too'],
};
export const TLS: Attack = {
  stride: 'I',
  threat: 'a cookie travels without TLS, or to another host',
  test: [LIMITS, 'with TLS the cookie is this host’s alone and never goes without it'],
};
export const PLAIN: Attack = {
  stride: 'S',
  threat: 'a script or another site uses the session’s cookie',
  test: [LIMITS, 'without TLS the cookie is HttpOnly and SameSite, and named after its port'],
};
export const PROXY: Attack = {
  stride: 'S',
  threat: 'a client says whose address it has',
  test: [LIMITS, 'behind a proxy addresses are those that the proxy saw, and not what a client says'],
};
export const CSV: Attack = {
  stride: 'T',
  threat: 'a download runs in a spreadsheet or a browser',
  test: [LIMITS, 'CSV injection: no cell of a download begins a formula'],
};
export const NEWS: Attack = {
  stride: 'I',
  threat: 'news of captures reach another account',
  test: [LIMITS, 'news of captures reach their account and no other'],
};
export const GONE: Attack = {
  stride: 'I',
  threat: 'what an account had stays when it goes',
  test: [LIMITS, 'an account that goes takes its bytes, notes and keys along; the last administrator stays'],
};
export const LOGIN: Attack = {
  stride: 'I',
  threat: 'log-in tells which names there are',
  test: [
    ACCOUNTS,
    'log-in takes the right password; a wrong one, an unknown name and a disabled account are told alike',
  ],
};
export const SESSIONS: Attack = {
  stride: 'S',
  threat: 'a cookie is good for ever',
  test: [
    ACCOUNTS,
    'a session is found by its cookie only, ends by disuse and age, and the one before it ends at log-in',
  ],
};
export const ADDRESS: Attack = {
  stride: 'S',
  threat: 'one address tries many names',
  test: [ACCOUNTS, 'one address that tries many names is locked too'],
};
export const TIME: Attack = {
  stride: 'I',
  threat: 'the time of a log-in tells which names there are',
  test: [ACCOUNTS, 'an unknown name takes as long as a known one'],
};
export const INVITED: Attack = {
  stride: 'S',
  threat: 'an invitation is used twice',
  test: [ACCOUNTS, 'registration by invitation takes one that is good, once, however many try'],
};
export const READERS: Attack = {
  stride: 'D',
  threat: 'who takes nothing of what was asked for holds connections, files and memory for ever',
  test: [
    LIMITS,
    'whoever takes nothing of a download is ended; who takes it late, and who has nothing to take, is not',
  ],
};
export const WAITING: Attack = {
  stride: 'D',
  threat: 'whoever has one link keeps the downloads of all others waiting',
  test: [
    'platform/queue/downloads.test.ts',
    'who asks and goes keeps nobody waiting, and one capture no more than its part',
  ],
};
export const NAMES: Attack = {
  stride: 'I',
  threat: 'names of accounts are asked at the registration',
  test: [ATTACKS, 'names: who is not invited does not learn which there are'],
};
export const LOCKING: Attack = {
  stride: 'D',
  threat: 'one address locks every name',
  test: [ATTACKS, 'brute force: an address that is locked itself locks no more names'],
};
export const BOARD: Attack = {
  stride: 'E',
  threat: 'a key of an administrator administers',
  test: [ATTACKS, 'the board: a key of an administrator deletes no note of others'],
};
export const GUEST: Attack = {
  stride: 'I',
  threat: 'whoever has a link hears what the owner looks for, or where the server keeps captures',
  test: [
    'platform/window/window.test.ts',
    'who comes by a link hears nothing of what the owner looks for, and of no folder',
  ],
};
export const STILL: Attack = {
  stride: 'D',
  threat: 'a refused body that stands still or breaks off ends the server',
  test: [LIMITS, 'a refused body that stands still or breaks off ends nobody'],
};
