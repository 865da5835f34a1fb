// One test of Suricata's verification suite: what its test.yaml says, as far as alerts are concerned.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

type Plain = Readonly<Record<string, unknown>>;

/** Alerts that shall be there so often. */
export interface AlertCheck {
  readonly count: number | null;
  readonly match: Plain;
}

export interface SuiteTest {
  readonly name: string;
  readonly folder: string;
  readonly capture: string | null;
  readonly rules: readonly string[];
  readonly args: string;
  readonly checks: readonly AlertCheck[];
  readonly variables: readonly (readonly [string, string])[];
  /** Why it says nothing of alerts that rules alone raise; null where it does. */
  readonly leftOut: string | null;
}

/** What records of alerts have that a match of a rule alone tells. */
const TOLD = new Set([
  'event_type',
  'alert.signature_id',
  'alert.gid',
  'alert.rev',
  'alert.signature',
  'alert.action',
  'alert.category',
  'alert.severity',
  'src_ip',
  'dest_ip',
  'src_port',
  'dest_port',
  'proto',
  'app_proto',
  'pcap_cnt',
  'tx_id',
  'icmp_type',
  'icmp_code',
  'direction',
]);
/** The release that the suite tests. */
const VERSION = [9, 0, 0];
/** Parts that a build of Suricata may have and rules of ours have not. */
const FEATURES = new Set([
  'HAVE_JA3',
  'HAVE_JA4',
  'HAVE_NSS',
  'MAGIC',
  'HAVE_LIBJANSSON',
  'RUST',
  'HAVE_PCRE_JIT',
  'DEBUG',
]);

/** Folders with a test.yaml, however deep. */
export function* testsBelow(root: string): Generator<string> {
  for (const entry of readdirSync(root, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!entry.isDirectory()) continue;
    const folder = join(root, entry.name);
    if (existsSync(join(folder, 'test.yaml'))) yield folder;
    yield* testsBelow(folder);
  }
}

export function readTest(folder: string, name: string): SuiteTest {
  const said = (parse(readFileSync(join(folder, 'test.yaml'), 'utf8'), { maxAliasCount: 100 }) ?? {}) as Plain;
  const args = list(said['args']).join(' ');
  const requires = object(said['requires']);
  const checks = list(said['checks'])
    .map((check) => object(object(check)['filter']))
    .filter((filter) => object(filter['match'])['event_type'] === 'alert')
    .filter((filter) => !isOfOtherVersion(object(filter['requires'])) && !isOfOtherVersion(filter));
  const answered = checks
    .map((filter): AlertCheck => ({ count: numberOr(filter['count']), match: object(filter['match']) }))
    .filter(({ match }) => keysOf(match).every((key) => TOLD.has(key.replace(/\.__\w+$/, ''))));
  const capture = captureOf(folder, said);
  const leftOut = ((): string | null => {
    if (isOfOtherVersion(requires)) return 'another release';
    const feature = list(requires['features']).find((f) => !FEATURES.has(String(f)));
    if (feature !== undefined) return `needs ${String(feature)}`;
    if (
      said['skip'] !== undefined &&
      list(said['skip']).some(
        (s) => object(s)['uid'] === undefined && object(s)['msg'] !== undefined && object(s)['feature'] === undefined,
      )
    )
      return 'skipped by itself';
    if (checks.length === 0) return 'nothing said of alerts';
    if (answered.length === 0) return 'asks of alerts what other records say';
    if (missingFile(folder, args, rulesOf(folder, args))) return 'needs a file that is not among the data';
    return capture === null ? 'no capture' : null;
  })();
  return {
    name,
    folder,
    capture,
    rules: rulesOf(folder, args),
    args,
    checks: answered,
    variables: variablesOf(folder, args),
    leftOut,
  };
}

function isOfOtherVersion(requires: Plain): boolean {
  const least = requires['min-version'];
  const below = requires['lt-version'];
  const exact = requires['version'];
  if (least !== undefined && compare(versionOf(least), VERSION) > 0) return true;
  if (exact !== undefined && versionOf(exact)[0] !== VERSION[0]) return true;
  return below !== undefined && compare(versionOf(below), VERSION) <= 0;
}

function versionOf(value: unknown): number[] {
  return String(value).trim().split('.').map(Number);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < 3; i++) if ((a[i] ?? 0) !== (b[i] ?? 0)) return (a[i] ?? 0) - (b[i] ?? 0);
  return 0;
}

function captureOf(folder: string, said: Plain): string | null {
  if (said['pcap'] === false) return null;
  if (typeof said['pcap'] === 'string') {
    const path = resolve(folder, said['pcap']);
    return existsSync(path) ? path : null;
  }
  const found = readdirSync(folder)
    .filter((name) => /\.(?:pcap|pcapng)$/.test(name))
    .sort();
  return found.length === 1 ? join(folder, found[0]!) : (found.map((n) => join(folder, n))[0] ?? null);
}

function rulesOf(folder: string, args: string): string[] {
  const named = /(?:^|\s)-[sS]\s+(\S+)/.exec(args)?.[1];
  if (named !== undefined) return [resolve(folder, named.replace('${TEST_DIR}', folder).replace('${TEST_DIR}/', ''))];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.rules'))
    .sort((a, b) => Number(b === 'test.rules') - Number(a === 'test.rules'))
    .slice(0, 1)
    .map((name) => join(folder, name));
}

/** Whether it names lists or settings that did not come with it. */
function missingFile(folder: string, args: string, rules: readonly string[]): boolean {
  const named = [...args.matchAll(/\$\{TEST_DIR\}\/([\w./-]+)/g)].map(([, name]) => join(folder, name!));
  const loaded = rules
    .filter((path) => existsSync(path))
    .flatMap((path) => [
      ...readFileSync(path, 'utf8').matchAll(/\bload\s+([\w./-]+)|\bfile(?:md5|sha1|sha256):\s*!?([\w./-]+)/g),
    ])
    .map(([, a, b]) => join(folder, (a ?? b)!));
  return [...named, ...loaded].some((path) => !existsSync(path));
}

/** Groups of addresses and ports of a suricata.yaml beside the test, and of `--set vars.…`. */
function variablesOf(folder: string, args: string): (readonly [string, string])[] {
  const out: (readonly [string, string])[] = [];
  const file = join(folder, 'suricata.yaml');
  if (existsSync(file)) {
    const vars = object(object(parse(readFileSync(file, 'utf8'), { maxAliasCount: 100 }))['vars']);
    for (const group of ['address-groups', 'port-groups'])
      for (const [name, value] of Object.entries(object(vars[group]))) out.push([name, String(value)]);
  }
  for (const [, name, value] of args.matchAll(/--set vars\.(?:address|port)-groups\.([\w-]+)=("[^"]*"|\S+)/g))
    out.push([name!, value!.replaceAll('"', '')]);
  return out;
}

/** Names of a nested match with dots between them. */
export function keysOf(match: Plain, before = ''): string[] {
  return Object.entries(match).flatMap(([key, value]) => {
    const path = before === '' ? key : `${before}.${key}`;
    return isObject(value) ? keysOf(value, path) : [path];
  });
}

function isObject(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
export function object(value: unknown): Plain {
  return isObject(value) ? value : {};
}
export function list(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  return value === undefined || value === null ? [] : [value];
}
function numberOr(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
