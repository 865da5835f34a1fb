// The platform's tables, as a list of steps that is only ever added to: a store remembers how many it has had. Written in
// PostgreSQL's types; SQLite has its names for them, and its strict tables.
//
// Times are milliseconds since 1970, ids 22 characters of base64url, yes and no are 1 and 0, lists are JSON. Of every
// secret (session, key, invitation, share) there is a SHA-256 and no more.

export const STEPS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE accounts(
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      -- The name as it is compared: without case, without look-alike widths.
      known_as TEXT NOT NULL UNIQUE,
      password TEXT NOT NULL,
      admin BIGINT NOT NULL DEFAULT 0,
      disabled BIGINT NOT NULL DEFAULT 0,
      created BIGINT NOT NULL,
      seen BIGINT,
      -- When a worker last took one of its captures: the queue goes round by it.
      served BIGINT NOT NULL DEFAULT 0,
      file_bytes BIGINT,
      account_bytes BIGINT,
      waiting BIGINT)`,
    `CREATE TABLE sessions(
      hash TEXT PRIMARY KEY,
      id TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      csrf TEXT NOT NULL,
      created BIGINT NOT NULL,
      seen BIGINT NOT NULL,
      expires BIGINT NOT NULL,
      agent TEXT NOT NULL)`,
    'CREATE INDEX sessions_account ON sessions(account)',
    `CREATE TABLE keys(
      id TEXT PRIMARY KEY,
      hash TEXT NOT NULL UNIQUE,
      account TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      begins TEXT NOT NULL,
      created BIGINT NOT NULL,
      used BIGINT,
      expires BIGINT)`,
    'CREATE INDEX keys_account ON keys(account)',
    `CREATE TABLE invitations(
      id TEXT PRIMARY KEY,
      hash TEXT NOT NULL UNIQUE,
      note TEXT NOT NULL,
      -- Whoever uses it administers.
      admin BIGINT NOT NULL DEFAULT 0,
      created BIGINT NOT NULL,
      expires BIGINT NOT NULL,
      used_by TEXT REFERENCES accounts(id) ON DELETE SET NULL,
      used BIGINT)`,
    `CREATE TABLE captures(
      id TEXT PRIMARY KEY,
      owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      size BIGINT NOT NULL,
      sha256 TEXT NOT NULL,
      -- 'uploaded', 'kept' (confirmed, not to be judged), 'waiting', 'analysing', 'done', 'failed'.
      state TEXT NOT NULL,
      -- Recognised, as JSON, and its format for lists.
      recognised TEXT NOT NULL,
      format TEXT NOT NULL,
      uploaded BIGINT NOT NULL,
      -- When its state last changed; servers find changes of others by it.
      changed BIGINT NOT NULL)`,
    'CREATE INDEX captures_owner ON captures(owner, uploaded)',
    'CREATE INDEX captures_changed ON captures(changed)',
    // Room that uploads under way have claimed, so that an account does not get more by sending many at once.
    `CREATE TABLE uploading(
      id TEXT PRIMARY KEY,
      owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      bytes BIGINT NOT NULL,
      -- A server that ended does not renew it.
      until BIGINT NOT NULL)`,
    `CREATE TABLE jobs(
      capture TEXT PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE,
      owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      enqueued BIGINT NOT NULL,
      attempts BIGINT NOT NULL DEFAULT 0,
      -- Who has it, by a number of chance; null while it waits.
      lease TEXT,
      lease_until BIGINT,
      started BIGINT,
      share DOUBLE PRECISION NOT NULL DEFAULT 0)`,
    'CREATE INDEX jobs_waiting ON jobs(lease_until, enqueued)',
    'CREATE INDEX jobs_owner ON jobs(owner, enqueued)',
    // One row for each capture that is done or failed, written once.
    `CREATE TABLE results(
      capture TEXT PRIMARY KEY REFERENCES captures(id) ON DELETE CASCADE,
      owner TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      -- Null where it failed; then why is a message as JSON.
      verdict TEXT,
      why TEXT,
      finished BIGINT NOT NULL,
      seconds DOUBLE PRECISION NOT NULL,
      -- CaptureCounts as JSON.
      counts TEXT,
      -- ["beacon", …], ["emotet", …] and ProtocolCount[], for charts.
      kinds TEXT NOT NULL,
      families TEXT NOT NULL,
      protocols TEXT NOT NULL)`,
    'CREATE INDEX results_owner ON results(owner, finished)',
    `CREATE TABLE labels(
      capture TEXT NOT NULL REFERENCES captures(id) ON DELETE CASCADE,
      flow BIGINT NOT NULL,
      label TEXT NOT NULL,
      author TEXT NOT NULL,
      at BIGINT NOT NULL,
      PRIMARY KEY(capture, flow))`,
    `CREATE TABLE shares(
      id TEXT PRIMARY KEY,
      capture TEXT NOT NULL REFERENCES captures(id) ON DELETE CASCADE,
      hash TEXT NOT NULL UNIQUE,
      created BIGINT NOT NULL,
      expires BIGINT NOT NULL,
      opened BIGINT NOT NULL DEFAULT 0)`,
    'CREATE INDEX shares_capture ON shares(capture)',
    // Notes of a capture, and the team's board where capture is null.
    `CREATE TABLE notes(
      id TEXT PRIMARY KEY,
      capture TEXT REFERENCES captures(id) ON DELETE CASCADE,
      author TEXT NOT NULL REFERENCES accounts(id) ON DELETE CASCADE,
      text TEXT NOT NULL,
      at BIGINT NOT NULL)`,
    'CREATE INDEX notes_capture ON notes(capture, at)',
    'CREATE INDEX notes_author ON notes(author)',
    `CREATE TABLE events(
      id TEXT PRIMARY KEY,
      at BIGINT NOT NULL,
      account TEXT,
      kind TEXT NOT NULL,
      detail TEXT NOT NULL)`,
    'CREATE INDEX events_at ON events(at)',
    // What is counted to refuse too much of it: log-ins that failed by name and by address. Shared by all servers.
    `CREATE TABLE counters(
      name TEXT PRIMARY KEY,
      count BIGINT NOT NULL,
      -- Begins anew then.
      until BIGINT NOT NULL)`,
    'CREATE TABLE settings(name TEXT PRIMARY KEY, value TEXT NOT NULL)',
  ],
  [
    // How often a capture ended its worker, beside how often it was begun.
    'ALTER TABLE jobs ADD COLUMN faults BIGINT NOT NULL DEFAULT 0',
    // Under which lease a result was written: its file is called so.
    "ALTER TABLE results ADD COLUMN lease TEXT NOT NULL DEFAULT ''",
  ],
];

/** A statement as SQLite takes it. */
export function forSqlite(statement: string): string {
  const named = statement.replaceAll('BIGINT', 'INTEGER').replaceAll('DOUBLE PRECISION', 'REAL');
  return statement.startsWith('CREATE TABLE') ? `${named} STRICT` : named;
}
