// `npm run campaign:rules [-- WORD…] [-v]`: tests of Suricata's verification suite (../shared/data/rules), asked of our
// engine. Writes docs/rules-suite.md when all were asked: how many raise the alerts that they shall raise, and of the
// others each with its reason.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join, relative } from 'node:path';
import { english } from '../../contract/index.ts';
import { eveAlert } from '../../engine/exchange/index.ts';
import { openCapture } from '../../engine/read/index.ts';
import {
  factsOf,
  readRules,
  type RefusedRule,
  RuleRunner,
  rulesTogether,
  ruleVariables,
} from '../../engine/rules/index.ts';
import { SHARED_DATA } from '../../engine/testing/captures.ts';
import { type AlertCheck, keysOf, readTest, type SuiteTest, testsBelow } from './suite-test.ts';

const ROOT = join(SHARED_DATA, 'rules');
const PAGE = join(import.meta.dirname, '..', '..', 'docs', 'rules-suite.md');
/** Keywords and protocols that are not among those that rules here are wanted to know. */
const BEYOND_WORDS = [
  'lua luaxform frame dnp3 modbus nfs rfb mqtt snmp ike krb5 ldap enip cip sip sdp rdp tftp ntp pgsql bittorrent websocket',
  'dhcp template geoip igmp esp arp ether firewall accept vlan filestore xor tag mdns llmnr doh2 socks telnet rpc ipopts',
  'stream_size hostbits',
];
const BEYOND = new RegExp(`\\b(?:${BEYOND_WORDS.join(' ').replaceAll(' ', '|')})\\b`);
/** Settings of a device in the line that say what becomes of packets, whatever rules say. */
const OF_DEVICE = /policy/;

interface Outcome {
  readonly test: SuiteTest;
  readonly passed: boolean;
  /** Every keyword of its rules is among those that are wanted. */
  readonly wanted: boolean;
  readonly why: string;
  /** Every check that does not hold, with what was found instead. */
  readonly wrong: readonly string[];
}

type Alert = Readonly<Record<string, unknown>>;

