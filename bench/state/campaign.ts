// The state campaign: every file that is kept, damaged and odd; kills while labels are given live; full disks at every
// size. Writes docs/state.md. Options: --kills N, --states, --kill, --full for a part of it.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { english, flowRow, LABELS } from '../../contract/index.ts';
import { flowKey, flowRecord, openCapture, Store } from '../../engine/host.ts';
import { Desk } from '../../engine/host-desk.ts';
import { handlers } from '../../engine/desk/handlers.ts';
import { TimeSlices } from '../../engine/view/index.ts';
import { LiveHost, ROOT, run, SAMPLE, smallDisk, unmount } from './rig.ts';
import { type Place, type State, STATES, unmake } from './states.ts';

const HOST = fileURLToPath(new URL('./desk-host.ts', import.meta.url));
const LIMIT = 60_000;
const LABELLED = 30;

interface Totals {
  labelsLost: number;
  halfFiles: number;
  hostsEnded: number;
  unsaid: number;
}
const totals: Totals = { labelsLost: 0, halfFiles: 0, hostsEnded: 0, unsaid: 0 };
const trouble: string[] = [];

const home = mkdtempSync(join(tmpdir(), 'sightline-campaign-'));
const { values } = parseArgs({
  options: {
    kills: { type: 'string' },
    states: { type: 'boolean' },
    kill: { type: 'boolean' },
    full: { type: 'boolean' },
  },
});
const all = !values.states && !values.kill && !values.full;

function desk(data: string): Desk {
  return new Desk({
    product: 'Sightline',
    version: 'campaign',
    root: ROOT,
    dataFolder: data,
    cacheFolder: join(home, 'cache-here'),
    helper: '/nowhere',
    native: true,
  });
}

/**
 * A data folder as it is after some use: labels on the sample, allowed alerts, imported rows, a live capture with
 * labels.
 */
async function used(): Promise<Place> {
  const data = join(home, 'used');
  const host = new LiveHost(home, data, 'used-pipe');
  await host.until(() => host.labelled.size >= LABELLED, LIMIT);
  host.process.stdin!.write('close\n');
  await host.until(() => host.lines.includes('done'), LIMIT);
  host.process.stdin!.write('end\n');
  await host.ended;
  const d = desk(data);
  await d.openFile(SAMPLE, 'file');
  await d.session!.done;
  await d.labelled;
  await d.setLabels(
    Array.from({ length: LABELLED }, (_, i) => flowRow(i)),
    'malicious',
    new TimeSlices(),
  );
  for (let i = 0; i < 60; i++)
    await d.store.allow(`an alert of a long name that somebody does not want to see again ${i}`, true);
  d.store.importRows(
    'rows',
    Array.from({ length: 100 }, (_, i) => ({
      time: 't',
      source: '192.0.2.1',
      destination: '192.0.2.2',
      protocol: 'TCP',
      length: i,
      info: 'x'.repeat(40),
      sport: '1',
      dport: '2',
      label: 'good' as const,
    })),
  );
  d.changeSettings({ theme: 'light' } as never);
  await d.close();
  writeFileSync(
    join(data, 'baseline.json'),
    JSON.stringify({
      format: 'sightline-baseline',
      version: 1,
      learned: '2026-01-01T00:00:00Z',
      files: [],
      model: 'of another',
      groups: {},
    }),
  );
  return { data, cache: join(home, 'cache'), capture: host.folder };
}

interface Told {
  said: string[];
  refused: string[];
  shown: Record<string, number>;
  captureMessage: string | null;
  captured: number;
  capturedLabels: number;
}

