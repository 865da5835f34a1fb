// `npm run campaign:patterns`: random regular expressions on random bytes, the time of each; writes docs/patterns.md.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FilterError, patternOf } from '../engine/filter/index.ts';
import { testRandom } from '../engine/testing/packets.ts';

const PAIRS = 10_000;
const BYTES = 65_536;
const LIMIT = 50;

const ATOMS = [
  'a',
  'b',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\d',
  '(a|b)',
  '(a|aa)',
  '(a?)',
  'x',
  '\\x00',
  '[a-z]',
  '\\s',
  '(.*)',
  '(a|b|ab)',
  'word',
  '(?:x|y|z)',
];
const REPEATS = ['', '', '', '*', '+', '?', '{2}', '{0,9}', '{1,30}', '{40}', '*?'];
const random = testRandom(22);
const below = (n: number): number => Math.floor(random() * n);

/** A pattern of up to six parts, some of them groups of patterns. */
function pattern(depth: number): string {
  let out = '';
  for (let i = 1 + below(6); i > 0; i--) {
    const group = depth > 0 && below(4) === 0;
    const inner = group
      ? `(${pattern(depth - 1)}${below(2) === 0 ? `|${pattern(depth - 1)}` : ''})`
      : ATOMS[below(ATOMS.length)]!;
    out += inner + REPEATS[below(REPEATS.length)]!;
  }
  return out;
}

function text(signs: string): Uint8Array {
  return Uint8Array.from({ length: BYTES }, () => (signs === '' ? below(256) : signs.charCodeAt(below(signs.length))));
}
const TEXTS = ['a', 'ab', 'abx0 ', 'wordxyz', ''].map(text);

let refused = 0;
let ran = 0;
const times: { ms: number; pattern: string }[] = [];
while (ran < PAIRS) {
  const source = pattern(2) + (below(2) === 0 ? '[cd]$' : '');
  try {
    const compiled = patternOf({ text: source, quoted: true, at: 0, length: 1 });
    const bytes = TEXTS[below(TEXTS.length)]!;
    let ms = Infinity;
    // What else the machine does is not the pattern's: the best of three.
    for (let go = 0; go < 3 && ms > LIMIT / 2; go++) {
      const begun = performance.now();
      compiled.bytes(bytes);
      ms = Math.min(ms, performance.now() - begun);
    }
    ran++;
    times.push({ ms, pattern: source });
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    refused++;
  }
}
times.sort((a, b) => b.ms - a.ms);
const over = times.filter((t) => t.ms > LIMIT);
const cell = (t: string): string => `\`${t.slice(0, 60).replaceAll('|', '\\|')}\``;
const lines = [
  '# Regular expressions',
  '',
  `Written by \`npm run campaign:patterns\` on ${new Date().toISOString().slice(0, 10)}: ${PAIRS} random pairs ` +
    'of pattern and text, 64 KB each; patterns that are refused are counted beside them.',
  '',
  '| what | patterns |',
  '|---|---|',
  `| refused by name | ${refused} |`,
  `| matched | ${ran} |`,
  `| over ${LIMIT} ms | ${over.length} |`,
  '',
  `Median ${times[times.length >> 1]!.ms.toFixed(2)} ms, longest ${times[0]!.ms.toFixed(1)} ms.`,
  '',
  '| the longest | ms |',
  '|---|---|',
  ...times.slice(0, 8).map((t) => `| ${cell(t.pattern)} | ${t.ms.toFixed(1)} |`),
  '',
];
writeFileSync(fileURLToPath(new URL('../docs/patterns.md', import.meta.url)), lines.join('\n'));
console.log(lines.slice(4).join('\n'));
process.exit(over.length > 0 ? 1 : 0);
