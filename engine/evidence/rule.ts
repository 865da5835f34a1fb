// What a rule is, what it is given to look at, and how it says what it found.
import type { FlowRow, IndicatorKind, Message, PlainKey, Technique, UNKNOWN_NAMES } from '../../contract/index.ts';
import type { FlowColumns } from '../flow/index.ts';
import type { HttpExchange, Observed } from '../observe/index.ts';
import type { FlowFacts } from '../protocols/index.ts';

/** One fact is one kind: of a kind only the highest points count (docs/evidence.md). */
export type Kind =
  | 'program'
  | 'document'
  | 'image'
  | 'opaque'
  | 'framework'
  | 'query'
  | 'client'
  | 'exploit'
  | 'shell'
  | 'addr'
  | 'port'
  | 'name'
  | 'lookup'
  | 'beacon'
  | 'spray'
  | 'certificate'
  | 'dns-tunnel'
  | 'dns-random'
  | 'dns-exploit'
  | 'rpc'
  | 'rpc-storm'
  | 'smb-program'
  | 'smb-tool'
  | 'smb-exploit'
  | 'kerberos'
  | 'scan'
  | 'guessing'
  | 'mail'
  | 'ftp'
  | 'icmp-tunnel'
  | 'malware'
  | 'mining'
  | 'model'
  | 'new-here'
  | 'signature-malware'
  | 'signature-attack'
  | 'signature'
  | 'indicator-contact'
  | 'indicator-fingerprint'
  | 'indicator-file'
  | 'contagion';

/** One entry of a kind's table. */
export interface Rule {
  readonly name: string;
  readonly kind: Kind;
  /** 0: a fact that is shown and counts nothing. */
  readonly points: 0 | 1 | 2 | 3;
  /** A few words: what was found. Chinese has the same key. */
  readonly title: PlainKey;
  /** ATT&CK technique, where the observation itself is the technique. */
  readonly technique?: Technique;
  /** Rules whose sentences say this too: beside one of them it is not told again. */
  readonly saidBy?: readonly string[];
}

/** To what evidence is added: the flow's peer, a registered name that was asked for, or all unknown names of a host. */
export type EvidencePeer = 'peer' | { readonly name: string } | typeof UNKNOWN_NAMES;

/** What was met, and what the lists say of it. */
export interface Met {
  readonly kind: IndicatorKind;
  /** The entry, as it is written everywhere: `evil.example`. */
  readonly value: string;
  /** What the packets hold: `www.evil.example`. */
  readonly seen: string;
  /** Names of the lists that have it, the first one first. */
  readonly lists: readonly string[];
  /** What the first of them says of it; '' where it says nothing. */
  readonly note: string;
  /** Who reported it, as the list says; ''. */
  readonly source: string;
  /** The highest of all lists, 0 to 100. */
  readonly confidence: number;
  /** Seconds since the epoch of the packet, as exactly as they are known. */
  readonly seconds: number;
}

/** What a rule found in a flow. */
export interface Evidence {
  readonly rule: Rule;
  readonly row: FlowRow;
  readonly peer: EvidencePeer;
  /** A whole sentence: what happened, in the user's terms. */
  readonly said: Message;
  /** Rows of packets that show it; may be empty: then the flow's first packet does. At most 16. */
  readonly packets: readonly number[];
  /** Text or bytes in those packets that show it, to be found there when somebody looks; null without. */
  readonly shows: string | null;
  /** The number that the sentence says, where it grows from flow to flow; 0 where there is none. */
  readonly amount: number;
  /** The entry of a list that was met, where this is about one. */
  readonly met?: Met;
}

/** A completed flow, or one at a checkpoint, as rules see it. One object is used again for all of them. */
export interface FlowLook {
  readonly row: FlowRow;
  readonly columns: FlowColumns;
  readonly facts: FlowFacts | null;
  readonly observed: Observed;
  /** Exchanges that no look has been given yet and that nothing more will be added to. */
  readonly exchanges: readonly HttpExchange[];
  /** The flow is over; else it is at a checkpoint, and rules that count flows do not count it yet. */
  readonly over: boolean;
  /** Ids of the addresses, as the capture numbers them. */
  readonly initiator: number;
  readonly responder: number;
  readonly initiatorText: string;
  readonly responderText: string;
  /** Globally routable (no private, loopback, link-local, shared, documentation, multicast or reserved range). */
  readonly initiatorPublic: boolean;
  readonly peerPublic: boolean;
  /** Port of the responder, 0 without ports. */
  readonly port: number;
  readonly transport: 'tcp' | 'udp' | 'icmp' | 'other';
  /** By content: 'HTTP', 'TLS', 'DNS', 'SMB', 'SSH', …; '' where it is not recognised. */
  readonly app: string;
  /** Seconds since the epoch. */
  readonly start: number;
  readonly end: number;
  /** TCP: a SYN was seen and nothing answered it, or the responder refused (2.10 of the rules' definitions). */
  readonly refused: boolean;
  /** TCP: the beginning was seen. */
  readonly began: boolean;
  /** Server name, hosts of the first requests without port, names of the first DNS messages, the resolved name. */
  readonly names: readonly string[];
  /** One of the names is popular (or under a popular one). */
  readonly popular: boolean;
  /** The peer's address is in no DNS answer although DNS answers with addresses were seen. */
  readonly unresolved: boolean;
}

/** Takes what a rule found. */
export type Found = (
  rule: Rule,
  said: Message,
  shown?: {
    readonly packets?: readonly number[];
    readonly shows?: string;
    readonly peer?: EvidencePeer;
    readonly amount?: number;
    readonly met?: Met;
  },
) => void;

/** The rules of one kind (one file): a table, and a look at each flow. Counting rules keep bounded tables. */
export interface Judge {
  /** Bits of SHOWS: of flows that show none of them it finds nothing and counts nothing. */
  readonly wants: number;
  /** Called at checkpoints and once when the flow is over, in the order of packet time. */
  look(flow: FlowLook, found: Found): void;
}

/** What rules know of hosts beside the flow. */
export interface HostMemory {
  /** The host shows a mark of a PC (2.7). */
  isPc(address: number): boolean;
}