async function tryState(from: Place, state: State, n: number): Promise<string> {
  const base = join(home, `state-${n}`);
  const place: Place = {
    data: join(base, 'data'),
    cache: join(base, 'cache'),
    capture: from.capture.replace(from.data, join(base, 'data')),
  };
  mkdirSync(base);
  cpSync(from.data, place.data, { recursive: true });
  try {
    state.make(place);
    const ended = await run([HOST, ROOT, place.data, place.cache, place.capture], LIMIT);
    const name = `${state.file}, ${state.state}`;
    if (ended.code !== 0) {
      totals.hostsEnded++;
      trouble.push(`${name}: ${ended.late ? 'no end' : `exit ${ended.code}`} ${ended.out.slice(-300)}`);
      return `| ${state.file} | ${state.state} | **${ended.late ? 'hangs' : 'ended'}** | |`;
    }
    const told = JSON.parse(ended.out.trim().split('\n').at(-1)!) as Told;
    const internal = told.refused.filter((r) => /Cannot read|undefined|is not a/.test(r));
    if (internal.length > 0) trouble.push(`${name}: ${internal.join(' ')}`);
    const sentences = [...told.said, ...told.refused, ...(told.captureMessage === null ? [] : [told.captureMessage])];
    if (!state.takesLabels) {
      const lost = LABELLED - (told.shown['malicious'] ?? 0);
      const captureThere = existsSync(place.capture);
      const lostLive = captureThere ? Math.max(0, LABELLED - told.capturedLabels) : 0;
      totals.labelsLost += lost + lostLive;
      if (lost + lostLive > 0)
        trouble.push(`${name}: ${lost} and ${lostLive} labels are not there: ${sentences.join(' ')}`);
    }
    if (state.said && sentences.length === 0) {
      totals.unsaid++;
      trouble.push(`${name}: nothing was said`);
    }
    const half = parts(base);
    totals.halfFiles += half.length;
    trouble.push(...half.map((h) => `${name}: ${h} was left`));
    return (
      `| ${state.file} | ${state.state} | ` +
      `${sentences[0]?.replaceAll(base, '…').replaceAll('|', '\\|') ?? 'nothing is lost, nothing said'} |`
    );
  } finally {
    unmake(place);
    if (existsSync(place.cache) && statSync(place.cache).isDirectory()) chmodSync(place.cache, 0o700);
    rmSync(base, { recursive: true, force: true });
  }
}

/** What was not put in its place, below a folder. */
function parts(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((n) =>
    /\.part$|\.new-\d+-[\da-f]+$/.test(n),
  );
}

async function kills(count: number): Promise<string> {
  const data = join(home, 'kills');
  mkdirSync(data);
  const viewer = desk(data);
  let given = 0;
  let lost = 0;
  try {
    for (let round = 0; round < count; round++) {
      const host = new LiveHost(home, data, `kill-pipe-${round}`);
      // Some before the first label, most in the middle of one.
      const after = round % 10 === 0 ? 0 : 1 + ((round * 37) % 120);
      if (!(await host.until(() => host.folder !== '' && host.labelled.size >= after, LIMIT)))
        trouble.push(`kill ${round}: never came so far: ${host.lines.slice(-3).join(' ')}`);
      await new Promise((resolve) => {
        setTimeout(resolve, (round * 7) % 13);
      });
      host.process.kill('SIGKILL');
      await host.ended;
      if (host.folder === '') continue;
      given += host.labelled.size;
      await viewer.openFile(host.folder, 'file');
      const s = viewer.session!;
      await s.done;
      await viewer.labelled;
      const shown = new Map<number, string>();
      for (let row = 0; row < s.analysis.flows.columns.count; row++) {
        const label = LABELS[s.label[row]!];
        if (label !== undefined) shown.set(s.analysis.flows.columns.firstPacket[row]!, label);
      }
      const missing = [...host.labelled].filter(([packet, label]) => shown.get(packet) !== label);
      lost += missing.length;
      if (missing.length > 0)
        trouble.push(`kill ${round}: ${missing.length} of ${host.labelled.size} labels are not there`);
      if (viewer.interrupted().length > 0) trouble.push(`kill ${round}: still interrupted after it was opened`);
      await viewer.closeCapture();
      rmSync(host.folder, { recursive: true, force: true });
      rmSync(join(home, `kill-pipe-${round}`), { force: true });
      if (round % 20 === 19) console.error(`${round + 1} kills, ${given} labels, ${lost} lost`);
    }
  } finally {
    await viewer.close();
  }
  totals.labelsLost += lost;
  return (
    `| kill -9 while labels are given live | ${count} | ${given.toLocaleString('en-US')} labels answered | ${lost} ` +
    'lost |'
  );
}

