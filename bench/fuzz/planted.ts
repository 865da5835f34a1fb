// `npm run campaign:planted [-- TEXT]`: checks taken out, one at a time, in a copy of the build; the fuzzer has ten minutes
// for each. With TEXT only those of files that have it in their names, and no document is written.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plantedCopy } from '../planted-copy.ts';
import { markdown } from '../run.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MINUTES = 10;

/**
 * What is taken out of which file: the text, the number of its occurrence, what stands there instead, and the target
 * that has to notice.
 */
const PLANTS: readonly {
  readonly file: string;
  readonly check: string;
  readonly nth: number;
  readonly instead: string;
  readonly target: string;
}[] = [
  { file: 'protocols/tls-hello.js', check: 'if (end - at < 38)', nth: 0, instead: 'if (false)', target: 'tls' },
  { file: 'protocols/tls-hello.js', check: 'if (to > blockEnd)', nth: 0, instead: 'if (false)', target: 'tls' },
  { file: 'protocols/dns.js', check: 'if (p >= end)', nth: 0, instead: 'if (false)', target: 'dns' },
  { file: 'protocols/dns.js', check: 'p + 1 + size > end ||', nth: 0, instead: '', target: 'dns' },
  { file: 'protocols/dtls.js', check: 'end - p >= HEADER', nth: 0, instead: 'p < end', target: 'dtls' },
  { file: 'protocols/quic.js', check: '|| idAt + idSize >= end', nth: 0, instead: '', target: 'quic-header' },
  { file: 'protocols/ssh.js', check: 'if (p + 4 + size > end)', nth: 1, instead: 'if (false)', target: 'ssh' },
  { file: 'protocols/tcp-services.js', check: 'least: 11', nth: 0, instead: 'least: 4', target: 'recognise' },
  { file: 'protocols/framing.js', check: 'if (end - at < 6)', nth: 0, instead: 'if (false)', target: 'framing' },
  { file: 'rules/numbers-in.js', check: '|| at + bytes > buffer.length', nth: 0, instead: '', target: 'rule-steps' },
  {
    file: 'rules/explain-steps.js',
    check: 'inspection.passesBeyond(bytes, steps, known)',
    nth: 0,
    instead: 'inspection.passes(bytes, steps)',
    target: 'rule-steps',
  },
  { file: 'rules/choosing.js', check: 'if (groups === null)', nth: 0, instead: 'if (false)', target: 'rule-choices' },
  {
    file: 'rules/suricata-yaml.js',
    check: 'if (!(root instanceof Map))',
    nth: 0,
    instead: 'if (false)',
    target: 'suricata-yaml',
  },
  {
    file: 'rules/run/apps/cursor.js',
    check: 'if (count >= 0 && this.left >= count)',
    nth: 0,
    instead: 'if (true)',
    target: 'rules-ike',
  },
  {
    file: 'rules/run/transaction-tests.js',
    check: 'if (!final && !onlyFinds(test.steps))',
    nth: 0,
    instead: 'if (false)',
    target: 'rule-explain',
  },
  { file: 'decode/network.js', check: 'if (this.end - at < 20)', nth: 0, instead: 'if (false)', target: 'link' },
];

const rows: string[][] = [];
let missed = 0;
const only = process.argv[2] ?? '';
for (const p of PLANTS.filter(({ file }) => file.includes(only))) {
  const { root, remove } = plantedCopy({ ...p, file: join('engine', p.file) });
  const started = performance.now();
  const ran = spawnSync(
    process.execPath,
    [
      join(ROOT, 'bench', 'fuzz', 'campaign.ts'),
      '--dist',
      join(root, 'dist'),
      '--target',
      p.target,
      '--first',
      '--minutes',
      String(MINUTES),
    ],
    { encoding: 'utf8', timeout: (MINUTES + 1) * 60_000 },
  );
  const seconds = (performance.now() - started) / 1000;
  const said = /: (?:\w*Error): (.*)/.exec(ran.stdout)?.[1] ?? '';
  const found = ran.status === 1 && said !== '';
  if (!found) missed++;
  rows.push([
    p.file,
    `\`${p.check}\``,
    p.target,
    found ? `${seconds.toFixed(1)} s` : `**not in ${MINUTES} min**`,
    said.replaceAll('|', '/'),
  ]);
  console.log(rows.at(-1)!.join('  '));
  remove();
}
const document = [
  '# Planted errors',
  '',
  `Written by \`npm run campaign:planted\` on ${new Date().toISOString().slice(0, 10)}: ` +
    `${PLANTS.length - missed} of ${PLANTS.length} removed checks found, each within ${MINUTES} minutes. ` +
    'Times are those of the whole process, start and instrumenting included; the fuzzer starts with the saved ' +
    'corpus, as it always does.',
  '',
  markdown(['file of the build', 'check taken out', 'target', 'found after', 'what it saw'], rows),
  '',
].join('\n');
if (only === '') writeFileSync(join(ROOT, 'docs', 'fuzz-planted.md'), document);
process.exit(missed > 0 ? 1 : 0);
