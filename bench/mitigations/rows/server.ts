// What keeps attackers out of the platform, each in one place, with the test that fails without it.

/** A text of a source and what stands there instead. */
interface Change {
  readonly file: string;
  readonly text: string;
  readonly by: string;
}

export interface Mitigation {
  readonly name: string;
  readonly changes: readonly Change[];
  /** A test file, and the name of the test in it. */
  readonly test: readonly [string, string];
}

const ATTACKS = 'platform/server/attacks.test.ts';
const LIMITS = 'platform/server/limits.test.ts';
const ACCOUNTS = 'platform/accounts/accounts.test.ts';
const GUARD = 'platform/server/guard.ts';
const SERVER = 'platform/server/server.ts';

const NO_COOKIE = [ATTACKS, 'no cookie: every route is closed, however its address is written'] as const;
const OTHERS = [ATTACKS, "another's id: nobody reads, changes or deletes what is not his"] as const;
const KEYS = [ATTACKS, "another's keys and sessions cannot be ended"] as const;
const ADMIN = [ATTACKS, 'an administrator’s routes are for administrators, and for no key'] as const;
const CSRF = [ATTACKS, 'CSRF: what changes something needs the token of its own session'] as const;
const ORIGIN = [ATTACKS, 'wrong origin: no page of another site asks, log-in included'] as const;
const HOST = [ATTACKS, 'wrong host: a name that somebody’s DNS points here is not answered'] as const;
const FIXATION = [ATTACKS, 'session fixation: a cookie from before the log-in is worth nothing after it'] as const;
const ENDED = [ATTACKS, 'a log-out, a new password and a disabled account end sessions and keys'] as const;
const BRUTE = [ATTACKS, 'brute force: a name is locked after ten guesses, whatever addresses a header tells'] as const;
const PATHS = [ATTACKS, 'path traversal: no address and no name leads out of its folder'] as const;
const OVERSIZED = [ATTACKS, 'oversized: heads, bodies and fields are bounded'] as const;
const MASS = [ATTACKS, 'mass assignment: what is not in a shape is refused, and so is what poisons objects'] as const;
const SOCKETS = [ATTACKS, 'WebSocket: nothing attaches, with a session and without'] as const;
const ATTACHED = [
  'platform/window/window.test.ts',
  'nobody attaches without a secret, from another page, with another window, with a link that was used',
] as const;
const XSS = [ATTACKS, 'XSS: every text comes back as it went, as JSON that no browser takes for a page'] as const;
const REDIRECT = [ATTACKS, 'open redirect: no answer leads anywhere else'] as const;
const CACHES = [ATTACKS, 'caches: nothing of an account is kept, files that never change are'] as const;
const LINK = [ATTACKS, 'a link shows one capture to read, until it is revoked or over, and nothing beside it'] as const;
const FAULT = [ATTACKS, 'a fault tells nobody what it was; the log has it'] as const;
const DRIP = [
  LIMITS,
  'a body that drips is ended with a sentence and leaves nothing; one that comes slowly enough is taken',
] as const;
const HEAD = [LIMITS, 'a head that does not end is closed'] as const;
const LARGE = [
  LIMITS,
  'a body that is too large is refused in its middle, with its length and without, and leaves nothing',
] as const;
const STILL = [LIMITS, 'a refused body that stands still or breaks off ends nobody'] as const;
const ROOM = [LIMITS, 'uploads at once get no more room than one after the other'] as const;
const RATE = [
  LIMITS,
  'too many requests of one address are refused, those that are refused for another reason too',
] as const;
const TLS = [LIMITS, 'with TLS the cookie is this host’s alone and never goes without it'] as const;
const PLAIN = [LIMITS, 'without TLS the cookie is HttpOnly and SameSite, and of this port'] as const;
const PROXY = [LIMITS, 'behind a proxy addresses are those that the proxy saw, and not what a client says'] as const;
const CSV = [LIMITS, 'CSV injection: no cell of a download begins a formula'] as const;
const NEWS = [LIMITS, 'news of captures reach their account and no other'] as const;
const GONE = [
  LIMITS,
  'an account that goes takes its bytes, notes and keys along; the last administrator stays',
] as const;
const LOGIN = [
  ACCOUNTS,
  'log-in takes the right password; a wrong one, an unknown name and a disabled account are told alike',
] as const;
const SESSIONS = [
  ACCOUNTS,
  'a session is found by its cookie only, ends by disuse and age, and the one before it ends at log-in',
] as const;
const ADDRESS = [ACCOUNTS, 'one address that tries many names is locked too'] as const;
const TIME = [ACCOUNTS, 'an unknown name takes as long as a known one'] as const;
const INVITED = [ACCOUNTS, 'registration by invitation takes one that is good, once, however many try'] as const;