/** Labels until the disk is full, at sizes that fall by a page and more. */
async function fullStore(): Promise<string> {
  let given = 0;
  let lost = 0;
  let tried = 0;
  const sentences = new Set<string>();
  for (let size = 2_000_000; size >= 40_000; size = Math.floor((size * 0.9) / 4096) * 4096) {
    const disk = join(home, `disk-${size}`);
    if (!smallDisk(disk, size)) return '| labels until the disk is full | 0 | needs root | |';
    tried++;
    const answered = new Map<string, string>();
    try {
      const store = Store.forWindow(disk);
      if (!store.stored) for (const note of store.notes) sentences.add(english(note).replaceAll(disk, '…'));
      for (let i = 0; i < 400 && store.stored; i++) {
        const keys = Array.from({ length: 1 + ((i * 31) % 200) }, (_, k) => `1:${i}-${k}-${'k'.repeat(30)}@2026`);
        try {
          await store.labelInTurns('c', keys, 'benign', () => Promise.resolve());
          for (const k of keys) answered.set(k, 'benign');
        } catch (error) {
          sentences.add((error as Error).message.replaceAll(disk, '…'));
          break;
        }
      }
      store.close();
      const again = Store.forWindow(disk);
      const known = again.labels('c');
      given += answered.size;
      const missing = [...answered.keys()].filter((k) => !known.has(k)).length;
      const more = known.size - (answered.size - missing);
      lost += missing;
      if (missing > 0 || more > 0)
        trouble.push(
          `disk of ${size}: ${missing} labels lost, ${more} of a refused batch are there; ${again.notes.join(' ')}`,
        );
      if (more > 0) totals.halfFiles++;
      const aside = readdirSync(disk).filter((n) => n.includes('damaged'));
      if (aside.length > 0) trouble.push(`disk of ${size}: ${aside.join()} was set aside`);
      again.close();
    } finally {
      unmount(disk);
    }
  }
  totals.labelsLost += lost;
  return (
    `| labels until the disk is full | ${tried} sizes | ${given.toLocaleString('en-US')} labels answered | ${lost} ` +
    `lost; ${[...sentences].slice(0, 2).join(' ')} |`
  );
}

/** Everything that can be saved, on disks of falling sizes: whole, or not there. */
async function fullSaves(): Promise<string[]> {
  const d = desk(join(home, 'saves'));
  const rows: string[] = [];
  try {
    await d.openFile(SAMPLE, 'file');
    await d.session!.done;
    await d.labelled;
    d.views('campaign');
    await d.follow();
    await d.setLabels(
      Array.from({ length: 200 }, (_, i) => flowRow(i)),
      'malicious',
      new TimeSlices(),
    );
    const asker = { client: 'campaign', jobs: new Map(), files: new Map() };
    for (const [what, name, whole] of [
      ['capture', 'c.pcapng', 700_000],
      ['displayed', 'd.pcapng', 700_000],
      ['labelled', 'rows', 400_000],
      ['flows', 'f.csv', 1_600_000],
      ['flows-parquet', 'f.parquet', 1_600_000],
    ] as const) {
      let saved = 0;
      let refused = 0;
      let sentence = '';
      for (let size = whole; size >= 4096; size -= Math.floor(whole / 25 / 4096) * 4096) {
        const disk = join(home, `save-${what}-${size}`);
        if (!smallDisk(disk, size)) return ['| saves on a full disk | 0 | needs root | |'];
        try {
          await handlers.save(d, asker, { what, path: join(disk, name) }, new TimeSlices());
          saved++;
          if (name.endsWith('.pcapng') && (await endOf(join(disk, name))) !== 'ok') {
            totals.halfFiles++;
            trouble.push(`${what} on ${size} bytes is not whole`);
          }
        } catch (error) {
          refused++;
          sentence = (error as Error).message.replaceAll(disk, '…');
          const left = readdirSync(disk, { recursive: true, encoding: 'utf8' }).filter((n) =>
            statSync(join(disk, n)).isFile(),
          );
          totals.halfFiles += left.length;
          if (left.length > 0) trouble.push(`${what} on ${size} bytes left ${left.join(', ')}`);
        } finally {
          unmount(disk);
        }
      }
      rows.push(
        `| save ${what} on disks of falling sizes | ${saved + refused} | ${saved} whole, ${refused} refused | ` +
          `${sentence} |`,
      );
    }
  } finally {
    await d.close();
  }
  return rows;
}

async function endOf(path: string): Promise<string> {
  const opened = openCapture(path, { packet: () => undefined }, { cacheFolder: home });
  if (!opened.ok) return opened.ending.kind;
  while (await opened.reader.step());
  const { kind } = opened.reader.ending();
  opened.reader.close();
  return kind;
}

