// What a filter looks at: the columns of one capture, and what is known of its flows.
import type { AddressId, FlowRow, HostPlace, PacketRow } from '../../contract/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Layers } from '../decode/index.ts';
import type { JudgedIncident } from './judged.ts';

/** Packets that relative times count from. */
export interface References {
  readonly any: boolean;
  has(row: PacketRow): boolean;
  /** The one that a packet's time counts from, itself included; else the capture's first packet. */
  before(row: PacketRow): PacketRow;
}

/** What can be asked of a threat rule that matched. */
export interface HitRule {
  readonly gid: number;
  readonly sid: number;
  readonly msg: string;
  readonly classtype: string | null;
  /** 1 is the gravest. */
  readonly priority: number;
}

/** What can be asked of an entry of a list that was met. */
export interface MetEntry {
  readonly kind: string;
  readonly value: string;
  readonly lists: readonly string[];
}

export interface Subject {
  readonly analysis: Analysis;
  /** By flow row; VERDICT_OPEN while open. */
  readonly verdict: Uint8Array;
  readonly score: Float32Array;
  /** By flow row; NO_LABEL without. */
  readonly label: Uint8Array;
  /** Rules whose evidence the flow's incidents hold, and the points of the gravest of them. */
  rules(flow: FlowRow): readonly string[];
  points(flow: FlowRow): number;
  /** Numbers of the flow's incidents, from 1. */
  incidents(flow: FlowRow): readonly number[];
  /** Incidents that a flow is part of, where people judge them. */
  judged?(flow: FlowRow): readonly JudgedIncident[];
  /** Words that people gave a flow. */
  tagsOf?(flow: FlowRow): readonly string[];
  /** What files of the user's say of an address. */
  placeOf?(address: AddressId): HostPlace | null;
  /** Values of a feature by flow row; made before the filter runs. */
  feature(name: string): Float32Array;
  /** Captured bytes of a packet, all of them. */
  bytes(row: PacketRow): Uint8Array;
  /**
   * The file's place up to which `bytes` read a block with the packet that it was asked for last; -1 where it read that
   * packet alone.
   */
  readTo?(): number;
  /** Headers of a packet, found again in its bytes. */
  layers(row: PacketRow): Layers;
  info(row: PacketRow): string;
  marked(row: PacketRow): boolean;
  ignored(row: PacketRow): boolean;
  /** Threat rules that matched by now, where some are asked. */
  readonly hits?: { ofPacket(row: PacketRow): readonly HitRule[]; ofFlow(flow: FlowRow): readonly HitRule[] };
  /** Entries of lists that were met in a flow by now, or at one packet of it. */
  readonly met?: { of(flow: FlowRow, packet?: PacketRow): readonly MetEntry[] };
  /** Comments of a packet, where the capture can have some. */
  readonly comments?: { of(row: PacketRow): readonly string[] };
  /** Where people set them. */
  readonly references?: References;
}
