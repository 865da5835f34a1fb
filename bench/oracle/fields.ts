// `sightline packets -Y FILTER -e FIELD…` beside `tshark -Y FILTER -T fields -e FIELD…` on pairs of capture and filter
// (fields.txt). Lines must be the same; those that are not are told by kind. Writes docs/fields.md.
//
//   node scripts/run24.mjs bench/oracle/fields.ts [--only WORD] [--out FILE]
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DATA } from './campaign.ts';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const MAIN = join(HERE, '..', '..', 'cli', 'main.ts');
const MOST_OUTPUT = 256 * 1024 * 1024;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    out: { type: 'string', default: join(HERE, '..', '..', 'docs', 'fields.md') },
  },
});

interface Kind {
  readonly why: string;
  /** Of a value. @param field its name @param ours, theirs texts */
  is?(field: string, ours: string, theirs: string): boolean;
  /** Of a whole packet that only one of the two has. */
  isRow?(filter: string): boolean;
}

/** Why tshark 4.0 and the bundled engine (4.4.5) write otherwise: the same as in docs/filters.md. */
const KINDS: readonly Kind[] = [
  {
    why: '4.4 has the URI of the request in its answer too',
    is: (field, ours, theirs) => field === 'http.request.uri' && ours !== '' && theirs === '',
  },
  {
    why: '4.4 takes the time stamp of a ping out of its data',
    is: (field, ours, theirs) => field === 'data.len' && Number(theirs) - Number(ours) === 8,
  },
  { why: 'HTTP: messages that are put together otherwise', isRow: (filter) => filter === 'http' },
];

interface Pair {
  readonly capture: string;
  readonly filter: string;
  readonly fields: readonly string[];
}

const pairs = readFileSync(join(HERE, 'fields.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('# '))
  .map((line): Pair => {
    const [capture = '', filter = '', fields = ''] = line.split('\t');
    return { capture, filter, fields: fields.split(' ') };
  })
  .filter(({ capture, filter }) => `${capture} ${filter}`.includes(options.only));

function run(program: string, args: readonly string[]): string[] {
  const done = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, TZ: 'UTC' },
  });
  if (done.status !== 0) throw new Error(`${program} ${args.join(' ')}: ${done.stderr.slice(-400)}`);
  return done.stdout.split('\n').filter((_, i, all) => i < all.length - 1);
}

const seen = { pairs: 0, same: 0, rows: 0, values: 0, explained: 0 };
const kinds = new Map<string, number>();
const left: string[] = [];

for (const { capture, filter, fields } of pairs) {
  const path = join(DATA, capture);
  if (!existsSync(path)) throw new Error(`there is no ${path}`);
  const chosen = fields.flatMap((field) => ['-e', field]);
  const ours = run(process.execPath, [MAIN, 'packets', '-Y', filter, ...chosen, '--partial-ok', path]);
  const theirs = run('tshark', ['-n', '-2', '-r', path, '-Y', filter, '-T', 'fields', ...chosen]);
  if (theirs.length === 0) throw new Error(`${capture}: tshark finds nothing by ${filter}`);
  seen.pairs++;
  seen.rows += theirs.length;
  seen.values += theirs.length * fields.length;
  if (ours.join('\n') === theirs.join('\n')) {
    seen.same++;
    console.log(`same      ${theirs.length} rows  ${filter}  ${capture}`);
    continue;
  }
  const before = left.length;
  const [a, b] = [byFrame(ours), byFrame(theirs)];
  for (const frame of new Set([...a.keys(), ...b.keys()])) {
    const [mine, other] = [a.get(frame), b.get(frame)];
    if (mine !== undefined && other !== undefined) compare(capture, fields, mine, other);
    else
      note(
        KINDS.find(({ isRow }) => isRow?.(filter)),
        `${capture} ${filter}: ${frame} only ${mine ? 'here' : 'in tshark'}`,
      );
  }
  console.log(`${left.length > before ? 'DIFFERENT' : 'explained'} ${theirs.length} rows  ${filter}  ${capture}`);
  for (const line of left.slice(before, before + 4)) console.log(`    ${line}`);
}

/** Each pair prints the packet's number, or its time, first. */
function byFrame(lines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  return new Map(lines.map((line) => [line.split('\t')[0]!, line.split('\t')]));
}

function compare(capture: string, fields: readonly string[], ours: readonly string[], theirs: readonly string[]): void {
  fields.forEach((field, i) => {
    const [mine, other] = [ours[i] ?? '', theirs[i] ?? ''];
    if (mine === other) return;
    const kind = KINDS.find(({ is }) => is?.(field, mine, other));
    note(kind, `${capture} ${ours[0]} ${field}: '${mine}', tshark '${other}'`);
  });
}

function note(kind: Kind | undefined, text: string): void {
  if (kind === undefined) left.push(text);
  else {
    seen.explained++;
    kinds.set(kind.why, (kinds.get(kind.why) ?? 0) + 1);
  }
}

writeFileSync(
  options.out,
  `# Chosen fields beside tshark

Made by \`npm run oracle:fields\`: \`sightline packets -Y FILTER -e FIELD…\` beside \`tshark -2 -Y FILTER -T fields -e FIELD…\`
of Debian (4.0.17), on the pairs of \`bench/oracle/fields.txt\`. The bundled engine is Wireshark 4.4.5.

| what | figure |
|---|---|
| pairs of filter and capture | ${seen.pairs} |
| with the same lines to the byte | ${seen.same} |
| rows, values | ${seen.rows}, ${seen.values} |
| values and rows that differ by a known kind | ${seen.explained} |
| **other differences** | ${left.length} |

| kind of difference | values |
|---|---|
${[...kinds].map(([why, n]) => `| ${why} | ${n} |`).join('\n')}
`,
);
if (left.length > 0) process.exitCode = 1;
