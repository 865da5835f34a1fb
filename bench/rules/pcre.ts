// `npm run campaign:pcre [-- PAIRS]`: patterns that authors of rules and those who attack them write, on texts of 64 KB:
// the time of each, and whether Node's own regular expressions say the same; writes docs/bench-rules.md.
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { MAX_PLACED_BRANCHES, type Pattern, type PatternFlags, rulePattern } from '../../engine/rules/pattern.ts';
import { testRandom } from '../../engine/testing/packets.ts';
import { ROOT } from '../peers.ts';
import { markdown } from '../run.ts';
import { putPart } from './report.ts';

const PAIRS = Number(process.argv[2] ?? 10_000);
const BYTES = 65_536;
/** Milliseconds that a pair may take, and how long the other one is waited for. */
const [LIMIT, PATIENCE] = [50, 300] as const;
/** Bytes of a text on which answers are compared: the other one goes back and tries again. */
const COMPARED = 2_048;
const [CARRIAGE_RETURN, LINE_FEED] = [13, 10] as const;

const random = testRandom(2027);
const below = (n: number): number => Math.floor(random() * n);
const of = <T>(list: readonly T[]): T => list[below(list.length)]!;

const ATOMS = [
  'a',
  'b',
  'x',
  '.',
  '[ab]',
  '[^a]',
  '[a-f0-9]',
  '\\d',
  '\\w',
  '\\s',
  '(?:a|b)',
  '(?:a|aa)',
  '(?:ab|a)',
  '\\x00',
];
const WORDS = [
  'user',
  'pass',
  'cmd',
  'id',
  'eval',
  'unescape',
  'GET',
  'union',
  'select',
  'powershell',
  '\\.php',
  '\\.exe',
];
const REPEATS = ['', '', '*', '+', '?', '{2}', '{4,}', '{1,30}', '{8,64}', '*?', '+?'];

/** As a rule's author writes: a word, a class often enough, an end. */
function ordinary(): string {
  const parts = [of(['', '^', '[?&]', '\\x2f', '\\r\\n']), of(WORDS)];
  for (let i = below(3); i >= 0; i--) {
    const set = of(['[a-z0-9]', '[^\\r\\n]', '[A-F0-9]', '\\w', '\\d', '[^&]', '[\\x20-\\x7e]', '\\s']);
    parts.push(set + of(['+', '*', '{4,100}', '{32}', '{1,8}', '?']), of(['', '=', ':', '\\s*', ...WORDS]));
  }
  return parts.join('') + of(['', '', '$', '\\r\\n', '(?:&|$)']);
}

/** What makes an engine that goes back take for ever: repetitions in repetitions, alternatives that overlap. */
function hostile(): string {
  const inner = of(ATOMS) + of(['+', '*', '{1,30}', '?']);
  const groups = [
    `(?:${inner})+`,
    `(?:${inner})*`,
    `(?:${inner}|${of(ATOMS)}+)*`,
    `(?:(?:${inner})+)+`,
    `(?:${inner}){1,20}`,
  ];
  return `${of(['', '^'])}${of(groups)}${of(['', of(groups)])}${of(['$', '[cd]', 'c$', 'zz'])}`;
}

