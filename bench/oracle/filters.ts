// Display filters beside tshark: filters made of values that a capture holds and of values that it does not hold, each
// evaluated here and there, packet by packet. tshark evaluates all filters of a capture in one run (filters.lua).
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packetRow } from '../../contract/index.ts';
import {
  compileFilter,
  fieldInfos,
  FilterError,
  LAYER_WORDS,
  type Subject,
  unscored,
} from '../../engine/filter/index.ts';
import { openCapture, packetBytes } from '../../engine/read/index.ts';
import { Analysis } from '../../engine/session/index.ts';
import { testRandom } from '../../engine/testing/packets.ts';
import { DATA } from './campaign.ts';

const LUA = fileURLToPath(new URL('filters.lua', import.meta.url));
const CASES = join(DATA, '..', 'cases', 'inputs');
/** Captures of the comparison, and bytes of the largest. */
const FILES = 60;
const LARGEST = 1_500_000;
/** At least this many of them have layers within layers, tags or fragments, as their names say. */
const WRAPPED = 36;
const WRAPPED_NAME =
  /vlan|vxlan|gre|mpls|gtp|l2tp|ppp|ipv6|icmp|frag|tunnel|qinq|geneve|4in6|6in4|ipip|teredo|sll|erspan|nsh|sctp/i;
/** Values of a field that one capture's filters name. */
const VALUES = 4;

/** Wireshark's fields that tshark is asked for to find values. */
const NUMBERS = [
  'frame.number',
  'frame.len',
  'frame.cap_len',
  'ip.proto',
  'tcp.port',
  'tcp.srcport',
  'tcp.dstport',
  'udp.port',
  'udp.srcport',
  'udp.dstport',
  'tcp.flags',
  'tcp.len',
  'tcp.window_size_value',
  'icmp.type',
  'icmpv6.type',
  'vlan.id',
];
const TIMES = ['frame.time_epoch', 'frame.time_relative'];
const ADDRESSES = [
  'eth.addr',
  'eth.src',
  'eth.dst',
  'ip.addr',
  'ip.src',
  'ip.dst',
  'ipv6.addr',
  'ipv6.src',
  'ipv6.dst',
];
const FLAGS = ['fin', 'syn', 'reset', 'push', 'ack', 'urg'].map((f) => `tcp.flags.${f}`);
const WORDS = ['frame', ...LAYER_WORDS];
const ORDER = ['==', '!=', '<', '>', '<=', '>=', '===', '!=='];
const MISSES: Readonly<Record<string, readonly string[]>> = {
  number: ['0', '1', '255'],
  address: ['198.51.100.77', '10.0.0.0/8', '0.0.0.0/0'],
  six: ['2001:db8::77', 'fe80::/10', '::/0'],
  mac: ['02:00:00:00:00:77'],
};

export interface FilterDifference {
  readonly file: string;
  readonly filter: string;
  /** The first packets that only one of the two has. */
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

export interface FilterComparison {
  files: number;
  packets: number;
  /** By field and operator: compared filters, those with hits, those that differ. */
  readonly rows: Map<string, { compared: number; hits: number; differ: number }>;
  /** Accepted here and refused by tshark. */
  readonly onlyOurs: Map<string, number>;
  readonly refused: Map<string, number>;
  readonly differences: FilterDifference[];
}

/** The same 60 captures each time: every case of tunnels, tags and fragments first, then a spread over the folders. */
export function filterCaptures(): string[] {
  const all = ['corpus', 'more', 'malformed', 'ja4/captures'].flatMap((folder) => [...filesUnder(join(DATA, folder))]);
  const cases = [...filesUnder(CASES)];
  const small = (file: string): boolean => statSync(file).size <= LARGEST && /\.(pcap|pcapng|cap)$/.test(file);
  const wrapped = [...cases, ...all].filter(
    (f) => small(f) && (WRAPPED_NAME.test(f.split('/').at(-1)!) || /\/c(0[12]|09|1[0-8]|22|26|32)/.test(f)),
  );
  const chosen = spread(wrapped, WRAPPED);
  const rest = all.filter((f) => small(f) && !wrapped.includes(f));
  return [...chosen, ...spread(rest, FILES - chosen.length)];
}

/** So many of them, evenly. */
export function spread(files: readonly string[], count: number): string[] {
  return files.length <= count
    ? [...files]
    : Array.from({ length: count }, (_, i) => files[Math.floor((i * files.length) / count)]!);
}

function* filesUnder(folder: string): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesUnder(path);
    else if (entry.isFile()) yield path;
  }
}

