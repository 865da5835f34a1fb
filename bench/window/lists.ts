// Filters and orders of the packet list, and the packets' bytes, asked of the host of a large capture.
import { statSync } from 'node:fs';
import { type Figure, median } from './figures.ts';
import type { Host } from './host.ts';
import { shark } from './shark.ts';

const RUNS = 3;
const FILTER_GOAL = 300;
const SORT_GOAL = 1_000;
const INFO_GOAL = 30_000;
const CONTAINS_GOAL = 500;

/** What columns answer. Those that tshark does not know are ours. */
const FAST = [
  'tcp',
  'udp.port == 53',
  'tcp.port == 443',
  'tcp.port in {80, 443, 8080}',
  'ip.addr == 10.0.0.0/8',
  'ip.src == 192.168.1.0/24 and tcp',
  'tcp.flags.syn == 1 and tcp.flags.ack == 0',
  'tcp.flags.reset == 1',
  'tcp.len > 1000',
  'frame.len > 1000',
  'frame.time_relative < 600',
  'not (tcp or udp)',
  'icmp',
  'frame.number > 1000000 and frame.number < 1001000',
];
const OURS = ['flow.verdict == malicious', 'flow.server_name contains "google"'];
const CONTAINS = 'frame contains "GET"';
const COLUMNS = ['no', 'time', 'source', 'destination', 'protocol', 'length', 'verdict'] as const;

export async function filters(host: Host, file: string): Promise<Figure[]> {
  // A set has commas, which separate filters there.
  const askedOfShark = FAST.filter((f) => !f.includes(','));
  const all = await shark(file, askedOfShark);
  const one = await shark(file, ['tcp.port == 443']);
  const figures: Figure[] = [];
  for (const filter of [...FAST, ...OURS]) {
    const runs: number[] = [];
    let rows = 0;
    for (let i = 0; i < RUNS; i++) {
      await host.arrange('', null);
      const { ms, rows: found } = await host.arrange(filter, null);
      runs.push(ms);
      rows = found;
    }
    const theirs = all?.packets[askedOfShark.indexOf(filter)];
    const other = theirs === undefined ? '' : `${theirs.toLocaleString('en-US')} packets`;
    figures.push({
      what: `\`${filter}\``,
      ours: median(runs),
      unit: 'ms',
      most: FILTER_GOAL,
      theirs: theirs === rows ? 'the same' : other,
      note: `${rows.toLocaleString('en-US')} packets`,
    });
  }
  await host.arrange('', null);
  const text = (s: number | undefined): string => (s === undefined ? '' : `${s.toFixed(1)} s`);
  figures.push({
    what: 'a filter of ports, in tshark',
    ours: median(figures.slice(0, FAST.length).map((f) => f.ours!)),
    unit: 'ms',
    theirs: text(one?.s),
    note: `all ${askedOfShark.length} at once in tshark: ${text(all?.s)}`,
  });
  return figures;
}

export async function contains(host: Host, file: string): Promise<Figure[]> {
  const megabytes = statSync(file).size / 1e6;
  const theirs = await shark(file, [CONTAINS]);
  const figures: Figure[] = [];
  for (const filter of [CONTAINS, 'frame matches "[Pp]assword"']) {
    const runs: number[] = [];
    let rows = 0;
    for (let i = 0; i < RUNS; i++) {
      await host.arrange('', null);
      const { ms, rows: found } = await host.arrange(filter, null);
      runs.push(megabytes / (ms / 1000));
      rows = found;
    }
    const shown = filter === CONTAINS && theirs !== null;
    figures.push({
      what: `\`${filter}\``,
      ours: median(runs),
      unit: 'MB/s',
      ...(filter === CONTAINS ? { least: CONTAINS_GOAL } : {}),
      theirs: shown
        ? `${(megabytes / theirs.s).toFixed(0)} MB/s, ${theirs.packets[0]!.toLocaleString('en-US')} packets`
        : '',
      note: `${rows.toLocaleString('en-US')} packets`,
    });
  }
  await host.arrange('', null);
  return figures;
}

export async function sorts(host: Host): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const column of [...COLUMNS, 'info'] as const) {
    const runs: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      await host.arrange('', null);
      runs.push((await host.arrange('', column)).ms);
    }
    figures.push({ what: column, ours: median(runs), unit: 'ms', most: column === 'info' ? INFO_GOAL : SORT_GOAL });
  }
  await host.arrange('', null);
  return figures;
}
