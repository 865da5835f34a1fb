// `npm run bench:latency`: from a packet's stamp on the wire to its row, and from a flow's end to its alert, at 50,000
// packets a second: through the contract as a window hears it, and painted by Chromium. Writes docs/bench-latency.md.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { AlertRow } from '../../contract/index.ts';
import { DEFAULT_TIMEOUTS } from '../../engine/flow/index.ts';
import { captureOf, type Client, served } from './client.ts';
import { pause, Rig } from './rig.ts';
import { share } from '../window/figures.ts';

const RATE = 50_000;
const SECONDS = Number(process.env['SECONDS'] ?? 10);
const FRAME = 300;
const ALERT_RATE = 2000;
/** A connection that was reset may still be spoken of for this long, s. */
const LINGER = DEFAULT_TIMEOUTS.linger;
const PAGE = 40;
const SAMPLES = 40;
const ROOT = join(import.meta.dirname, '..', '..');

const rig = new Rig();

const capture = captureOf(rig);

/** Rows, as pages of the end of the list come; each new row counts from the page that shows it. */
async function rows(client: Client): Promise<number[]> {
  const out: number[] = [];
  let known = 0;
  let newest = 0;
  let asking = false;
  client.onNotice = (m) => {
    if (!('notice' in m) || m.notice !== 'state' || m.views === null || asking) return;
    const { matched, generation } = m.views.packets;
    if (matched <= known) return;
    asking = true;
    void client
      .ask('packets', { from: Math.max(0, matched - PAGE), count: PAGE, generation })
      .then(
        (page) => {
          const at = Date.now() / 1000;
          const last = page.seconds.at(-1)! + page.nanoseconds.at(-1)! / 1e9;
          // Between the newest row of the page before and that of this one packets came evenly.
          if (known > 0)
            for (let i = 1; i <= SAMPLES; i++) out.push((at - (newest + ((last - newest) * i) / SAMPLES)) * 1000);
          known = matched;
          newest = last;
        },
        () => undefined,
      )
      .finally(() => {
        asking = false;
      });
  };
  await client.ask('hello', { client: 'bench' });
  await client.ask('capture', capture);
  await pause(500);
  const sent = await rig.send(FRAME, RATE, SECONDS);
  await pause(500);
  await client.ask('close', {});
  console.log(`rows: offered ${sent.offered}/s, ${out.length} samples`);
  return out;
}

/** Alerts: hosts that try fifty ports each, every try reset; an alert's time is the end of the flow that raised it. */
async function alerts(client: Client): Promise<number[]> {
  const out: number[] = [];
  client.onNotice = (m) => {
    if (!('notice' in m) || m.notice !== 'alert') return;
    const a: AlertRow = m.alert;
    out.push((Date.now() / 1000 - (a.seconds + a.nanoseconds / 1e9) - LINGER) * 1000);
  };
  await client.ask('capture', capture);
  await pause(500);
  await rig.send(54, ALERT_RATE, SECONDS, 1, true);
  await pause(LINGER * 1000 + 1500);
  await client.ask('close', {});
  console.log(`alerts: ${out.length}`);
  return out;
}

const browser = process.argv.includes('--contract-only')
  ? null
  : (['/usr/bin/chromium', '/usr/bin/google-chrome'].find((p) => existsSync(p)) ?? null);

/** Rows as Chromium paints them: each frame the number of the last row in the list is looked at. */
async function painted(): Promise<number[] | null> {
  if (browser === null) return null;
  const done = spawnSync(
    'ip',
    [
      'netns',
      'exec',
      rig.far,
      process.execPath,
      join(import.meta.dirname, 'painted.ts'),
      rig.interface,
      rig.folder,
      rig.near,
      join(rig.folder, 'generate'),
      String(FRAME),
      String(RATE),
      String(SECONDS),
    ],
    { encoding: 'utf8', timeout: 120_000 },
  );
  const line = done.stdout.split('\n').find((l) => l.startsWith('['));
  if (line === undefined) {
    console.error(done.stderr.slice(-2000));
    return null;
  }
  return JSON.parse(line) as number[];
}

try {
  const host = await served(rig);
  const { client } = host;
  const through = await rows(client);
  const alerted = await alerts(client);
  await host.close();
  const seen = await painted();
  const line = (what: string, v: readonly number[], limit: string): string =>
    `| ${what} | ${v.length} | ${share(v, 0.5).toFixed(0)} ms | ${share(v, 0.95).toFixed(0)} ms | ` +
    `${share(v, 0.99).toFixed(0)} ms | ${Math.max(...v).toFixed(0)} ms | ${limit} |`;
  const table = [
    '| | samples | p50 | p95 | p99 | most | wanted |',
    '|---|---:|---:|---:|---:|---:|---|',
    line('packet to row, through the contract', through, 'p50 ≤ 100, p99 ≤ 300'),
    ...(seen === null ? [] : [line('packet to row, painted by Chromium', seen, 'p50 ≤ 100, p99 ≤ 300')]),
    line(`flow’s last packet to alert, beyond ${LINGER} s of linger`, alerted, 'p99 ≤ 500'),
  ].join('\n');
  console.log(table);
  writeFileSync(
    join(ROOT, 'docs', 'bench-latency.md'),
    `# From the wire to the screen\n\n\`npm run bench:latency\`, ${new Date().toISOString().slice(0, 10)}, ` +
      `${cpus().length} × ${cpus()[0]?.model ?? 'processor'}. Frames of ${FRAME} bytes at ` +
      `${RATE.toLocaleString('en-US')} a second for ${SECONDS} s on a veth pair, the helper and the whole ` +
      `pipeline, generator, server and browser on the same processors. A row's time is its packet's stamp by the ` +
      `kernel; alerts: ${ALERT_RATE.toLocaleString('en-US')} packets a second of port scans, an alert every ` +
      `hundred.\n\n${table}\n`,
  );
} finally {
  rig.close();
}