/** Values of tshark's fields in a capture, each once. */
function valuesOf(file: string): Map<string, string[]> {
  const fields = [...NUMBERS, ...TIMES, ...ADDRESSES];
  const ran = spawnSync(
    'tshark',
    ['-n', '-r', file, '-c', '3000', '-T', 'fields', '-E', 'aggregator=;', ...fields.flatMap((f) => ['-e', f])],
    { maxBuffer: 2 ** 28, encoding: 'latin1', timeout: 120_000 },
  );
  const values = new Map(fields.map((f): [string, Set<string>] => [f, new Set()]));
  for (const line of ran.stdout.split('\n')) {
    const columns = line.split('\t');
    if (columns.length !== fields.length) continue;
    for (const [i, field] of fields.entries())
      for (const value of columns[i]!.split(';')) if (value !== '') values.get(field)!.add(value);
  }
  return new Map([...values].map(([f, v]) => [f, [...v]]));
}

type Add = (what: string, filter: string) => void;

/** Which of the values that no capture holds fits an address field. */
function kindOfAddress(field: string): string {
  if (field.startsWith('eth')) return 'mac';
  return field.startsWith('ipv6') ? 'six' : 'address';
}

function addressFilters(field: string, found: readonly string[], add: Add): void {
  const misses = MISSES[kindOfAddress(field)]!;
  for (const value of [...found, ...misses])
    for (const op of ['==', '!=', '===', '!==']) add(`${field} ${op}`, `${field} ${op} ${value}`);
  const [a = misses[0]!, b = misses[0]!] = found;
  const network = field.startsWith('eth') ? a : `${a}/${field.startsWith('ipv6') ? 64 : 24}`;
  if (network !== a) for (const op of ['==', '!=']) add(`${field} ${op} CIDR`, `${field} ${op} ${network}`);
  add(`${field} in`, `${field} in {${a}, ${b}}`);
  add(`${field} in CIDR`, `${field} in {${network}, ${misses[0]}}`);
  add(`! ${field} in`, `!(${field} in {${network}})`);
  add(`${field} not in`, `${field} not in {${b}, ${misses.at(-1)}}`);
}

function frameFilters(add: Add): void {
  for (const text of ['GET', 'HTTP/1.', 'http', 'a', '\\x00\\x01', 'é', '\\xff'])
    add('frame contains', `frame contains "${text}"`);
  for (const bytes of ['08:00', '0800', '45', '16-03', 'ff:ff:ff']) add('frame contains', `frame contains ${bytes}`);
  for (const pattern of [
    'get',
    '^.{12}\\\\x08\\\\x00',
    'h[a-z]+p',
    '(GET|POST) /',
    '\\\\d{3}',
    '[^\\\\x00-\\\\x7f]{6}',
    '\\\\x00$',
    '\\\\s\\\\S+\\\\s',
    'é',
    '\\\\xe0',
    '(?i)host:',
    '[\\\\xc0-\\\\xdf]a',
    '\\\\bcom\\\\b',
    'a.b',
    '[[:alpha:]]{5}',
    '\\\\Qa.\\\\E',
  ])
    add('frame matches', `frame matches "${pattern}"`);
}

