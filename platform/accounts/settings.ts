// What administrators set for the whole server, in the store, so that all servers of it do the same. What was never set
// is what the server was started with.
import type { Limits, Registration, ServerSettings, ServerSettingsBody } from '../contract.ts';
import type { Queries, Sql } from '../store/index.ts';

const REGISTRATIONS: readonly string[] = ['open', 'invitation', 'off'] satisfies Registration[];

export async function settingsOf(sql: Queries, started: ServerSettings): Promise<ServerSettings> {
  const rows = await sql.rows<{ name: string; value: string }>('SELECT name, value FROM settings');
  const set = new Map(rows.map(({ name, value }) => [name, value]));
  const registration = set.get('registration') ?? '';
  const bytes = (name: keyof Limits): number => {
    const value = Number(set.get(name) ?? Number.NaN);
    return Number.isSafeInteger(value) && value >= 0 ? value : started.limits[name];
  };
  return {
    registration: REGISTRATIONS.includes(registration) ? (registration as Registration) : started.registration,
    limits: { fileBytes: bytes('fileBytes'), accountBytes: bytes('accountBytes'), waiting: bytes('waiting') },
  };
}

export async function setSettings(sql: Sql, body: ServerSettingsBody): Promise<void> {
  const { registration, limits = {} } = body;
  const values = { ...(registration === undefined ? {} : { registration }), ...limits };
  await sql.transaction(async (q) => {
    for (const [name, value] of Object.entries(values))
      await q.run('INSERT INTO settings VALUES($1, $2) ON CONFLICT(name) DO UPDATE SET value = excluded.value', [
        name,
        String(value),
      ]);
  });
}