function one(name: string, file: string, text: string, by: string, test: readonly [string, string]): Mitigation {
  return { name, changes: [{ file, text, by }], test };
}

export const MITIGATIONS: readonly Mitigation[] = [
  one(
    'a session is asked for',
    GUARD,
    "if (asker === null) throw new Refused('not-signed-in', say('not-signed-in'));",
    'if (asker === null) return;',
    NO_COOKIE,
  ),
  one(
    'routes are known by what answers, not by the address',
    GUARD,
    'return request.routeOptions.url?.startsWith(API) === true;',
    'return request.url.startsWith(API);',
    NO_COOKIE,
  ),
  one(
    'a route that says nothing is for accounts',
    GUARD,
    "return request.routeOptions.config.who ?? 'account';",
    "return request.routeOptions.config.who ?? 'anyone';",
    NO_COOKIE,
  ),
  one(
    'a capture is its owner’s',
    GUARD,
    "'SELECT id FROM captures WHERE id = $1 AND owner = $2'",
    "'SELECT id FROM captures WHERE id = $1 AND $2 = $2'",
    OTHERS,
  ),
  one(
    'a note of the board is its author’s',
    'platform/team/notes.ts',
    '(author = $2 OR $3 = 1)',
    '($2 = $2 OR $3 = 1)',
    OTHERS,
  ),
  one(
    'an API key is its account’s',
    'platform/accounts/keys.ts',
    "'DELETE FROM keys WHERE account = $1 AND id = $2'",
    "'DELETE FROM keys WHERE account <> $1 AND id = $2'",
    KEYS,
  ),
  one(
    'a session is its account’s',
    'platform/accounts/sessions.ts',
    "'DELETE FROM sessions WHERE account = $1 AND id = $2'",
    "'DELETE FROM sessions WHERE account <> $1 AND id = $2'",
    KEYS,
  ),
  one(
    'administration is for administrators',
    GUARD,
    "if (who === 'admin' && !asker.admin) throw new Refused('not-allowed', say('not-an-admin'));",
    '',
    ADMIN,
  ),
  one(
    'an API key does not reach accounts',
    GUARD,
    "if (who !== 'account' && asker.session === null) throw new Refused('not-allowed', say('key-cannot'));",
    '',
    ADMIN,
  ),
  one(
    'a key that is none is not helped by a cookie',
    GUARD,
    'if (authorization !== undefined) {',
    'if (authorization !== undefined && this.cookieOf(request) === null) {',
    ADMIN,
  ),
  one(
    'CSRF: the token is asked for',
    GUARD,
    "throw new Refused('no-csrf-token', say('no-csrf-token'));",
    'return;',
    CSRF,
  ),
  one(
    'CSRF: the token is the session’s own',
    GUARD,
    '!same(shown, session.csrf)',
    'shown.length !== session.csrf.length',
    CSRF,
  ),
  one('the origin is ours', GUARD, "if (!ours) throw new Refused('wrong-origin', say('wrong-origin'));", '', ORIGIN),
  one(
    'a request without an origin comes from our page',
    GUARD,
    "request.headers['sec-fetch-site'] === 'same-origin' : origin === own",
    'true : origin === own',
    ORIGIN,
  ),
  one(
    'no page of another site reads',
    GUARD,
    "site !== undefined && site !== 'same-origin' && site !== 'none'",
    "site === 'never'",
    ORIGIN,
  ),
  one(
    'the host is ours',
    GUARD,
    "if (!this.hosts.has(host)) throw new Refused('wrong-host', say('wrong-host'));",
    '',
    HOST,
  ),
  one(
    'log-in ends the session before it',
    'platform/accounts/sessions.ts',
    'if (before !== null) await endSession(q, before);',
    '',
    FIXATION,
  ),
  one(
    'log-out ends the session',
    'platform/server/routes-account.ts',
    "await endSession(sql, guard.cookieOf(request) ?? '');",
    '',
    ENDED,
  ),
  one(
    'a new password ends other sessions',
    'platform/accounts/accounts.ts',
    'await endSessions(q, account, session);',
    '',
    ENDED,
  ),
  one('keys of a disabled account end', 'platform/accounts/keys.ts', ' AND a.disabled = 0', '', ENDED),
  one(
    'a session ends by disuse',
    'platform/accounts/sessions.ts',
    'WHERE s.hash = $1 AND s.expires > $2 AND s.seen > $3',
    'WHERE s.hash = $1 AND s.expires > $2 AND $3 = $3',
    SESSIONS,
  ),
  one(
    'guesses lock a name',
    'platform/accounts/accounts.ts',
    'const BY_NAME: Allowance = { most: 10,',
    'const BY_NAME: Allowance = { most: 1e6,',
    BRUTE,
  ),
  one(
    'guesses lock an address',
    'platform/accounts/accounts.ts',
    'const BY_ADDRESS: Allowance = { most: 60,',
    'const BY_ADDRESS: Allowance = { most: 1e6,',
    ADDRESS,
  ),
  one('an address is what the proxy saw', SERVER, 'options.behindProxy && hop === 0', 'options.behindProxy', PROXY),
  one('without a proxy nobody says his address', SERVER, 'options.behindProxy && hop === 0', 'hop === 0', RATE),
  one('requests of an address are counted first', SERVER, "app.addHook('onRequest', app.rateLimit());", '', RATE),
  one(
    'an unknown name takes as long',
    'platform/accounts/password.ts',
    'PHC.exec(kept ?? NOBODY)',
    "PHC.exec(kept ?? '')",
    TIME,
  ),
  one(
    'an unknown name is told alike',
    'platform/accounts/accounts.ts',
    "return no('wrong-name-or-password', say('wrong-name-or-password'));",
    "return no(found === null ? 'not-found' : 'wrong-name-or-password', say('wrong-name-or-password'));",
    LOGIN,
  ),
  one(
    'an invitation is good once',
    'platform/accounts/invitations.ts',
    'WHERE hash = $3 AND used IS NULL AND expires > $2',
    'WHERE hash = $3 AND expires > $2',
    INVITED,
  ),
  {
    name: 'a file name is no path',
    changes: [
      {
        file: 'platform/uploads/receive.ts',
        text: '{ most, bound, length }: Bound,',
        by: '{ most, bound, length, name }: Bound & { name?: string },',
      },
      { file: 'platform/uploads/receive.ts', text: "join(folder, 'capture')", by: "join(folder, name ?? 'capture')" },
    ],
    test: PATHS,
  },
  one('a head is bounded', SERVER, 'const MOST_HEAD = 16 * 1024;', 'const MOST_HEAD = 16 * 1024 * 1024;', OVERSIZED),
  one('a body is bounded', SERVER, 'const MOST_BODY = 128 * 1024;', 'const MOST_BODY = 128 * 1024 * 1024;', OVERSIZED),
  one(
    'a field is bounded',
    'platform/server/shapes.ts',
    'const MOST_TEXT = 10_000;',
    'const MOST_TEXT = 1e9;',
    OVERSIZED,
  ),
  one(
    'a body comes fast enough',
    'platform/server/paced.ts',
    '!waits && this.since < bytes',
    '!waits && this.since < -bytes',
    DRIP,
  ),
  one('a head comes fast enough', SERVER, 'const HEAD_TIME = 10_000;', 'const HEAD_TIME = 1e6;', HEAD),
  one(
    'an upload is bounded while it comes',
    'platform/uploads/receive.ts',
    'if (size > most) return next(new TooMuch());',
    '',
    LARGE,
  ),
  one(
    'an upload that fails leaves nothing',
    'platform/uploads/receive.ts',
    'rmSync(folder, { recursive: true, force: true });\n    return refusal(',
    'return refusal(',
    LARGE,
  ),
  one(
    'uploads claim their room',
    'platform/server/quota.ts',
    'limits.accountBytes - claimed - ',
    'limits.accountBytes - 0 * claimed - ',
    ROOM,
  ),
  one(
    'a field that a shape does not know is refused',
    'platform/server/shapes.ts',
    "type: 'object', additionalProperties: false",
    "type: 'object', additionalProperties: true",
    MASS,
  ),
  one(
    'only pages of ours attach',
    'platform/server/routes-window.ts',
    'options.windowFiles !== undefined && guard.ofOurPage(request.headers)',
    'options.windowFiles !== undefined',
    ATTACHED,
  ),
  one(
    'only the secret of a window attaches',
    'platform/window/windows.ts',
    '!offered.includes(SUBPROTOCOL) || !(await host.knows(secret))',
    '!offered.includes(SUBPROTOCOL)',
    ATTACHED,
  ),
  one(
    'only pages of ours enter a window',
    'platform/server/routes-window.ts',
    "if (!guard.ofOurPage(request.headers)) throw new Refused('wrong-origin', say('wrong-origin'));",
    '',
    ATTACHED,
  ),
  one('a link of a window is good once', 'platform/window/host.ts', 'this.tokens.delete(token);', '', ATTACHED),
  one(
    'a socket that nobody asked us for is refused',
    'platform/server/routes-window.ts',
    "refuseSocket(socket, 403, 'Nothing attaches here.');",
    '',
    SOCKETS,
  ),
  one('headers of a page’s rights', 'platform/server/headers.ts', 'reply.headers(security);', '', XSS),
  one(
    'a name of an account is letters and digits',
    'platform/accounts/names.ts',
    'const NAME = /^[\\p{L}\\p{N}][\\p{L}\\p{M}\\p{N}._-]*$/u;',
    'const NAME = /^.+$/u;',
    XSS,
  ),
  one(
    'a formula gets an apostrophe',
    'contract/csv.ts',
    'FORMULA.test(text) && !NUMBER.test(text)',
    'text === FORMULA.source + NUMBER.source',
    CSV,
  ),
  one(
    'a download is saved and not shown',
    'platform/server/routes-captures.ts',
    "`attachment; filename*=UTF-8''${coded}`",
    "`inline; filename*=UTF-8''${coded}`",
    CSV,
  ),
  one('folders do not lead on', SERVER, 'redirect: false', 'redirect: true', REDIRECT),
  one(
    'nothing of an account is kept',
    'platform/server/headers.ts',
    ": 'no-store';",
    ": 'private, max-age=60';",
    CACHES,
  ),
  one(
    'caches tell accounts apart',
    'platform/server/headers.ts',
    "reply.header('Vary', 'Cookie, Authorization');",
    'reply.header("X-Vary", "");',
    CACHES,
  ),
  one(
    'a link ends',
    GUARD,
    'FROM shares WHERE hash = $1 AND expires > $2',
    'FROM shares WHERE hash = $1 AND $2 = $2',
    LINK,
  ),
  one(
    'a link’s token is kept as a hash',
    'platform/team/shares.ts',
    '[made.id, capture, secretHash(token), now, made.expires]',
    '[made.id, capture, token, now, made.expires]',
    LINK,
  ),
  one(
    'a fault is told by its number',
    'platform/server/refusals.ts',
    "return new Refused('fault', say('server-fault', { id }));",
    "return new Refused('fault', foreign(String(error)));",
    FAULT,
  ),
  one(
    'a cookie is no script’s',
    GUARD,
    "path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge",
    "path: '/', sameSite: 'strict', secure, maxAge",
    PLAIN,
  ),
  one(
    'a cookie is this site’s',
    GUARD,
    "httpOnly: true, sameSite: 'strict', secure, maxAge",
    'httpOnly: true, secure, maxAge',
    PLAIN,
  ),
  one('a cookie goes by TLS only', GUARD, "sameSite: 'strict', secure, maxAge", "sameSite: 'strict', maxAge", TLS),
  one(
    'a cookie is this host’s',
    GUARD,
    "isSecure(options) ? '__Host-sightline' :",
    "isSecure(options) ? 'sightline' :",
    TLS,
  ),
  one('TLS stays TLS', 'platform/server/headers.ts', 'return isSecure(options) ?', 'return !isSecure(options) ?', TLS),
  one(
    'news are the account’s',
    'platform/queue/watching.ts',
    "FROM captures WHERE owner = $1'",
    "FROM captures WHERE $1 = $1'",
    NEWS,
  ),
  one(
    'a password is asked for before an account goes',
    'platform/server/routes-account.ts',
    'valueOf(await passwordFits(sql, account, request.body.password, Date.now()));',
    '',
    GONE,
  ),
  one(
    'bytes go with their account',
    'platform/server/routes-account.ts',
    'await removeCaptures(served, account);',
    '',
    GONE,
  ),
  one(
    'errors of bodies that nobody reads are heard',
    'platform/server/paced.ts',
    "this.on('error', () => undefined);",
    '',
    STILL,
  ),
];
