// `npm run bench:rules:hostile`: rule files that somebody made to be a burden: what loading them takes, and a packet
// with them; writes docs/bench-rules.md.
import { mkdtempSync, rmSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRuleFiles, RuleRunner, ruleVariables } from '../../engine/host-rules.ts';
import { packetsOf, pcap, udp } from '../../engine/testing/packets.ts';
import { openCapture } from '../../engine/read/index.ts';
import { ROOT } from '../peers.ts';
import { markdown } from '../run.ts';
import { putPart } from './report.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-hostile-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const PACKETS = 20;
const BYTES = 1_400;

const cpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

const udpRule = (sid: number, options: string): string =>
  `alert udp any any -> any any (msg:"x"; ${options} sid:${sid};)`;
function many(count: number, options: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => udpRule(i + 1, options(i))).join('\n');
}

interface Case {
  readonly name: string;
  readonly write: (path: string) => void;
  /** What payloads are full of. */
  readonly text: string;
}

const text =
  (rules: () => string) =>
  (path: string): void =>
    writeFileSync(path, rules());
const CASES: readonly Case[] = [
  {
    name: 'one line of 200 MB',
    text: 'a',
    write: (path) => {
      const fd = openSync(path, 'w');
      const part = Buffer.alloc(1_048_576, 'a');
      writeSync(fd, 'alert udp any any -> any any (msg:"');
      for (let i = 0; i < 200; i++) writeSync(fd, part);
      writeSync(fd, `";)\n${udpRule(1, 'content:"bbbb";')}\n`);
      closeSync(fd);
    },
  },
  {
    name: '1,000,000 contents in 10,000 rules',
    text: 'needle',
    write: text(() => many(10_000, (i) => Array.from({ length: 100 }, (_, k) => `content:"n${i}-${k}";`).join(' '))),
  },
  {
    name: '100,000 rules of the same two bytes, there',
    text: 'ab',
    write: text(() => many(100_000, () => 'content:"ab";')),
  },
  {
    name: '100,000 rules of the same two bytes, not there',
    text: 'cd',
    write: text(() => many(100_000, () => 'content:"ab";')),
  },
  {
    name: '10,000 rules of one byte each',
    text: 'abcdefgh',
    write: text(() =>
      many(10_000, (i) => `content:"|${(i % 256).toString(16).padStart(2, '0')}|"; content:"z"; distance:0;`),
    ),
  },
  {
    name: '100,000 rules that begin alike',
    text: 'a',
    write: text(() => many(100_000, (i) => `content:"aaaaaaaaaaaa${i}";`)),
  },
  {
    name: '1,000 rules of giant alternatives',
    text: 'user=',
    write: text(() =>
      many(
        1_000,
        (i) => `content:"user"; pcre:"/(?:${Array.from({ length: 300 }, (_, k) => `u${i}${k}`).join('|')})x/i";`,
      ),
    ),
  },
  {
    name: '20 rules that try again nearby, nested',
    text: 'ab',
    write: text(() =>
      many(20, () => 'content:"a"; content:"b"; within:1; content:"a"; distance:1; content:"q"; within:9;'),
    ),
  },
  {
    name: '20 rules that try again to the end, nested',
    text: 'ab',
    write: text(() =>
      many(20, () => 'content:"a"; content:"b"; distance:0; content:"a"; distance:0; content:"qz"; distance:0;'),
    ),
  },
  {
    name: 'the same in any case of letters',
    text: 'ab',
    write: text(() =>
      many(20, () => 'content:"a"; nocase; content:"b"; nocase; distance:0; content:"q"; nocase; within:1000;'),
    ),
  },
];

const known = ruleVariables([]);
if ('why' in known) throw new Error('variables');
const rows: string[][] = [];
for (const { name, write, text: of } of CASES) {
  const path = join(folder, 'hostile.rules');
  write(path);
  const capture = join(folder, 'hostile.pcap');
  const payload = of.repeat(Math.ceil(BYTES / of.length)).slice(0, BYTES);
  const frames = Array.from({ length: PACKETS }, () => udp('10.0.0.1:4000', '192.0.2.9:4001', payload));
  writeFileSync(capture, pcap(packetsOf(frames)));
  let from = cpu();
  const files = readRuleFiles([path], known);
  const { rules, refused, sets } = files.ready;
  let alerts = 0;
  const runner = new RuleRunner(rules, () => alerts++, { sets });
  const loading = cpu() - from;
  const opened = openCapture(capture, runner, { cacheFolder: folder });
  if (!opened.ok) throw new Error(name);
  from = cpu();
  while (await opened.reader.step()) {
    /* whole */
  }
  runner.finish();
  const each = (cpu() - from) / PACKETS;
  opened.reader.close();
  rows.push([
    name,
    rules.length.toLocaleString('en-US'),
    (refused.length + files.unread.length).toLocaleString('en-US'),
    `${(loading / 1_000).toFixed(2)} s`,
    `${each.toFixed(each < 1 ? 3 : 1)} ms`,
    alerts.toLocaleString('en-US'),
    `${(process.resourceUsage().maxRSS / 1_024).toFixed(0)} MB`,
  ]);
  console.log(rows.at(-1)!.join('  '));
}
const out = [
  `\`npm run bench:rules:hostile\`, ${new Date().toISOString().slice(0, 10)}, CPU time; packets of ${BYTES} bytes full of what ` +
    'the patterns begin with. Memory is the peak of the process up to there.',
  '',
  markdown(['rules', 'read', 'refused', 'loading', 'a packet', 'alerts', 'peak memory'], rows),
  '',
].join('\n');
putPart(join(ROOT, 'docs', 'bench-rules.md'), 'hostile', out);
