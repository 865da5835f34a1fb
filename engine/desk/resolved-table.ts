// Statistics > Resolved Addresses: every address that has a name, where the name comes from, and the packet that said it.
import { isIP } from 'node:net';
import { NAME_SOURCES, say } from '../../contract/index.ts';
import { ordered, type StatOrder, type StatTable } from '../stats/index.ts';
import type { TimeSlices } from '../view/index.ts';
import type { KnownName, Names } from './names.ts';
import type { CaptureSession } from './session.ts';

/** The first columns of a table hold for the same names: they are made once. */
const kept = new WeakMap<CaptureSession, { readonly key: string; readonly table: StatTable }>();

export async function resolvedTable(
  s: CaptureSession,
  names: Names,
  order: StatOrder | null,
  turns: TimeSlices,
): Promise<{ readonly table: StatTable; readonly order: Uint32Array | null }> {
  const { count } = s.analysis.packets;
  const key = `${count} ${s.analysis.inspector.addressNames.version} ${names.version}`;
  let known = kept.get(s);
  if (known?.key !== key) {
    known = { key, table: await made(s, names, count, turns) };
    kept.set(s, known);
  }
  return { table: known.table, order: await ordered(known.table, order, turns) };
}

async function made(s: CaptureSession, names: Names, counted: number, turns: TimeSlices): Promise<StatTable> {
  const all = await names.all(s, turns);
  const addresses = [...all.keys()].sort(compareAddresses);
  const asked: string[] = [];
  for (const address of addresses) {
    asked.push(await names.askedFor(s, address, turns));
    if (turns.due) await turns.rest();
  }
  const known = (row: number): KnownName => all.get(addresses[row]!)!;
  const { left } = s.analysis.inspector.addressNames;
  return {
    rows: addresses.length,
    columns: [
      {
        id: 'address',
        kind: 'text',
        text: (row) => addresses[row]!,
        compare: (a, b) => compareAddresses(addresses[a]!, addresses[b]!),
      },
      { id: 'hostName', kind: 'text', text: (row) => known(row).name },
      {
        id: 'nameBy',
        kind: 'text',
        text: (row) => known(row).by,
        compare: (a, b) => NAME_SOURCES.indexOf(known(a).by) - NAME_SOURCES.indexOf(known(b).by),
      },
      { id: 'askedName', kind: 'text', text: (row) => (asked[row] === known(row).name ? '' : asked[row]!) },
      { id: 'saidIn', kind: 'number', numbers: Float64Array.from(addresses, (_, row) => known(row).packet || NaN) },
    ],
    filter: (row) => filterOf(addresses[row]!),
    packet: (row) => known(row).packet,
    depth: null,
    note: left > 0 ? say('names-left', { left }) : say('names-none'),
    counted,
  };
}

function filterOf(address: string): string {
  const family = isIP(address);
  if (family === 0) return `eth.addr == ${address}`;
  return family === 4 ? `ip.addr == ${address}` : `ipv6.addr == ${address}`;
}

/** IPv4 first and by number, then as text. */
function compareAddresses(a: string, b: string): number {
  const [fa, fb] = [isIP(a), isIP(b)];
  if (fa !== fb) return (fa || 9) - (fb || 9);
  if (fa === 4) return numberOf(a) - numberOf(b);
  return a < b ? -1 : Number(a > b);
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
