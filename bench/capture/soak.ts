// `npm run campaign:soak`: an hour (MINUTES in the environment says another time) of 50,000 packets a second into a
// ring of segments with the whole pipeline: is memory flat, does the ring turn over, is nothing lost? Writes
// docs/soak.md.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { childOf, hearLines, pause, Rig } from './rig.ts';

const MINUTES = Number(process.env['MINUTES'] ?? 60);
const RATE = 50_000;
const FRAME = 300;
const SEGMENT_MB = 256;
const PACKETS_A_CONVERSATION = 500;
const MINUTE = 60_000;

interface Status {
  readonly kind: string;
  readonly at: number;
  readonly captured: number;
  readonly analysed: number;
  readonly flows: number;
  readonly firstOnDisk: number;
  readonly behind: number;
  readonly missed: number;
  readonly kernel: number;
  readonly rss: number;
  readonly info: string;
}

const rig = new Rig();
try {
  const folder = join(rig.folder, 'ring');
  const child = rig.run([
    process.execPath,
    '--max-semi-space-size=16',
    join(import.meta.dirname, 'pipeline.ts'),
    rig.interface,
    folder,
    String(SEGMENT_MB),
  ]);
  let last: Status | null = null;
  child.stderr!.pipe(process.stderr);
  await new Promise<void>((resolve) => {
    hearLines<Status>(child, (line) => {
      last = line;
      resolve();
    });
  });
  const helper = childOf(child.pid!, 'sightline-capture')!;
  const rows: string[] = [];
  const memory: number[] = [];
  const begun = Date.now();
  const sending = rig.send(FRAME, RATE, MINUTES * 60, PACKETS_A_CONVERSATION);
  const look = (): Status => last!;
  while (Date.now() - begun < MINUTES * MINUTE) {
    await pause(Math.min(MINUTE, MINUTES * MINUTE - (Date.now() - begun) + 5));
    const s = look();
    const helperRss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${helper}/status`, 'utf8'))?.[1] ?? 0) / 1000;
    const disk = readdirSync(folder).reduce(
      (sum, f) => sum + statSync(join(folder, f), { throwIfNoEntry: false })!.size,
      0,
    );
    memory.push(s.rss / 1e6);
    rows.push(
      `| ${((Date.now() - begun) / MINUTE).toFixed(0)} | ${s.captured.toLocaleString('en-US')} | ` +
        `${s.flows.toLocaleString('en-US')} | ${(s.rss / 1e6).toFixed(0)} MB | ${helperRss.toFixed(0)} MB | ` +
        `${(disk / 1e6).toFixed(0)} MB | ${(s.behind / 1e6).toFixed(1)} MB | ` +
        `${s.firstOnDisk.toLocaleString('en-US')} | ${s.kernel} |`,
    );
    console.log(rows.at(-1));
  }
  const sent = await sending;
  await pause(3000);
  child.stdin!.write('stop\n');
  await new Promise((resolve) => {
    child.once('close', resolve);
  });
  const s = look();
  const half = memory.slice(Math.floor(memory.length / 2));
  const text = `# Soak: ${MINUTES} minutes at ${RATE.toLocaleString('en-US')} packets a second

\`npm run campaign:soak\`${MINUTES === 60 ? '' : ` (MINUTES=${MINUTES} of the default 60)`}, \
${new Date().toISOString().slice(0, 10)}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}. Frames of ${FRAME} \
bytes, conversations of ${PACKETS_A_CONVERSATION} packets, a ring of 8 segments of ${SEGMENT_MB} MB, index, flows, \
features and verdicts of all of it.

Sent ${sent.sent.toLocaleString('en-US')}, captured ${s.captured.toLocaleString('en-US')}, analysed \
${s.analysed.toLocaleString('en-US')}, dropped by the kernel ${s.kernel}, segments missed by the engine ${s.missed}. \
The first packet's row says '${s.info}'. Over the second half the engine's memory went from ${half[0]?.toFixed(0)} to \
${half.at(-1)?.toFixed(0)} MB. Columns of packets beyond 8.4 million are on disk; rows of flows stay, and their tables \
double when they are full.

| minute | captured | flows | engine memory | helper memory | ring on disk | behind | first packet on disk | dropped |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|
${rows.join('\n')}
`;
  writeFileSync(join(import.meta.dirname, '..', '..', 'docs', 'soak.md'), text);
  console.log(text.split('\n\n')[2]);
} finally {
  rig.close();
}
