// The fields of the display filter. Those with Wireshark's names mean what they mean there; what belongs to flows
// begins with `flow.`.
import { type PacketRow, packetRow, say } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { layersWithin } from './embedded.ts';
import type { Field } from './field.ts';
import { FLOW_FACT_FIELDS } from './flow-fact-fields.ts';
import { FLOW_FIELDS } from './flow-fields.ts';
import { flag, type Getters, momentsApart, number, text } from './getters.ts';
import { INCIDENT_FIELDS } from './incident-fields.ts';
import { LAYER_FIELDS } from './layer-fields.ts';
import { RULE_FIELDS } from './rule-fields.ts';
import { STREAM_FIELDS } from './stream-fields.ts';
import type { References, Subject } from './subject.ts';

const U32 = 0xffff_ffff;
/** Wireshark's lengths of frames end here, whatever a damaged file says. */
const MAX_LENGTH = 0x7fff_ffff;

function column(s: Subject, name: 'wire' | 'captured'): Getters<PacketRow> {
  return number((row) => Math.min(MAX_LENGTH, s.analysis.packets.chunk(row)[name][inChunk(row)]!));
}

/** @param relative to the first packet of the capture */
function time(s: Subject, relative: boolean): Getters<PacketRow> {
  const { packets } = s.analysis;
  if (relative && s.references?.any === true) return timeSinceReference(s, s.references);
  const first = relative && s.analysis.packetCount > 0 ? packets.chunk(packetRow(0)) : null;
  const baseSeconds = first?.seconds[0] ?? 0;
  const baseNanoseconds = first?.nanoseconds[0] ?? 0;
  return {
    kind: 'time',
    difference: (row, seconds, nanoseconds) => {
      const chunk = packets.chunk(row);
      const i = inChunk(row);
      const n = chunk.nanoseconds[i]! - baseNanoseconds;
      return momentsApart(chunk.seconds[i]! - baseSeconds - (n < 0 ? 1 : 0), n < 0 ? n + 1e9 : n, seconds, nanoseconds);
    },
  };
}

/** Since the packet before it in the capture; nothing passed before the first. */
function delta(s: Subject): Getters<PacketRow> {
  return timeSince(s, (row) => packetRow(Math.max(0, row - 1)));
}

function timeSinceReference(s: Subject, references: References): Getters<PacketRow> {
  return timeSince(s, (row) => references.before(row));
}

/** @param of the packet that a packet's time counts from */
function timeSince(s: Subject, of: (row: PacketRow) => PacketRow): Getters<PacketRow> {
  const { packets } = s.analysis;
  return {
    kind: 'time',
    difference: (row, seconds, nanoseconds) => {
      const chunk = packets.chunk(row);
      const i = inChunk(row);
      const from = of(row);
      const before = packets.chunk(from);
      const j = inChunk(from);
      const n = chunk.nanoseconds[i]! - before.nanoseconds[j]!;
      const passed = chunk.seconds[i]! - before.seconds[j]!;
      return momentsApart(n < 0 ? passed - 1 : passed, n < 0 ? n + 1e9 : n, seconds, nanoseconds);
    },
  };
}

/** Link types whose packets begin with an IP header. */
const RAW_LINKS: readonly number[] = [12, 14, 101, 228, 229];

/** The captured bytes; of a raw IP packet those that its header counts, which is where Wireshark ends the frame. */
function frameBytes(s: Subject): Getters<PacketRow> {
  const { packets } = s.analysis;
  const raw = (row: PacketRow): boolean => RAW_LINKS.includes(packets.chunk(row).link[inChunk(row)]!);
  return {
    kind: 'bytes',
    some: (row, test) => {
      const bytes = s.bytes(row);
      return test(raw(row) ? bytes.subarray(0, rawLength(bytes)) : bytes);
    },
    offset: (row) => packets.chunk(row).offset[inChunk(row)]!,
    length: (row) => packets.chunk(row).captured[inChunk(row)]!,
    readTo: () => s.readTo?.() ?? -1,
  };
}

function rawLength(bytes: Uint8Array): number {
  const version = bytes.length < 20 ? 0 : bytes[0]! >> 4;
  const said = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!;
  if (version === 4 && (bytes[0]! & 15) >= 5 && said(2) >= (bytes[0]! & 15) * 4) return said(2);
  return version === 6 && bytes.length >= 40 && said(4) > 0 ? 40 + said(4) : bytes.length;
}

const FRAME_FIELDS: readonly Field[] = [
  {
    name: 'frame.number',
    kind: 'number',
    max: U32,
    meaning: say('field-packet-number'),
    packet: () => number((row) => row + 1),
  },
  { name: 'frame.len', kind: 'number', max: U32, meaning: say('field-wire-length'), packet: (s) => column(s, 'wire') },
  {
    name: 'frame.cap_len',
    kind: 'number',
    max: U32,
    meaning: say('field-captured-length'),
    packet: (s) => column(s, 'captured'),
  },
  { name: 'frame.time_epoch', kind: 'time', meaning: say('field-since-1970'), packet: (s) => time(s, false) },
  {
    name: 'frame.time_relative',
    kind: 'time',
    meaning: say('field-since-first'),
    changes: true,
    packet: (s) => time(s, true),
  },
  {
    name: 'frame.comment',
    kind: 'text',
    meaning: say('field-comment'),
    changes: true,
    packet: (s) => ({ kind: 'text', some: (row, test) => (s.comments?.of(row) ?? []).some(test) }),
  },
  {
    name: 'frame.ref_time',
    kind: 'flag',
    meaning: say('field-time-reference'),
    changes: true,
    packet: (s) => flag((row) => Number(s.references?.has(row) === true)),
  },
  { name: 'frame.time_delta', kind: 'time', meaning: say('field-since-before'), packet: delta },
  {
    name: 'frame',
    kind: 'bytes',
    meaning: say('field-captured-bytes', { text: '"text"', bytes: 'aa:bb:cc' }),
    packet: frameBytes,
  },
  {
    name: 'frame.marked',
    kind: 'flag',
    meaning: say('field-marked'),
    changes: true,
    packet: (s) => flag((row) => Number(s.marked(row))),
  },
  {
    name: 'frame.ignored',
    kind: 'flag',
    meaning: say('field-ignored'),
    changes: true,
    packet: (s) => flag((row) => Number(s.ignored(row))),
  },
  {
    name: '_ws.col.protocol',
    kind: 'text',
    exact: true,
    meaning: say('field-protocol-column'),
    doubt: () => say('own-column', { column: 'Protocol' }),
    packet: (s) => text((row) => protocolName(s.analysis.packets.chunk(row).protocol[inChunk(row)]!)),
  },
  {
    name: '_ws.col.info',
    kind: 'text',
    exact: true,
    meaning: say('field-info-column'),
    doubt: () => say('own-column', { column: 'Info' }),
    packet: (s) => text((row) => s.info(row)),
  },
];

export const FIELDS: readonly Field[] = [
  ...FRAME_FIELDS,
  ...LAYER_FIELDS.map((field) => ({ ...field, doubt: layersWithin })),
  ...STREAM_FIELDS,
  ...FLOW_FIELDS,
  ...FLOW_FACT_FIELDS,
  ...INCIDENT_FIELDS,
  ...RULE_FIELDS,
];

const byName = new Map(FIELDS.map((f) => [f.name, f]));

export function fieldNamed(name: string): Field | undefined {
  return byName.get(name);
}
