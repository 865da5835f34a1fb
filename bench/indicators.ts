// `npm run bench:indicators [-- FILE]`: a million entries, generated: how long they load, what they hold, and what they
// cost of scoring a capture (processor time with and without them, in turns), into docs/bench-indicators.md.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { foreignBaseline } from '../engine/detect/index.ts';
import { type IndicatorSet, loadIndicators, loadIndicatorsNow } from '../engine/indicators/index.ts';
import { ruleVariables } from '../engine/rules/index.ts';
import { scoreFile, shippedFile, usableModel } from '../engine/session/index.ts';
import { testRandom } from '../engine/testing/packets.ts';
import { readRuleFiles, RulesHere } from '../engine/workers/index.ts';
import { cloneOf, ROOT } from './peers.ts';
import { markdown } from './run.ts';

const ENTRIES = 1_000_000;
const PACKETS = 2_500_000;
/** Runs with and without lists, in turns; the least time of each counts. */
const ROUNDS = 5;
const WANTED_SECONDS = 2;
const WANTED_SHARE = 0.03;

const random = testRandom(11);
const pick = (n: number): number => Math.floor(random() * n);
const hex = (digits: number): string => Array.from({ length: digits }, () => pick(16).toString(16)).join('');
const word = (): string => Array.from({ length: 4 + pick(9) }, () => String.fromCharCode(97 + pick(26))).join('');
const address = (): string => `${1 + pick(223)}.${pick(256)}.${pick(256)}.${1 + pick(254)}`;
const host = (): string => `${word()}${pick(1_000)}.${word()}.${['com', 'net', 'org', 'top', 'xyz'][pick(5)]}`;
const day = (): string =>
  `2026-${String(1 + pick(11)).padStart(2, '0')}-${String(1 + pick(28)).padStart(2, '0')} 10:00:00`;

/** Lists of the forms that are most used, in the shares in which their publishers have entries. */
function made(folder: string): void {
  const lines = (n: number, line: (i: number) => string): string =>
    Array.from({ length: n }, (_, i) => line(i)).join('\n');
  const part = ENTRIES / 10;
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), `${text}\n`);
  put('addresses.txt', lines(part * 3, address));
  put(
    'networks.txt',
    lines(part / 10, () => `${1 + pick(223)}.${pick(256)}.${pick(256)}.0/${18 + pick(7)}`),
  );
  put('names.txt', lines(part * 3, host));
  put(
    'urlhaus.csv',
    `# id,dateadded,url,url_status,last_online,threat,tags,urlhaus_link,reporter\n${lines(
      part,
      (i) =>
        `"${i}","${day()}","http://${host()}/${word()}/${word()}.exe","offline","${day()}","malware_download","elf,mirai",` +
        `"https://urlhaus.abuse.ch/url/${i}/","abuse_ch"`,
    )}`,
  );
  put(
    'threatfox.csv',
    '# "first_seen_utc","ioc_id","ioc_value","ioc_type","threat_type","fk_malware","malware_alias","malware_printable",' +
      `"last_seen_utc","confidence_level","reference","tags","anonymous","reporter"\n${lines(
        part,
        (i) =>
          `"${day()}", "${i}", "${address()}:${1 + pick(65_535)}", "ip:port", "botnet_cc", "win.x", "None", "XWorm", "", ` +
          '"100", "None", "xworm", "0", "abuse_ch"',
      )}`,
  );
  put('sslbl.csv', `# Listingdate,SHA1,Listingreason\n${lines(part, () => `${day()},${hex(40)},Dridex C&C`)}`);
  put(
    'ja3.csv',
    `# ja3_md5,Firstseen,Lastseen,Listingreason\n${lines(part - part / 10, () => `${hex(32)},${day()},${day()},Tofsee`)}`,
  );
}

function held(): number {
  (globalThis as { gc?: () => void }).gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

interface Run {
  readonly cpu: number;
  readonly hits: number;
}

function carriers(): RulesHere {
  const variables = ruleVariables([]);
  if ('why' in variables) throw new Error('no variables');
  return new RulesHere(readRuleFiles([], variables).ready, true);
}

const model = usableModel(shippedFile(ROOT));

/** @param files whether hashes of files are made, as they are where a list has some */
async function scored(file: string, indicators: IndicatorSet | null, files = false): Promise<Run> {
  const before = process.cpuUsage();
  const options = {
    model,
    baseline: foreignBaseline(model),
    threads: 1,
    cacheFolder: tmpdir(),
    indicators,
    rules: files ? carriers() : null,
  };
  let hits = 0;
  await scoreFile(file, options, { indicatorHit: () => hits++ });
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e6, hits };
}

const folder = mkdtempSync(join(tmpdir(), 'sightline-lists-'));
mkdirSync(folder, { recursive: true });
try {
  made(folder);
  const before = held();
  const times: number[] = [];
  let set: IndicatorSet | null = null;
  for (let i = 0; i < ROUNDS; i++) {
    set = null;
    const began = performance.now();
    set = loadIndicatorsNow([folder]);
    times.push((performance.now() - began) / 1e3);
  }
  const bytes = held() - before;
  // How long nobody else had the thread while the same was loaded with pauses.
  let longest = 0;
  let last = performance.now();
  const clock = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  const began = performance.now();
  last = began;
  await loadIndicators([folder]);
  const paused = (performance.now() - began) / 1e3;
  clearInterval(clock);

  const file = process.argv[2] ?? (await cloneOf(PACKETS));
  const withLists: Run[] = [];
  const without: Run[] = [];
  await scored(file, null);
  for (let i = 0; i < ROUNDS; i++) {
    without.push(await scored(file, null));
    withLists.push(await scored(file, set));
  }
  const hashed = await scored(file, set, true);
  const least = (runs: readonly Run[]): number => Math.min(...runs.map((run) => run.cpu));
  const share = least(withLists) / least(without) - 1;
  const rows = [
    ['entries', set!.entries.toLocaleString('en-US')],
    ['load, the first time and the least of five', `${times[0]!.toFixed(2)} s, ${Math.min(...times).toFixed(2)} s`],
    ['load with pauses, longest without one', `${paused.toFixed(2)} s, ${longest.toFixed(0)} ms`],
    ['memory', `${(bytes / 1e6).toFixed(0)} MB, of which tables ${(set!.bytes / 1e6).toFixed(0)} MB`],
    ['scoring without lists', `${least(without).toFixed(2)} s of processor time`],
    ['scoring with lists', `${least(withLists).toFixed(2)} s, ${(share * 100).toFixed(1)} % more`],
    ['with hashes of files too, in the same thread', `${hashed.cpu.toFixed(2)} s`],
    ['entries met', withLists[0]!.hits.toLocaleString('en-US')],
  ];
  const wanted = `Wanted: loaded in ${WANTED_SECONDS} s, at most ${WANTED_SHARE * 100} % of scoring.`;
  const table = `${markdown(['what', 'measured'], rows)}\n\n${wanted}`;
  console.log(table);
  if (process.argv.length === 2) {
    const today = new Date().toISOString().slice(0, 10);
    const said =
      `Written by \`npm run bench:indicators\` on ${today} (${cpus()[0]?.model ?? 'unknown processor'}): lists of ` +
      'generated entries in the forms of abuse.ch and plain ones, held against a capture cloned from real ones by one ' +
      'thread. Runs with and without lists take turns; the least of five counts.';
    writeFileSync(
      join(ROOT, 'docs', 'bench-indicators.md'),
      `# What lists of indicators cost\n\n${said}\n\n${table}\n`,
    );
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
