// Names of addresses and ports for what is in sight. Whoever paints an address asks for its name here; what is not known
// is asked of the host a moment later, many at once, and the list is painted again when the answer is there. Nothing
// that a row is about is a name: filters, sorting and what is asked of the host keep to the address.
import { create } from 'zustand';
import { MAX_NAMED, NAME_SOURCES, NO_NAME, type NameSource, textAt } from '../../contract/index.ts';
import { client } from '../wire/client.ts';
import { shortened, visible } from '../words/format.ts';
import { endOf } from './cell-filter.ts';
import { useStore } from './store.ts';

export interface Named {
  readonly name: string;
  readonly by: NameSource;
  /** Number of the packet that said it, from 1; 0 where none did. */
  readonly packet: number;
}

interface Names {
  /** Grows when names have come or gone: what shows some is painted again. */
  readonly version: number;
  /** The address that the dialog gives a name. */
  readonly naming: string | null;
}

export const useNames = create<Names>(() => ({ version: 0, naming: null }));

const MAC = /^[\da-f]{2}(?::[\da-f]{2}){5}$/i;
const IP = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f]*:[\da-f:.]+)$/i;
/** A name is not cut to fewer characters. */
const SHORTEST = 4;
/** Names that are kept. */
const KEPT = 20_000;
/** What is passed by while a list is scrolled is not asked for at once, ms. */
const STILL = 30;
/** While packets come in, names may change: they are asked for again this often, ms. */
const AGAIN = 2_000;

interface Entry {
  readonly named: Named | null;
  readonly epoch: number;
}

const known = new Map<string, Entry>();
const wanted = new Set<string>();
let epoch = 0;
let generation = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let asking = false;
let lastEpoch = 0;

export function isMac(address: string): boolean {
  return MAC.test(address);
}

/** Whether the settings give addresses of this kind names. */
export function isResolved(address: string): boolean {
  const { settings } = useStore.getState();
  if (settings === null) return false;
  if (MAC.test(address)) return settings.macNames;
  return settings.networkNames && IP.test(address);
}

/** The name of an address, null where it has none, or none yet. */
export function nameOf(address: string): Named | null {
  return isResolved(address) ? lookUp(`a ${address}`) : null;
}

/** The service of a port, '' where it has none, or none yet. @param transport such as TCP */
export function serviceOf(transport: string, port: string | number): string {
  if (useStore.getState().settings?.portNames !== true) return '';
  return lookUp(`p ${transport.toLowerCase()} ${port}`)?.name ?? '';
}

/** An address as it is shown. */
export function shownAddress(address: string): string {
  return nameOf(address)?.name ?? address;
}

/**
 * An end of a flow as it is shown: either part may have a name.
 * @param most characters; of a longer one the name is cut, and not the port
 */
export function shownEnd(end: string, transport: string, most = Infinity): string {
  const { address, port } = endOf(end);
  const named = nameOf(address);
  const service = port === null ? '' : serviceOf(transport, port);
  if (named === null && service === '') return end;
  const host = named?.name ?? (address.includes(':') ? `[${address}]` : address);
  const after = port === null ? '' : `:${service === '' ? port : service}`;
  const room = most - after.length;
  return named === null || room < SHORTEST ? host + after : shortened(host, room) + after;
}

/** Names of addresses that are not in sight, for a copy. */
export async function loadNames(addresses: readonly string[]): Promise<void> {
  const missing = [...new Set(addresses.filter(isResolved).map((a) => `a ${a}`))].filter((key) => !known.has(key));
  for (let at = 0; at < missing.length; at += MAX_NAMED) await take(missing.slice(at, at + MAX_NAMED));
}

/** Nothing known holds any longer. */
export function forgetNames(): void {
  generation++;
  known.clear();
  wanted.clear();
  useNames.setState({ version: useNames.getState().version + 1 });
}

function lookUp(key: string): Named | null {
  const entry = known.get(key);
  if (entry === undefined || entry.epoch < epoch) {
    wanted.add(key);
    later(STILL);
  }
  return entry?.named ?? null;
}

function later(ms: number): void {
  if (asking || timer !== undefined) return;
  timer = setTimeout(() => {
    timer = undefined;
    void ask();
  }, ms);
}

async function ask(): Promise<void> {
  const keys = [...wanted].slice(-MAX_NAMED);
  wanted.clear();
  if (keys.length === 0) return;
  asking = true;
  const came = await take(keys);
  asking = false;
  if (came) useNames.setState({ version: useNames.getState().version + 1 });
  if (wanted.size > 0) later(STILL);
}

/** @returns whether something is known that was not before */
async function take(keys: readonly string[]): Promise<boolean> {
  const mine = generation;
  const addresses = keys.filter((key) => key.startsWith('a ')).map((key) => key.slice(2));
  const ports = keys.filter((key) => key.startsWith('p ')).map((key) => key.slice(2));
  const page = await client.ask('names', { addresses, ports }).catch(() => null);
  if (page === null || mine !== generation) return false;
  let changed = false;
  addresses.forEach((address, i) => {
    const by = page.by[i]!;
    const named =
      by === NO_NAME ? null : { name: visible(textAt(page.names, i)), by: NAME_SOURCES[by]!, packet: page.packet[i]! };
    changed = keep(`a ${address}`, named) || changed;
  });
  ports.forEach((port, i) => {
    const name = visible(textAt(page.ports, i));
    changed = keep(`p ${port}`, name === '' ? null : { name, by: 'engine', packet: 0 }) || changed;
  });
  return changed;
}

function keep(key: string, named: Named | null): boolean {
  const before = known.get(key)?.named ?? null;
  known.delete(key);
  if (known.size >= KEPT) known.delete(known.keys().next().value!);
  known.set(key, { named, epoch });
  return before?.name !== named?.name || before?.by !== named?.by;
}

useStore.subscribe((now, before) => {
  const [s, b] = [now.settings, before.settings];
  const other =
    s?.macNames !== b?.macNames ||
    s?.networkNames !== b?.networkNames ||
    s?.portNames !== b?.portNames ||
    s?.hostsFile !== b?.hostsFile;
  if (now.session?.session !== before.session?.session || other) {
    forgetNames();
    return;
  }
  const { session } = now;
  if (session === null || session.packets === before.session?.packets) {
    if (session?.phase === before.session?.phase) return;
  }
  // Names that are known are shown until the answer is there.
  if (session?.phase !== 'done' && performance.now() - lastEpoch < AGAIN) return;
  lastEpoch = performance.now();
  epoch++;
  useNames.setState({ version: useNames.getState().version + 1 });
});
