// A rule that was read: what it asks of packets, flows and buffers. Nothing of a packet is known here.
import type { AddressSet, PortSet } from './places.ts';
import type { NumberTest } from './integers.ts';
import type { Pattern } from './pattern.ts';
import type { SetText } from './rule-texts.ts';
import type { Action } from './syntax.ts';
import type { Transform } from './transforms.ts';

/** A number of a rule, or a variable that an earlier step of the rule has filled. */
export type Value = number | Variable;
export interface Variable {
  /** Place in the rule's variables. */
  readonly slot: number;
}

/** Bytes that are looked for. Positions are of the buffer's bytes, from 0. */
export interface ContentStep {
  readonly step: 'content';
  readonly bytes: Uint8Array;
  readonly nocase: boolean;
  readonly negated: boolean;
  readonly offset: Value | null;
  readonly depth: Value | null;
  readonly distance: Value | null;
  readonly within: Value | null;
  readonly startsWith: boolean;
  readonly endsWith: boolean;
  /** What the rule's author wants to be looked for first. */
  readonly fastPattern: FastPattern;
}
export type FastPattern = 'unsaid' | 'this' | 'only' | { readonly offset: number; readonly length: number };

export interface PcreStep {
  readonly step: 'pcre';
  readonly pattern: Pattern;
  readonly negated: boolean;
  readonly relative: boolean;
  /** As it was written. */
  readonly said: string;
}

export type Endian = 'big' | 'little' | 'dce';
/** Where a number stands in a buffer and how it is read. */
export interface NumberPlace {
  readonly bytes: Value;
  readonly offset: Value;
  readonly relative: boolean;
  readonly endian: Endian;
  /** Digits instead of bytes. */
  readonly text: 'hex' | 'dec' | 'oct' | null;
  readonly mask: number | null;
}
export interface ByteTestStep extends NumberPlace {
  readonly step: 'byte_test';
  readonly negated: boolean;
  readonly operator: '<' | '>' | '=' | '<=' | '>=' | '&' | '^';
  readonly value: Value;
}
export interface ByteJumpStep extends NumberPlace {
  readonly step: 'byte_jump';
  readonly multiplier: number;
  readonly align: boolean;
  readonly from: 'here' | 'beginning' | 'end';
  readonly postOffset: Value;
}
export interface ByteExtractStep extends NumberPlace {
  readonly step: 'byte_extract';
  readonly multiplier: number;
  readonly align: 0 | 2 | 4;
  readonly into: number;
}
export interface ByteMathStep extends NumberPlace {
  readonly step: 'byte_math';
  readonly operator: '+' | '-' | '*' | '/' | '<<' | '>>';
  readonly operand: Value;
  readonly into: number;
}
export interface IsDataAtStep {
  readonly step: 'isdataat';
  readonly at: Value;
  readonly relative: boolean;
  readonly negated: boolean;
}
export interface SizeStep {
  readonly step: 'bsize';
  readonly test: NumberTest;
}
export interface EntropyStep {
  readonly step: 'entropy';
  readonly bytes: number;
  readonly offset: number;
  readonly passes: (entropy: number) => boolean;
}
/** Decodes base64 and looks into what it says; nothing comes after it. */
export interface Base64Step {
  readonly step: 'base64_decode';
  readonly bytes: number | null;
  readonly offset: number;
  readonly relative: boolean;
  readonly steps: readonly Step[];
}
export interface DatasetStep {
  readonly step: 'dataset';
  readonly operation: 'isset' | 'isnotset' | 'set' | 'unset';
  readonly set: string;
}
export interface ReputationStep {
  readonly step: 'datarep';
  readonly set: string;
  readonly test: NumberTest;
}
export type Step =
  | ContentStep
  | PcreStep
  | ByteTestStep
  | ByteJumpStep
  | ByteExtractStep
  | ByteMathStep
  | IsDataAtStep
  | SizeStep
  | EntropyStep
  | Base64Step
  | DatasetStep
  | ReputationStep;

/** What is asked of one buffer. */
export interface BufferTest {
  /** Name of the buffer: that of its keyword. */
  readonly buffer: string;
  readonly transforms: readonly Transform[];
  readonly steps: readonly Step[];
  /** `yes`: it must not be there; `orElse`: it is not there, or passes. */
  readonly absent: 'no' | 'yes' | 'orElse';
  /** Of a rule for whole transactions: the side that was said beside the buffer. */
  readonly side: 'toServer' | 'toClient' | 'either';
}

/**
 * Of several values: any of them, all of them, the one at a place, how many there are, or how many pass. `OrAbsent`
 * passes without a value too, `orBeyond` where there is none at the place.
 */
export type FieldOf =
  | 'any'
  | 'all'
  | 'count'
  | 'anyOrAbsent'
  | 'allOrAbsent'
  | { readonly at: number; readonly orBeyond: boolean }
  | { readonly passing: NumberTest };

/** What is asked of a number that an application layer told. */
export interface FieldTest {
  readonly field: string;
  readonly test: NumberTest;
  readonly of: FieldOf;
  /** Places of several values that are looked at, negative ones from the end; null for all. */
  readonly part: readonly [from: number, to: number] | null;
  readonly side: 'toServer' | 'toClient' | 'either';
}

