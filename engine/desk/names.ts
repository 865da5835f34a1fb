// Names of addresses and ports for the rows in sight: what the user says, a hosts file of the user's, what the capture
// itself says, and what Wireshark's engine knows of vendors and services. No server is ever asked. Names are found by
// the text of an address, which is what pages of every list have.
import { isIP } from 'node:net';
import {
  addressId,
  cleanName,
  type Message,
  NAME_SOURCES,
  type NameSource,
  type NamesPage,
  NO_NAME,
  packTexts,
  say,
  type Settings,
} from '../../contract/index.ts';
import { addressText } from '../decode/index.ts';
import {
  type DissectSetup,
  NameLookup,
  PORT_TRANSPORTS,
  type PortTransport,
  type Preference,
} from '../dissect/index.ts';
import { readPlain } from '../store/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { announcedNames, type Announced } from './host-announced.ts';
import type { CaptureSession } from './session.ts';

const MAC = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
const LARGEST_HOSTS = 16 * 1024 * 1024;
const MOST_HOSTS = 200_000;
/** Of one capture, by hand. */
const MOST_BY_HAND = 10_000;

export interface KnownName {
  readonly name: string;
  readonly by: NameSource;
  /** Number of the packet that said it, from 1; 0 where none did. */
  readonly packet: number;
}

/** A name that was given as it is kept, null where it was taken away; or why it is none. */
export type Given =
  | { readonly ok: true; readonly name: string | null }
  | { readonly ok: false; readonly message: Message };

type NameSettings = Pick<Settings, 'macNames' | 'networkNames' | 'portNames' | 'hostsFile'>;

export class Names {
  /** Grows where names change that are not the capture's. */
  version = 0;
  private readonly lookup = new NameLookup();
  private readonly setup: DissectSetup;
  private readonly note: (message: Message) => void;
  private settings: NameSettings;
  private hosts: ReadonlyMap<string, string> = new Map();
  private readonly byHand = new WeakMap<CaptureSession, Map<string, string>>();
  /** Places of addresses among those that the capture's DNS named, as far as they were looked at. */
  private readonly slots = new WeakMap<CaptureSession, { readonly of: Map<string, number>; done: number }>();

  constructor(setup: DissectSetup, settings: NameSettings, note: (message: Message) => void) {
    this.setup = setup;
    this.settings = settings;
    this.note = note;
    this.readHosts();
    const told = toldOf(settings);
    if (told.length > 0) setup.change({ names: told });
  }

  /** Takes up what the settings say now. */
  use(settings: NameSettings): void {
    const before = this.settings;
    this.settings = settings;
    if (before.hostsFile !== settings.hostsFile) this.readHosts();
    if (before.networkNames !== settings.networkNames || before.portNames !== settings.portNames)
      this.setup.change({ names: toldOf(settings) });
  }

  close(): void {
    this.lookup.close();
  }

  /** @param ports such as tcp 443 */
  async page(
    s: CaptureSession,
    addresses: readonly string[],
    ports: readonly string[],
    turns: TimeSlices,
  ): Promise<NamesPage> {
    const { settings } = this;
    const found = await this.networkNames(s, settings.networkNames ? addresses : [], turns);
    const macs = settings.macNames ? addresses.filter((a) => MAC.test(a)) : [];
    const vendors = macs.length === 0 ? [] : await this.lookup.vendors(macs);
    macs.forEach((mac, i) => {
      if (vendors[i] !== '') found.set(mac, { name: vendors[i]!, by: 'engine', packet: 0 });
    });
    const hand = this.byHand.get(s);
    const of = (address: string): KnownName | null => {
      const own = hand?.get(address);
      return own === undefined ? (found.get(address) ?? null) : { name: own, by: 'user', packet: 0 };
    };
    const known = addresses.map(of);
    return {
      names: packTexts(known.map((k) => k?.name ?? '')),
      by: Uint8Array.from(known, (k) => (k === null ? NO_NAME : NAME_SOURCES.indexOf(k.by))),
      packet: Uint32Array.from(known, (k) => k?.packet ?? 0),
      ports: packTexts(await this.services(settings.portNames ? ports : [], ports)),
    };
  }

