// What Wireshark's engine is told before it answers a filter: keys, preferences of dissectors, ports that are decoded as
// something. Written as tshark's options are (tshark(1): -o, -d).
import { english, foreign, type Message, SaidError } from '../contract/index.ts';
import {
  type DecodeAs,
  DissectProcess,
  DissectSetup,
  type EnginePreference,
  keyLines,
  type Preference,
  readKeyFile,
  unfit,
} from '../engine/host-filter.ts';
import { UsageError } from './context.ts';

export interface DissectOptions {
  readonly keylog: string | null;
  readonly preference: readonly string[];
  readonly 'decode-as': readonly string[];
}

const LIMIT = 60_000;
/** tshark's own name for a key log, so that its command lines work. */
const KEYLOG = 'tls.keylog_file';
/** Ports of one option at most. */
const MAX_PORTS = 1_000;
const DECODE_AS = /^([\w.]+)==(\d{1,5})(?:([-:])(\d{1,5}))?,([\w-]+)$/;

/** @throws UsageError that says what is wrong with an option */
export async function dissectSetup(o: DissectOptions): Promise<DissectSetup> {
  const setup = new DissectSetup();
  const keylogs = [o.keylog, ...o.preference.map((text) => valueOf(text, KEYLOG))].filter((file) => file !== null);
  const wanted = o.preference.filter((text) => valueOf(text, KEYLOG) === null);
  if (keylogs.length > 0) setup.change({ keys: Buffer.concat(keylogs.map((file) => keysOf(file))) });
  if (wanted.length === 0 && o['decode-as'].length === 0) return setup;
  const process = new DissectProcess(() => undefined);
  try {
    const known = await preferencesOf(process);
    const preferences: Preference[] = [];
    for (const text of wanted) preferences.push(await preferenceOf(text, known, process));
    setup.change({ preferences, decodeAs: o['decode-as'].flatMap((text) => decodeAs(text, known)) });
  } finally {
    process.close();
  }
  return setup;
}

/** The value of a preference of this name; null where the option is of another. */
function valueOf(text: string, name: string): string | null {
  return text.startsWith(`${name}:`) ? text.slice(name.length + 1) : null;
}

function keysOf(file: string): Buffer {
  try {
    const text = readKeyFile(file);
    if (keyLines(text).length === 0)
      throw new UsageError(`${file} is no key log of TLS: it has no line such as CLIENT_RANDOM`);
    return Buffer.from(`${text}\n`, 'utf8');
  } catch (error) {
    if (error instanceof SaidError) throw new UsageError(`${file}: ${english(error.said)}`);
    throw error;
  }
}

async function preferencesOf(process: DissectProcess): Promise<readonly EnginePreference[]> {
  const asked = await process.ask({ kind: 'work', work: { do: 'preferences' } }, LIMIT);
  const worked = asked.ok ? asked.reply.worked : undefined;
  if (worked?.did !== 'preferences') throw new Error("Wireshark's engine is not running");
  return worked.preferences;
}

async function preferenceOf(
  text: string,
  known: readonly EnginePreference[],
  process: DissectProcess,
): Promise<Preference> {
  const at = text.indexOf(':');
  const name = text.slice(0, Math.max(0, at));
  const found = known.find((p) => `${p.module}.${p.name}` === name);
  if (found === undefined) throw new UsageError(`-o takes NAME:VALUE of a preference; there is none in '${text}'`);
  const said = text.slice(at + 1);
  const value = found.kind === 'bool' ? said.toUpperCase() : said;
  const wrong = unfit(found, value) ?? (await refused(found, value, process));
  if (wrong !== null) throw new UsageError(`-o ${name} does not take '${said}': ${english(wrong)}`);
  return [found.module, found.name, value];
}

/** What the engine has against a value, null for nothing. */
async function refused(p: EnginePreference, value: string, process: DissectProcess): Promise<Message | null> {
  const { module, name } = p;
  const asked = await process.ask({ kind: 'work', work: { do: 'prefer', module, name, value } }, LIMIT);
  if (!asked.ok) return asked.message;
  const { worked } = asked.reply;
  return worked?.did === 'prefer' && worked.problem !== null ? foreign(worked.problem) : null;
}

/** `tcp.port==8888,http`, also `8888-8890` or `8888:3` for three ports from it on. */
function decodeAs(text: string, known: readonly EnginePreference[]): DecodeAs[] {
  const found = DECODE_AS.exec(text);
  if (found === null)
    throw new UsageError(`-d takes TABLE==PORT,PROTOCOL such as tcp.port==8888,http; '${text}' is none`);
  const [, table = '', from = '', sign, more, module = ''] = found;
  const tables = known.filter((p) => p.kind === 'ports' && p.name === table);
  if (tables.length === 0) throw new UsageError(`-d: there is no table '${table}' such as tcp.port or udp.port`);
  if (!tables.some((p) => p.module === module))
    throw new UsageError(`-d: '${module}' is no protocol that ${table} is decoded as`);
  const first = Number(from);
  const count = more === undefined ? 1 : Number(more);
  const last = sign === '-' ? count : first + count - 1;
  if (last < first || last > 65_535 || last - first >= MAX_PORTS) throw new UsageError(`-d: '${text}' names no ports`);
  return Array.from({ length: last - first + 1 }, (_, i) => ({ table, port: first + i, module }));
}
