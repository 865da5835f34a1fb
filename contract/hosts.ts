// Hosts: one row an address, out of the columns of flows.
import type { FlowRow, PacketRow } from './numbers.ts';
import type { IncidentRow } from './incidents.ts';
import type { Texts } from './texts.ts';
import type { Verdict } from './records.ts';

/** Hosts of a list as columns. In and out are as the host sees them. */
export interface HostPage {
  readonly generation: number;
  readonly from: number;
  readonly places: number;
  /** Id of the address in the capture. */
  readonly row: Uint32Array;
  readonly flows: Uint32Array;
  readonly peers: Uint32Array;
  readonly packetsIn: Float64Array;
  readonly packetsOut: Float64Array;
  readonly bytesIn: Float64Array;
  readonly bytesOut: Float64Array;
  /** Seconds since the epoch. */
  readonly first: Float64Array;
  readonly last: Float64Array;
  /** Of its gravest incident as the one that began it, or as the peer. */
  readonly points: Uint8Array;
  readonly incidents: Uint32Array;
  /** 1 where the host began the gravest incident, 2 where it is the peer of it, 0 without one. */
  readonly part: Uint8Array;
  readonly address: Texts;
  readonly name: Texts;
  /** Applications, those with most bytes first. */
  readonly apps: Texts;
  /** Ports that it offers, those with most bytes first. */
  readonly offers: Texts;
  /** Country and network, from files of the user's; '' without. */
  readonly place: Texts;
}

/** A service that a host offers or uses: what was seen of one port. */
export interface HostService {
  readonly port: number;
  readonly transport: string;
  readonly app: string;
  readonly flows: number;
  readonly peers: number;
  readonly bytes: number;
  /** Some flow of it had an answer. */
  readonly answered: boolean;
}

/** What a host was called, and by what. */
export interface HostName {
  readonly name: string;
  readonly by: 'dns' | 'tls' | 'http' | 'certificate' | 'netbios' | 'dhcp';
  readonly flows: number;
}

export interface HostPeer {
  readonly host: number;
  readonly address: string;
  readonly name: string | null;
  readonly flows: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** A fingerprint that the host showed, and how many flows and other hosts show it too. */
export interface HostPrint {
  readonly kind: 'ja4' | 'ja3' | 'ja3s' | 'agent' | 'ssh' | 'hassh';
  readonly value: string;
  readonly flows: number;
  readonly hosts: number;
}

/** Flows of a host over time by verdict. */
export interface HostTime {
  /** Seconds since the epoch of the first bucket's start and the last one's end. */
  readonly from: number;
  readonly to: number;
  readonly verdicts: Readonly<Record<Verdict, Uint32Array>>;
  /** Flows that have no verdict yet. */
  readonly open: Uint32Array;
  readonly bytesIn: Float64Array;
  readonly bytesOut: Float64Array;
}

export interface HostDetail {
  readonly host: number;
  readonly address: string;
  readonly flows: number;
  readonly first: number;
  readonly last: number;
  readonly packetsIn: number;
  readonly packetsOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly names: readonly HostName[];
  /** What stands in the link layer of the first packet that it sent, where it is on this network; null without. */
  readonly mac: string | null;
  /** Packet in which that is seen. */
  readonly macPacket: PacketRow | null;
  readonly vendor: string | null;
  readonly offers: readonly HostService[];
  readonly uses: readonly HostService[];
  readonly peers: readonly HostPeer[];
  readonly peerCount: number;
  readonly prints: readonly HostPrint[];
  readonly time: HostTime;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly incidents: readonly { readonly alert: number; readonly incident: IncidentRow; readonly flow: FlowRow }[];
  readonly geo: HostPlace | null;
}

/** What files of the user's say of an address. */
export interface HostPlace {
  readonly country: string | null;
  /** ISO 3166-1 code of it. */
  readonly code: string | null;
  readonly city: string | null;
  readonly asn: number | null;
  readonly organisation: string | null;
}