  give(s: CaptureSession, address: string, name: string | null): Given {
    const canonical = MAC.test(address) ? address : canonicalAddress(address);
    if (canonical === null) return { ok: false, message: say('not-an-address', { text: address }) };
    const names = this.byHand.get(s) ?? new Map<string, string>();
    this.version++;
    if (name === null) {
      names.delete(canonical);
      return { ok: true, name: null };
    }
    const clean = cleanName(name.trim());
    if (clean === '') return { ok: false, message: say('not-a-name', { text: name }) };
    if (names.size >= MOST_BY_HAND && !names.has(canonical))
      return { ok: false, message: say('names-too-many', { most: MOST_BY_HAND }) };
    names.set(canonical, clean);
    this.byHand.set(s, names);
    return { ok: true, name: clean };
  }

  /** Whether the user has named an address of the capture. */
  anyGiven(s: CaptureSession): boolean {
    return (this.byHand.get(s)?.size ?? 0) > 0;
  }

  /** Every address that has a name, and what is known of it, in no order. */
  async all(s: CaptureSession, turns: TimeSlices): Promise<ReadonlyMap<string, KnownName>> {
    const all = new Map<string, KnownName>();
    const announced = await announcedNames(s, turns);
    for (const [address] of announced) {
      const known = announcedName(announced, address);
      if (known !== null) all.set(address, known);
    }
    for (const [address, slot] of (await this.slotsOf(s, turns)).of) {
      const name = dnsName(s, slot);
      if (name !== null) all.set(address, name);
    }
    // A hosts file may name half of a network: those of the capture's addresses are listed.
    const { addresses } = s.analysis;
    if (this.hosts.size > 0) {
      for (let id = 1; id < addresses.size; id++) {
        if ((id & 4095) === 0 && turns.due) await turns.rest();
        const address = addresses.text(addressId(id));
        const name = this.hosts.get(address);
        if (name !== undefined) all.set(address, { name, by: 'hosts', packet: 0 });
      }
    }
    for (const [address, name] of this.byHand.get(s) ?? []) all.set(address, { name, by: 'user', packet: 0 });
    return all;
  }

  /** What was asked for where DNS named an address: the head of a chain of CNAMEs. */
  async askedFor(s: CaptureSession, address: string, turns: TimeSlices): Promise<string> {
    const slot = (await this.slotsOf(s, turns)).of.get(address);
    return slot === undefined ? '' : cleanName(utf8(s.analysis.inspector.addressNames.askedOf(slot)));
  }

  private async networkNames(
    s: CaptureSession,
    addresses: readonly string[],
    turns: TimeSlices,
  ): Promise<Map<string, KnownName>> {
    const found = new Map<string, KnownName>();
    if (addresses.length === 0) return found;
    const { of: slots } = await this.slotsOf(s, turns);
    let announced: Announced | null = null;
    for (const address of addresses) {
      const own = this.hosts.get(address);
      const slot = slots.get(address);
      if (own !== undefined) found.set(address, { name: own, by: 'hosts', packet: 0 });
      const dns = own === undefined && slot !== undefined ? dnsName(s, slot) : null;
      if (dns !== null) found.set(address, dns);
      if (found.has(address)) continue;
      announced ??= await announcedNames(s, turns);
      const said = announcedName(announced, address);
      if (said !== null) found.set(address, said);
    }
    return found;
  }

  private async services(wanted: readonly string[], all: readonly string[]): Promise<string[]> {
    const names = new Map<string, string>();
    for (const transport of PORT_TRANSPORTS) {
      const of = wanted.flatMap((text) => portOf(text, transport));
      if (of.length === 0) continue;
      const services = await this.lookup.services(transport, of);
      of.forEach((port, i) => names.set(`${transport} ${port}`, services[i]!));
    }
    return all.map((text) => names.get(text) ?? '');
  }