/** A live capture and its labels on disks of falling sizes. */
async function fullLive(): Promise<string> {
  let given = 0;
  let lost = 0;
  let tried = 0;
  let ended = 0;
  for (const size of [
    3_000_000, 1_000_000, 700_000, 500_000, 400_000, 300_000, 250_000, 200_000, 150_000, 100_000, 60_000,
  ]) {
    const disk = join(home, `live-${size}`);
    if (!smallDisk(disk, size)) return '| a live capture on a full disk | 0 | needs root | |';
    try {
      tried++;
      const host = new LiveHost(home, join(disk, 'data'), `live-pipe-${size}`);
      let alive = true;
      void host.ended.then(() => {
        alive = false;
      });
      await host.until(
        () => host.labelled.size >= 150 || !alive || host.lines.some((l) => l.startsWith('refused')),
        8_000,
      );
      const stored = !host.lines.some((l) => l.includes('held in memory'));
      if (!alive && !host.lines.some((l) => l.startsWith('refused'))) {
        ended++;
        trouble.push(`live on ${size}: the host ended: ${host.lines.slice(-3).join(' ')}`);
      }
      host.process.kill('SIGKILL');
      await host.ended;
      if (host.folder === '' || !stored) continue;
      given += host.labelled.size;
      const d = desk(join(disk, 'data'));
      try {
        const path = host.folder;
        const known = existsSync(path) ? d.store.labels(await identityOf(d, path)) : new Map<string, string>();
        const missing = host.labelled.size - [...host.labelled.keys()].filter((p) => hasFlow(d, p, known)).length;
        lost += missing;
        if (missing > 0)
          trouble.push(
            `live on ${size}: ${missing} of ${host.labelled.size} labels are not there: ${d.notes.join(' ')}`,
          );
      } finally {
        await d.close();
      }
    } finally {
      unmount(disk);
    }
  }
  totals.labelsLost += lost;
  totals.hostsEnded += ended;
  return (
    `| a live capture with labels on disks of falling sizes | ${tried} sizes | ${given.toLocaleString('en-US')} ` +
    `labels answered and stored | ${lost} lost |`
  );
}

async function identityOf(d: Desk, path: string): Promise<string> {
  await d.openFile(path, 'file');
  await d.session!.done;
  await d.labelled;
  return d.session!.opened.identity;
}

function hasFlow(d: Desk, packet: number, known: ReadonlyMap<string, string>): boolean {
  const s = d.session!;
  const c = s.analysis.flows.columns;
  for (let row = flowRow(0); row < c.count; row++)
    if (c.firstPacket[row] === packet) return known.has(flowKey(flowRecord(s.analysis, '', row)));
  return false;
}

const begun = new Date();
const done: string[] = [];
const stateRows: string[] = [];
try {
  if (all || values.states) {
    const place = await used();
    for (const [n, state] of STATES.entries()) stateRows.push(await tryState(place, state, n));
    console.error(`${STATES.length} states`);
  }
  if (all || values.full) done.push(await fullStore(), ...(await fullSaves()), await fullLive());
  if (all || values.kill) done.push(await kills(Number(values.kills ?? 200)));
} finally {
  rmSync(home, { recursive: true, force: true });
}
const minutes = ((Date.now() - begun.getTime()) / 60_000).toFixed(1);
const listed = trouble.map((t) => `- ${t.replaceAll('\n', ' ')}`).join('\n');
const wrong = trouble.length === 0 ? '' : `What went wrong:\n\n${listed}\n\n`;
const report = `# State campaign

\`npm run campaign:state\`, ${begun.toISOString().slice(0, 10)}, ${minutes} minutes. Everything that Sightline keeps \
in every state that was thought of, processes that are killed while labels are given, and disks that are full at every \
size.

| labels lost | half files | hosts ended or hanging | states without a sentence |
|---|---|---|---|
| ${totals.labelsLost} | ${totals.halfFiles} | ${totals.hostsEnded} | ${totals.unsaid} |

${wrong}| what | times | | |
|---|---|---|---|
${done.join('\n')}

## States

${STATES.length} states, each in a process of its own: it opens the sample, labels, changes a setting, opens a live \
capture of the folder, saves its flows and ends. Where the bytes of the labels themselves are gone (the whole store is \
noise, the capture's own record) there is nothing to show; then a sentence is due. One page of the store at a time \
loses nothing.

| file | state | what is said first |
|---|---|---|
${stateRows.join('\n')}
`;
if (all) writeFileSync(join(ROOT, 'docs', 'state.md'), report);
else process.stdout.write(report);
const bad = totals.labelsLost + totals.halfFiles + totals.hostsEnded + totals.unsaid + trouble.length;
console.error(`${bad === 0 ? 'Nothing lost.' : trouble.join('\n')}`);
process.exit(bad === 0 ? 0 : 1);