/** Anything. */
function any(depth: number): string {
  let out = '';
  for (let i = 1 + below(5); i > 0; i--) {
    const group = depth > 0 && below(4) === 0;
    const part = group
      ? `(?:${any(depth - 1)}${below(2) === 0 ? `|${any(depth - 1)}` : ''})`
      : of([...ATOMS, ...WORDS]);
    out += (part.length > 2 && !/^[([\\]/.test(part) ? `(?:${part})` : part) + of(REPEATS);
  }
  return out;
}

/** What a rule may not say at all. */
const REFUSED = ['(a)\\1', '(?=a)b', '(?!a)b', '(?<=a)b', '(?<!a)b', '(?>a+)b', 'a++b', '(?(1)a|b)', '\\Ka'] as const;
const altogether = (): string => `${any(1)}${of(REFUSED)}`;

function wide(): string {
  return `(?:${Array.from({ length: 50 + below(1_500) }, () => of(WORDS) + String(below(1e6))).join('|')})`;
}

const KINDS = [ordinary, ordinary, ordinary, hostile, hostile, () => any(2), () => any(2), wide, altogether] as const;

function text(signs: string): Uint8Array {
  return Uint8Array.from({ length: BYTES }, () => (signs === '' ? below(256) : signs.charCodeAt(below(signs.length))));
}
/** Near matches: letters that nearly every pattern takes, words that begin and do not end. */
const TEXTS = [
  text('a'),
  text('ab'),
  text('aaaaaab'),
  text('abx0 '),
  text('0123456789abcdef'),
  text('user=pascmdievl.phGETunio \r\n&'),
  text(''),
  Uint8Array.from(Buffer.from('user=aaaa&pass=a&id=1&cmd=unescap'.repeat(2_000)).subarray(0, BYTES)),
];

/** Node's own answers, from a thread that can be left alone. */
class Other {
  private worker = this.start();
  timeouts = 0;

  private start(): Worker {
    return new Worker(
      `const { parentPort } = require('node:worker_threads');
      parentPort.on('message', ({ source, flags, text }) => {
        try {
          const m = new RegExp(source, flags).exec(text);
          parentPort.postMessage(m === null ? [-1, -1] : [m.index, m.index + m[0].length]);
        } catch { parentPort.postMessage(null); }
      });`,
      { eval: true },
    );
  }

  /** @returns where it found the pattern, [-1, -1] nowhere; null where it cannot say, or not in time */
  find(source: string, flags: string, bytes: Uint8Array): Promise<readonly [number, number] | null> {
    return new Promise((resolve) => {
      const { worker } = this;
      const late = setTimeout(() => {
        this.timeouts++;
        void worker.terminate();
        this.worker = this.start();
        resolve(null);
      }, PATIENCE);
      worker.once('message', (answer: readonly [number, number] | null) => {
        clearTimeout(late);
        resolve(answer);
      });
      worker.postMessage({ source, flags, text: Buffer.from(bytes).toString('latin1') });
    });
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }
}

/** Where Node's expressions mean what PCRE's mean: they know no other white space, and `$` is the end alone. */
function sameMeaning(source: string): boolean {
  return !/\$|\\s|\\S|\(\?<|\(\?>|\+\+|\\K|\(\?\(/.test(source);
}

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** What rules ask: where the pattern stands, or of patterns with more branches whether it does. */
function ask(pattern: Pattern, bytes: Uint8Array): void {
  if (pattern.branches <= MAX_PLACED_BRANCHES) pattern.find(bytes, 0);
  else pattern.isIn(bytes, 0);
}

const flagsOf = (): PatternFlags => ({
  ignoreCase: below(2) === 0,
  dotAll: below(2) === 0,
  lines: false,
  anchored: below(8) === 0,
  ungreedy: false,
});

let refused = 0;
let compared = 0;
const different: string[] = [];
const times: { ms: number; pattern: string; branches: number }[] = [];
const compiling: { ms: number; pattern: string }[] = [];
const other = new Other();
while (times.length < PAIRS) {
  const source = of(KINDS)();
  const flags = flagsOf();
  const begun = cpu();
  const pattern = rulePattern(source, flags);
  compiling.push({ ms: cpu() - begun, pattern: source });
  if ('say' in pattern) {
    refused++;
    continue;
  }
  const bytes = of(TEXTS);
  ask(pattern, bytes.subarray(0, 16));
  let ms = Infinity;
  // What else the machine does is not the pattern's: the best of three.
  for (let go = 0; go < 3 && ms > LIMIT / 2; go++) {
    const from = cpu();
    ask(pattern, bytes);
    ms = Math.min(ms, cpu() - from);
  }
  times.push({ ms, pattern: source, branches: pattern.branches });
  if (times.length % 3 !== 0 || !sameMeaning(source)) continue;
  // To Node's `.` a carriage return ends a line too, to PCRE's a line feed alone.
  const short = bytes.slice(0, COMPARED).map((byte) => (byte === CARRIAGE_RETURN ? LINE_FEED : byte));
  const letters = `${flags.ignoreCase ? 'i' : ''}${flags.dotAll ? 's' : ''}${flags.anchored ? 'y' : ''}`;
  const theirs = await other.find(source, letters, short);
  if (theirs === null) continue;
  const ours = pattern.find(short, 0);
  compared++;
  if (ours === null ? theirs[0] !== -1 : ours.from !== theirs[0] || ours.to !== theirs[1])
    different.push(
      `/${source}/${letters}: ${ours === null ? 'not found' : `${ours.from}..${ours.to}`}, ${theirs.join('..')}`,
    );
}
await other.close();

const longest = <T extends { readonly ms: number }>(list: readonly T[]): T[] => [...list].sort((a, b) => b.ms - a.ms);
const found = longest(times);
const over = found.filter((t) => t.ms > LIMIT);
const made = longest(compiling);
const cell = (t: string): string => `\`${t.slice(0, 60).replaceAll('|', '\\|').replaceAll('`', '')}\``;
const out = [
  `\`npm run campaign:pcre\`, ${new Date().toISOString().slice(0, 10)}: ${PAIRS.toLocaleString('en-US')} random pairs of ` +
    'pattern and text of 64 KB, CPU time, the best of three where it is long. Patterns as authors of rules write them and as ' +
    'attackers do: repetitions in repetitions, alternatives that overlap, hundreds of alternatives, classes; texts that ' +
    `nearly match. Patterns of up to ${MAX_PLACED_BRANCHES} branches are asked where they stand, others whether they do. ` +
    'Answers are held to those of Node\u2019s own expressions on the first 2 KB, where both mean the same.',
  '',
  markdown(
    ['what', 'patterns'],
    [
      ['refused by name', String(refused)],
      ['matched', String(times.length)],
      [`over ${LIMIT} ms`, String(over.length)],
      ['compared with Node', String(compared)],
      ['other answers', String(different.length)],
      [`Node had no answer after ${PATIENCE} ms`, String(other.timeouts)],
    ],
  ),
  '',
  `Median ${found[found.length >> 1]!.ms.toFixed(2)} ms, longest ${found[0]!.ms.toFixed(1)} ms; reading a pattern takes ` +
    `${made[0]!.ms.toFixed(1)} ms at most.`,
  '',
  markdown(
    ['the longest', 'branches', 'ms'],
    found.slice(0, 8).map((t) => [cell(t.pattern), String(t.branches), t.ms.toFixed(1)]),
  ),
  '',
].join('\n');
putPart(join(ROOT, 'docs', 'bench-rules.md'), 'pcre', out);
console.log(out);
for (const line of different.slice(0, 20)) console.log(line);
process.exit(over.length > 0 || different.length > 0 ? 1 : 0);