export interface BitTest {
  readonly scope: 'flow' | 'ip_src' | 'ip_dst' | 'ip_pair' | 'tx';
  readonly names: readonly string[];
  /** `any`: one of the names is enough. */
  readonly any: boolean;
  readonly not: boolean;
}
export interface BitChange {
  readonly scope: BitTest['scope'];
  readonly name: string;
  readonly change: 'set' | 'unset' | 'toggle';
  /** Seconds that it holds, 0 without an end. */
  readonly seconds: number;
}
export interface CounterTest {
  readonly name: string;
  readonly test: '<' | '<=' | '==' | '!=' | '>=' | '>' | 'isset' | 'notset';
  readonly value: number | string;
}
export interface CounterChange {
  readonly name: string;
  readonly change: '=' | '+' | '-';
  readonly value: number | string;
}

export interface Threshold {
  readonly type: 'limit' | 'threshold' | 'both' | 'backoff' | 'detection_filter';
  readonly track: 'by_src' | 'by_dst' | 'by_both' | 'by_rule' | 'by_flow';
  readonly count: number;
  readonly seconds: number;
  readonly multiplier: number;
  /** Matches with the same port count once. */
  readonly unique: 'src_port' | 'dst_port' | null;
}

export interface FlowTest {
  readonly direction: 'both' | 'toServer' | 'toClient';
  readonly established: 'any' | 'yes' | 'no';
  readonly stateless: boolean;
  /** Which bytes a pattern without a buffer is looked for in. */
  readonly stream: 'any' | 'only' | 'no';
  readonly fragments: 'any' | 'only' | 'no';
}

/** What is asked of the headers of a packet, or of its flow: by code that keyword tables make. */
export interface PacketTest {
  readonly keyword: string;
  readonly said: string;
  /** Names the kind of question; `engine/rules/run/packet-tests.ts` answers it. */
  readonly ask: PacketAsk;
}
export type PacketAsk =
  | { readonly of: 'number'; readonly field: string; readonly test: NumberTest }
  | {
      readonly of: 'flags';
      readonly field: 'tcp' | 'fragment';
      readonly mode: '=' | '+' | '*' | '!';
      readonly bits: number;
      readonly ignored: number;
    }
  | { readonly of: 'sameip' }
  | { readonly of: 'address'; readonly side: 'source' | 'destination'; readonly set: AddressSet }
  | {
      readonly of: 'reputation';
      readonly side: 'any' | 'src' | 'dst' | 'both';
      readonly category: string;
      readonly test: NumberTest | 'isset' | 'isnotset';
    }
  | { readonly of: 'event'; readonly event: string }
  | {
      readonly of: 'application';
      readonly names: readonly string[];
      readonly not: boolean;
      readonly side: 'either' | 'toServer' | 'toClient' | 'both' | 'final' | 'original';
    }
  | { readonly of: 'streamSize'; readonly side: 'server' | 'client' | 'both' | 'either'; readonly test: NumberTest }
  | {
      readonly of: 'checksum';
      readonly layer: 'ipv4' | 'tcpv4' | 'tcpv6' | 'udpv4' | 'udpv6' | 'icmpv4' | 'icmpv6';
      readonly valid: boolean;
    }
  | {
      readonly of: 'rpc';
      readonly program: number;
      readonly version: number | null;
      readonly procedure: number | null;
    };

/** What rules name beside `msg`: shown, exported, and part of evidence. */
export interface RuleMeta {
  readonly sid: number;
  readonly gid: number;
  readonly rev: number;
  readonly msg: string;
  readonly classtype: string | null;
  /** 1 is the gravest. */
  readonly priority: number;
  readonly references: readonly string[];
  readonly metadata: readonly (readonly [string, string])[];
  readonly target: 'none' | 'src_ip' | 'dest_ip';
}

export interface Signature extends RuleMeta {
  readonly action: Action;
  readonly protocol: string;
  /** Of the transport that the rule is about: 'any' for rules of applications over either. */
  readonly transport: Transport;
  /** Protocols of the application that the rule is for, empty where any or none will do. */
  readonly applications: readonly string[];
  readonly bothWays: boolean;
  /** `=>`: buffers of both sides of one transaction. */
  readonly transaction: boolean;
  readonly source: AddressSet;
  readonly sourcePort: PortSet;
  readonly destination: AddressSet;
  readonly destinationPort: PortSet;
  readonly flow: FlowTest;
  readonly packetTests: readonly PacketTest[];
  /** Of the packet's or stream's bytes, then of named buffers, in the order of the rule. */
  readonly payload: readonly Step[];
  readonly buffers: readonly BufferTest[];
  readonly fields: readonly FieldTest[];
  readonly bits: readonly BitTest[];
  readonly counters: readonly CounterTest[];
  readonly bitChanges: readonly BitChange[];
  readonly counterChanges: readonly CounterChange[];
  readonly threshold: Threshold | null;
  /** Matches are not told; their bits and counters are kept. */
  readonly silent: boolean;
  /** Nothing more of the flow is looked at after a match. */
  readonly bypass: boolean;
  readonly variables: number;
  /** Sets that it looks into, with what it says of them. */
  readonly sets: readonly SetText[];
  /** Where it was read. */
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

export type Transport =
  | 'any'
  | 'tcp'
  | 'tcp-pkt'
  | 'tcp-stream'
  | 'udp'
  | 'icmp'
  | 'sctp'
  | 'ip'
  | 'pkthdr'
  | 'arp'
  | 'ether';