/** Filters with the field and operator that they test. */
export function filtersFor(
  values: ReadonlyMap<string, readonly string[]>,
  seed: number,
): { readonly what: string; readonly filter: string }[] {
  const random = testRandom(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const some = (field: string): string[] =>
    Array.from({ length: Math.min(VALUES, values.get(field)?.length ?? 0) }, () => pick(values.get(field)!));
  const out: { what: string; filter: string }[] = [];
  const add: Add = (what, filter) => {
    out.push({ what, filter });
  };
  for (const word of WORDS) {
    add(word, word);
    add(`! ${word}`, `!${word}`);
  }
  for (const field of [...NUMBERS, ...TIMES, ...ADDRESSES, ...FLAGS, 'tcp.flags']) {
    add(`${field} alone`, field);
    add(`! ${field} alone`, `not ${field}`);
  }
  for (const flag of FLAGS)
    for (const value of ['0', '1', 'True', 'False'])
      for (const op of ['==', '!=']) add(`${flag} ${op}`, `${flag} ${op} ${value}`);
  for (const field of [...NUMBERS, ...TIMES]) {
    const found = some(field);
    for (const value of [...found, ...MISSES['number']!])
      for (const op of ORDER)
        if (op.length < 3 || found.includes(value)) add(`${field} ${op}`, `${field} ${op} ${value}`);
    const [a = '1', b = '7', c = '9'] = [...found, ...found];
    add(`${field} in`, `${field} in {${a}, ${b}}`);
    add(`${field} in`, `${field} in {${b}, 3}`);
    const [low, high] = Number(a) <= Number(c) ? [a, c] : [c, a];
    add(`${field} in ..`, `${field} in {${low}..${high}, 2}`);
    add(`! ${field} in`, `!(${field} in {${a}, ${c}})`);
    if (found.length > 0 && !field.startsWith('frame.time'))
      add(`${field} 0x`, `${field} == 0x${Number(a).toString(16)}`);
  }
  for (const field of ADDRESSES) addressFilters(field, some(field), add);
  frameFilters(add);
  for (let i = 0; i < 24; i++) {
    const [x, y, z] = [pick(out), pick(out), pick(out)];
    add('&&', `(${x.filter}) && (${y.filter})`);
    add('||', `${x.filter} || ${z.filter}`);
    add('!', `!(${x.filter}) and (${y.filter} or not ${z.filter})`);
  }
  return out;
}

/** Packets of each filter as tshark says, null where it refuses it. */
export function tsharkSays(file: string, filters: readonly string[], twice = false): (number[] | null)[] {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-oracle-'));
  const list = join(folder, 'filters');
  writeFileSync(list, filters.join('\n'));
  const ran = spawnSync('tshark', ['-n', ...(twice ? ['-2'] : []), '-q', '-X', `lua_script:${LUA}`, '-r', file], {
    maxBuffer: 2 ** 30,
    encoding: 'latin1',
    timeout: 240_000,
    env: { ...process.env, SIGHTLINE_FILTERS: list },
  });
  rmSync(folder, { recursive: true, force: true });
  if (ran.error) throw ran.error;
  const out: (number[] | null | undefined)[] = filters.map(() => undefined);
  for (const line of ran.stdout.split('\n')) {
    const found = /^FILTER (\d+) (.*)$/.exec(line);
    if (found !== null) out[Number(found[1]) - 1] = found[2] === '' ? [] : found[2]!.split(',').map(Number);
    const refused = /^REFUSED (\d+)$/.exec(line);
    if (refused !== null) out[Number(refused[1]) - 1] = null;
  }
  if (out.includes(undefined)) throw new Error(`tshark gave no answer for ${file}: ${ran.stderr.slice(0, 300)}`);
  return out as (number[] | null)[];
}

/** A capture as filters look at it, without verdicts. */
async function subjectOf(file: string): Promise<Subject | null> {
  const analysis = new Analysis({ completed: () => undefined });
  const opened = openCapture(file, analysis, { cacheFolder: join(tmpdir(), 'sightline-oracle') });
  if (!opened.ok) return null;
  while (await opened.reader.step()) {
    /* block by block */
  }
  analysis.finish();
  return {
    ...unscored(analysis, packetBytes(opened.reader.source.path)),
    layers: () => {
      throw new Error('not asked by filters');
    },
  };
}

export async function compareFilters(
  files: readonly string[],
  onFile?: (n: number) => void,
): Promise<FilterComparison> {
  const c: FilterComparison = {
    files: 0,
    packets: 0,
    rows: new Map(),
    onlyOurs: new Map(),
    refused: new Map(),
    differences: [],
  };
  for (const [number, file] of files.entries()) {
    const subject = await subjectOf(file);
    onFile?.(number + 1);
    if (subject === null) continue;
    const count = subject.analysis.packetCount;
    const filters = filtersFor(valuesOf(file), number + 1);
    const expected = tsharkSays(
      file,
      filters.map((f) => f.filter),
    );
    c.files++;
    c.packets += count;
    for (const [i, { what, filter }] of filters.entries())
      compareOne(c, relative(join(DATA, '..'), file), subject, what, filter, expected[i]!);
  }
  return c;
}

function compareOne(
  c: FilterComparison,
  file: string,
  subject: Subject,
  what: string,
  filter: string,
  expected: readonly number[] | null,
): void {
  const ours: number[] = [];
  try {
    const predicate = compileFilter(filter, 'packets')!.bind(subject);
    for (let row = packetRow(0); row < subject.analysis.packetCount; row++) if (predicate(row)) ours.push(row + 1);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    c.refused.set(what, (c.refused.get(what) ?? 0) + 1);
    return;
  }
  if (expected === null) {
    c.onlyOurs.set(filter, (c.onlyOurs.get(filter) ?? 0) + 1);
    return;
  }
  const row = c.rows.get(what) ?? { compared: 0, hits: 0, differ: 0 };
  c.rows.set(what, row);
  row.compared++;
  if (expected.length > 0) row.hits++;
  const mine = new Set(ours);
  const their = new Set(expected);
  const onlyOurs = ours.filter((n) => !their.has(n));
  const onlyTheirs = expected.filter((n) => !mine.has(n));
  if (onlyOurs.length + onlyTheirs.length === 0) return;
  row.differ++;
  c.differences.push({ file, filter, ours: onlyOurs.slice(0, 5), theirs: onlyTheirs.slice(0, 5) });
}

/**
 * Why a difference is not ours. A pcap's seconds are unsigned (draft-ietf-opsawg-pcap, 5); tshark 4.0 takes those from
 * 2038 on as negative, and so orders stamps before and after them otherwise.
 * @returns '' where there is no such reason
 */
export function whyFilter(d: FilterDifference): string {
  return /frame\.time_\w+ \S+ -\d/.test(d.filter) ? 'a stamp after 2038, which tshark takes as one before 1970' : '';
}

/** The section of docs/oracle.md: by field and operator. */
export function filterSection(c: FilterComparison): string[] {
  const rows = [...c.rows].sort((a, b) => (a[0] < b[0] ? -1 : 1));
  const sum = (of: (r: { compared: number; hits: number; differ: number }) => number): number =>
    rows.reduce((n, [, r]) => n + of(r), 0);
  const explained = c.differences.filter((d) => whyFilter(d) !== '').length;
  return [
    '## Filters',
    '',
    'Display filters made of values that a capture holds and of some that it does not hold, evaluated here and ' +
      `by tshark -Y's engine, packet by packet: ${c.files} captures, ${c.packets} packets, ` +
      `${sum((r) => r.compared)} filters of which ${sum((r) => r.hits)} find packets. ${c.differences.length} ` +
      `differ, ${explained} of them explained; accepted here and refused by tshark: ${c.onlyOurs.size}.`,
    '',
    '| field and operator | filters | that find packets | differ |',
    '|---|---|---|---|',
    ...rows.map(([what, r]) => `| \`${what.replaceAll('|', '\\|')}\` | ${r.compared} | ${r.hits} | ${r.differ} |`),
    '',
    ...(c.differences.length === 0
      ? []
      : [
          '| capture | filter | only ours | only tshark | why |',
          '|---|---|---|---|---|',
          ...c.differences
            .slice(0, 60)
            .map(
              (d) =>
                `| ${d.file} | \`${d.filter.replaceAll('|', '\\|')}\` | ${d.ours.join(' ')} | ` +
                `${d.theirs.join(' ')} | ${whyFilter(d) || '**not explained**'} |`,
            ),
          '',
        ]),
  ];
}

/** Fields with Wireshark's names that no filter of the comparison asked for. */
export function notCompared(c: FilterComparison): string[] {
  const asked = [...c.rows.keys()].join(' ');
  return fieldInfos()
    .map((f) => f.name)
    .filter((name) => !/^(flow\.|_ws\.)/.test(name) && !asked.includes(name));
}