  private async slotsOf(s: CaptureSession, turns: TimeSlices): Promise<{ readonly of: ReadonlyMap<string, number> }> {
    let known = this.slots.get(s);
    if (known === undefined) this.slots.set(s, (known = { of: new Map(), done: 0 }));
    const names = s.analysis.inspector.addressNames;
    while (known.done < names.size) {
      const slot = known.done++;
      known.of.set(addressText(names.kindOf(slot), names.addressOf(slot)), slot);
      if ((slot & 1023) === 0 && turns.due) await turns.rest();
    }
    return known;
  }

  private readHosts(): void {
    const { hostsFile: path } = this.settings;
    this.hosts = new Map();
    this.version++;
    if (path === '') return;
    const said = readPlain(path, LARGEST_HOSTS);
    if (said.kind !== 'text') {
      this.note(
        said.kind === 'odd' ? say('hosts-unreadable', { path, why: said.message }) : say('hosts-none', { path }),
      );
      return;
    }
    const { names, left } = parseHosts(said.text);
    this.hosts = names;
    if (left) this.note(say('hosts-lines-left', { path, taken: MOST_HOSTS }));
  }
}

/** What dissectors are told, so that trees and Info have names, too. Nothing is asked of a server. */
function toldOf(settings: NameSettings): Preference[] {
  const network: Preference[] = [
    ['nameres', 'network_name', 'TRUE'],
    ['nameres', 'dns_pkt_addr_resolution', 'TRUE'],
    ['nameres', 'use_external_name_resolver', 'FALSE'],
  ];
  return [
    ...(settings.networkNames ? network : []),
    ...(settings.portNames ? [['nameres', 'transport_name', 'TRUE'] satisfies Preference] : []),
  ];
}

function dnsName(s: CaptureSession, slot: number): KnownName | null {
  const names = s.analysis.inspector.addressNames;
  const name = cleanName(utf8(names.nameOf(slot)));
  return name === '' ? null : { name, by: 'dns', packet: names.packetOf(slot) + 1 };
}

function announcedName(announced: Announced, address: string): KnownName | null {
  for (const { name: said, by, packet } of announced.get(address) ?? []) {
    const name = cleanName(utf8(said));
    if (name !== '' && (by === 'dhcp' || by === 'netbios')) return { name, by, packet };
  }
  return null;
}

/** Names of multicast DNS are UTF-8 (RFC 6762, 16); what is none stays as its bytes. */
function utf8(latin1: string): string {
  if (!/[\u0080-\u00ff]/.test(latin1)) return latin1;
  const text = Buffer.from(latin1, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? latin1 : text;
}

function portOf(text: string, transport: PortTransport): number[] {
  const [of, port] = text.split(' ');
  return of === transport && /^\d{1,5}$/.test(port ?? '') && Number(port) < 65_536 ? [Number(port)] : [];
}

/** An address of IP as lists write it (RFC 5952), null for what is none. */
export function canonicalAddress(text: string): string | null {
  const family = isIP(text);
  if (family === 0) return null;
  if (family === 4) return text;
  const bare = text.replace(/%.*$/, '');
  const written = new URL(`http://[${bare}]`).hostname.slice(1, -1);
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(written);
  if (mapped === null) return written;
  const [high, low] = [Number.parseInt(mapped[1]!, 16), Number.parseInt(mapped[2]!, 16)];
  return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/** Lines of an address and its names, as in /etc/hosts; the first line that names an address holds. */
export function parseHosts(text: string): { readonly names: Map<string, string>; readonly left: boolean } {
  const names = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const comment = line.indexOf('#');
    const [said, first] = (comment < 0 ? line : line.slice(0, comment)).trim().split(/\s+/);
    const address = said === undefined || first === undefined ? null : canonicalAddress(said);
    const name = address === null ? '' : cleanName(first!);
    if (name === '' || names.has(address!)) continue;
    if (names.size >= MOST_HOSTS) return { names, left: true };
    names.set(address!, name);
  }
  return { names, left: false };
}