async function run(test: SuiteTest): Promise<Outcome> {
  const texts = test.rules
    .filter((path) => existsSync(path))
    .map((path) => [path, readFileSync(path, 'utf8')] as const);
  const plain = texts.flatMap(([, text]) => text.split('\n').filter((line) => !line.trim().startsWith('#')));
  const asked = plain.map((line) => line.replace(/"[^"]*"/g, '""'));
  const wanted = !asked.some((line) => BEYOND.test(line)) && !OF_DEVICE.test(test.args);
  const variables = ruleVariables(test.variables);
  if ('why' in variables) return { test, passed: false, wanted, why: 'a variable is not understood', wrong: [] };
  const { rules, refused, sets } = rulesTogether(texts.map(([path, text]) => readRules(text, path, variables)));
  const isOneSided = /stream\.async-oneside=(?:true|yes)/.test(test.args);
  // Tests that say so by their name stand in line by a suricata.yaml, which is not among the data.
  const inline =
    /--simulate-ips|stream\.inline=(?:true|yes)/.test(test.args) || /(?:^|[-_])ips(?:[-_]|$)/.test(test.name);
  const ips = /--simulate-ips/.test(test.args);
  const midstream = isOneSided || /stream\.midstream=(?:true|yes)/.test(test.args);
  const skipMidstream = skipsMidstream(test.args, ips, midstream);
  const alerts: Alert[] = [];
  const runner = new RuleRunner(
    rules,
    (hit) => {
      const { alert, ...rest } = eveAlert(hit, factsOf(hit.rule));
      const blocked = ips && (hit.rule.action === 'drop' || hit.rule.action.startsWith('reject'));
      alerts.push({ ...rest, alert: { ...alert, action: blocked ? 'blocked' : alert.action } });
    },
    { sets, inline, oneSided: isOneSided, midstream, skipMidstream, ...depthOf(test.args) },
  );
  const opened = openCapture(test.capture!, runner, { cacheFolder: join(import.meta.dirname, '..', '.cache') });
  if (!opened.ok) return { test, passed: false, wanted, why: 'the capture cannot be read', wrong: [] };
  try {
    while (await opened.reader.step());
    runner.finish();
  } finally {
    opened.reader.close();
    if (opened.temporary) opened.reader.discard();
  }
  const wrong = test.checks.map((check) => wrongOf(check, alerts)).filter((w) => w !== null);
  return { test, passed: wrong.length === 0, wanted, why: wrong.length === 0 ? '' : reason(wrong, refused), wrong };
}

/** Bytes of a stream that are put together, where the arguments say so. */
function depthOf(args: string): { readonly depth?: number } {
  const found = /stream\.reassembly\.depth=(\d+)(kb|mb)?/.exec(args);
  if (found === null || found[1] === '0') return {};
  return { depth: Number(found[1]) * { kb: 1_024, mb: 1_048_576, '': 1 }[(found[2] ?? '') as 'kb' | 'mb' | '']! };
}

/** Whether flows without a beginning are left alone: by the policy that the arguments name. */
function skipsMidstream(args: string, ips: boolean, midstream: boolean): boolean {
  const of = (name: string): string | undefined => new RegExp(`(?:^|\\s)${name}=(\\S+)`).exec(args)?.[1];
  const said = of('stream\\.midstream-policy') ?? of('exception-policy') ?? 'ignore';
  const usual = ips ? 'drop-flow' : 'ignore';
  const policy = said === 'auto' ? usual : said;
  return midstream ? policy === 'pass-flow' : policy !== 'ignore';
}

function wrongOf({ count, match }: AlertCheck, alerts: readonly Alert[]): string | null {
  const found = alerts.filter((alert) => fits(alert, match)).length;
  if (count === null ? found > 0 : found === count) return null;
  return `${found} of ${count ?? 'some'} for ${JSON.stringify(match)}`;
}

/** Why, in a word or two: the first rule that is refused, or that alerts are too few or too many. */
function reason(wrong: readonly string[], refused: readonly RefusedRule[]): string {
  if (refused.length > 0) return `refused: ${english(refused[0]!.why)}`;
  const [, found, of] = /^(\d+) of (\w+)/.exec(wrong[0]!)!;
  return Number(found) < Number(of) || of === 'some' ? 'too few alerts' : 'too many alerts, or other ones';
}

function fits(alert: Alert, match: Alert): boolean {
  return keysOf(match).every((path) => {
    const expected = at(match, path);
    const [, key, how] = /^(.*?)(?:\.__(\w+))?$/.exec(path)!;
    const value = at(alert, key!);
    const text = String(value);
    switch (how) {
      case undefined:
        return (
          value === expected ||
          (/^(?:src|dest)_ip$/.test(key!) && isSameAddress(text, String(expected))) ||
          (expected === null && value === undefined) ||
          (value !== undefined && text === String(expected))
        );
      case 'contains':
        return text.includes(String(expected));
      case 'startswith':
        return text.startsWith(String(expected));
      case 'endswith':
        return text.endsWith(String(expected));
      case 'len':
        return text.length === expected;
      default:
        return false;
    }
  });
}

/** Whether two texts are of one address, however its zeros are written. */
function isSameAddress(a: string, b: string): boolean {
  const plain = (text: string): string => new URL(`http://[${text}]/`).hostname;
  return isIPv6(a) && isIPv6(b) && plain(a) === plain(b);
}

/** A value by its dotted path, whether its object is nested or its name has the dots. */
function at(from: Alert, path: string): unknown {
  if (path in from) return from[path];
  const dot = path.indexOf('.');
  if (dot < 0) return undefined;
  const next = from[path.slice(0, dot)];
  return typeof next === 'object' && next !== null ? at(next as Alert, path.slice(dot + 1)) : undefined;
}

const words = process.argv.slice(2).filter((w) => w !== '-v');
const verbose = process.argv.includes('-v');
const outcomes: Outcome[] = [];
const leftOut: SuiteTest[] = [];
for (const folder of testsBelow(ROOT)) {
  const name = relative(ROOT, folder);
  if (words.length > 0 && !words.some((w) => name.includes(w))) continue;
  const test = readTest(folder, name);
  if (test.leftOut !== null) {
    leftOut.push(test);
    continue;
  }
  let outcome: Outcome;
  try {
    outcome = await run(test);
  } catch (error) {
    outcome = {
      test,
      passed: false,
      wanted: true,
      why: `error: ${(error as Error).message.split('\n')[0]}`,
      wrong: [],
    };
  }
  outcomes.push(outcome);
  if (verbose && !outcome.passed)
    console.log([`${name}${outcome.wanted ? '' : ' *'}: ${outcome.why}`, ...outcome.wrong].join('\n  '));
}

function share(of: readonly Outcome[]): string {
  const passed = of.filter((o) => o.passed).length;
  return `${passed} of ${of.length} (${((100 * passed) / Math.max(1, of.length)).toFixed(1)} %)`;
}

const wantedOnes = outcomes.filter((o) => o.wanted);
console.log(`all: ${share(outcomes)}`);
console.log(`with wanted keywords only: ${share(wantedOnes)}`);
console.log(`left out: ${leftOut.length}`);

function grouped<T>(items: readonly T[], by: (item: T) => string): [string, T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(by(item), [...(groups.get(by(item)) ?? []), item]);
  return [...groups].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
}

if (words.length === 0) {
  const failed = outcomes.filter((o) => !o.passed);
  const lines = [
    "# Suricata's verification suite",
    '',
    '`npm run campaign:rules` asks the tests of `../shared/data/rules` of our engine and compares alerts: signature, count,',
    'and where a test checks them packet, ends, application and transaction. A test whose rule is refused has failed.',
    `${new Date().toISOString().slice(0, 10)}:`,
    '',
    '| tests | raise the alerts that they shall raise |',
    '|---|---|',
    `| all that say something of alerts | ${share(outcomes)} |`,
    `| those whose rules have no keyword beyond the list of what is wanted | ${share(wantedOnes)} |`,
    `| left out, by reason below | ${leftOut.length} |`,
    '',
    '## What fails, by reason',
    '',
    ...grouped(failed, (o) => o.why).map(
      ([why, of]) => `- ${why} (${of.length}): ${of.map((o) => `${o.test.name}${o.wanted ? '' : ' *'}`).join(', ')}`,
    ),
    '',
    'With a star: a keyword beyond the list is in its rules.',
    '',
    '## What is left out',
    '',
    ...grouped(leftOut, (t) => t.leftOut!).map(([why, of]) => `- ${why}: ${of.length}`),
    '',
  ];
  writeFileSync(PAGE, lines.join('\n'));
}
