// Packets of the open capture as a capture of their own: pcapng block by block where the capture is one, else made anew;
// pcap where one link type is enough. What the file cannot hold is said before it is written.
import {
  type CaptureFormat,
  type Compression,
  type Message,
  packetRow,
  SaidError,
  say,
  type SecretChoice,
} from '../../contract/index.ts';
import { inChunk } from '../decode/index.ts';
import {
  copiedBlocks,
  interfaceBlock,
  PackedFile,
  PacketBlocks,
  PCAP_END,
  pcapHeader,
  pcapRecord,
  secretsBlock,
  sectionBlock,
} from '../exchange/index.ts';
import { linkName } from '../stats/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { countKeyLines } from '../dissect/index.ts';
import { missingNote, type Saved } from './save.ts';
import type { CaptureSession } from './session.ts';
import type { Stamps } from './time-shift.ts';
import { secretsOf } from './tree-source.ts';

/** The capture that packets are written from: a window's, or one that was read by itself. */
export interface PacketFileSource {
  readonly analysis: Pick<CaptureSession['analysis'], 'packets'>;
  readonly packetBytes: CaptureSession['packetBytes'];
  readonly meta: CaptureSession['meta'];
  readonly opened: Pick<CaptureSession['opened'], 'ring' | 'change'>;
  readonly shift: Pick<CaptureSession['shift'], 'active'>;
  readonly comments: Pick<CaptureSession['comments'], 'edited' | 'isEdited' | 'of'>;
  /** Key logs within the capture. */
  readonly reader: { readonly stream: { readonly meta: { readonly tlsSecrets: readonly string[] } } } | null;
}

/** How packets are written. */
export interface PacketFileOrders {
  readonly as: CaptureFormat;
  readonly compression: Compression;
  readonly secrets: SecretChoice;
  /** The user's key log, null where none is in use. */
  readonly keys: Uint8Array | null;
  /** Other times than those of the columns, by row. */
  readonly stamps?: Stamps;
}

/** What a format makes of packets: what is lost, or why it cannot hold them. */
export interface Fitness {
  readonly problem: Message | null;
  readonly losses: readonly Message[];
}

/** A pcapng file of one piece: its blocks are copied as they are. */
function isCopied(s: PacketFileSource): boolean {
  return s.meta?.format === 'pcapng' && !s.opened.ring;
}

export async function fitness(
  s: PacketFileSource,
  rows: Uint32Array,
  { as, secrets, keys }: Pick<PacketFileOrders, 'as' | 'secrets' | 'keys'>,
  turns: TimeSlices,
): Promise<Fitness> {
  const { meta } = s;
  const losses: Message[] = [];
  const named = (meta?.interfaces ?? []).filter((i) => i.name !== '' || i.filter !== '' || i.received !== null).length;
  const counted = (meta?.interfaces ?? []).some((i) => i.received !== null);
  if (as === 'pcapng') {
    if (named > 0 && !isCopied(s)) losses.push(say('merged-interfaces'));
    if (s.shift.active && isCopied(s) && counted) losses.push(say('lost-counts'));
    if (secrets === 'add') {
      const n = keys === null ? 0 : countKeyLines(Buffer.from(keys).toString('utf8'));
      losses.push(n === 0 ? say('secrets-none') : say('secrets-put-in', { n }));
    }
    return { problem: null, losses };
  }
  const { links, fine, odd } = await looked(s, rows, turns);
  if (fine > 0 && as === 'pcap') losses.push(say('lost-nanoseconds', { n: fine }));
  const comments = (meta?.comments ?? 0) + s.comments.edited;
  if (comments > 0) losses.push(say('lost-comments', { n: comments }));
  if (named > 0) losses.push(say('lost-interfaces', { n: named }));
  if ((meta?.names.size ?? 0) > 0) losses.push(say('lost-names', { n: meta!.names.size }));
  if (secrets !== 'strip' && (secretsOf(s).length > 0 || (secrets === 'add' && keys !== null)))
    losses.push(say('lost-secrets'));
  if (links.size > 1)
    return { problem: say('export-links', { n: links.size, links: [...links].map(linkName) }), losses };
  return { problem: odd, losses };
}

/** What a file of pcap must know of packets. */
async function looked(
  s: PacketFileSource,
  rows: Uint32Array,
  turns: TimeSlices,
): Promise<{ readonly links: ReadonlySet<number>; readonly fine: number; readonly odd: Message | null }> {
  const links = new Set<number>();
  let fine = 0;
  let odd: Message | null = null;
  for (const row of rows) {
    const chunk = s.analysis.packets.chunk(packetRow(row));
    const i = inChunk(packetRow(row));
    links.add(chunk.link[i]!);
    if (chunk.nanoseconds[i]! % 1000 !== 0) fine++;
    const seconds = chunk.seconds[i]!;
    if (seconds < 0 || seconds >= PCAP_END) odd ??= say('export-stamps', { packet: row + 1 });
    if (turns.due) await turns.rest();
  }
  return { links, fine, odd };
}

export interface ExportedPackets {
  readonly packets: number;
  readonly note: Message | null;
}

/** @param rows ascending @throws SaidError, WriteError; nothing is left behind then */
export async function exportPackets(
  s: PacketFileSource,
  rows: Uint32Array,
  path: string,
  orders: PacketFileOrders,
  turns: TimeSlices,
): Promise<ExportedPackets> {
  const out = new PackedFile(path, orders.compression);
  try {
    const written = await writeTo(s, rows, out, orders, turns);
    // A change during the export may be noticed only after packets before it were written.
    const { change } = s.opened;
    if (change?.kind === 'overwritten') throw new SaidError(say('nothing-saved', { why: change.sentence }));
    const missing = rows.length - written;
    const note = missing === 0 ? null : missingNote(s, missing);
    if (written === 0 && note !== null) throw new SaidError(say('nothing-saved', { why: note }));
    await out.commit();
    return { packets: written, note };
  } finally {
    out.discard();
  }
}

/** The whole capture at the times to which its packets are shifted, compressed as its name says. */
export async function saveShifted(s: CaptureSession, path: string, turns: TimeSlices): Promise<Saved> {
  const rows = Uint32Array.from({ length: s.analysis.packets.count }, (_, row) => row);
  const as = shiftedEnding(s) === 'pcap' ? 'pcap-ns' : 'pcapng';
  const orders = { as, compression: compressionOf(path), secrets: 'keep', keys: null } as const;
  const { losses } = await fitness(s, rows, orders, turns);
  const { packets, note } = await exportPackets(s, rows, path, orders, turns);
  const more = note === null ? losses : [...losses, note];
  const said = more.reduce((before, after) => say('and-also', { before, after }), say('saved-shifted', { n: packets }));
  return { files: [path], rows: packets, note: said };
}

function compressionOf(path: string): Compression {
  if (/\.gz$/i.test(path)) return 'gzip';
  return /\.zst$/i.test(path) ? 'zstd' : 'none';
}

export function shiftedEnding(s: CaptureSession): 'pcap' | 'pcapng' {
  return s.meta?.format === 'pcap' ? 'pcap' : 'pcapng';
}

function writeTo(
  s: PacketFileSource,
  rows: Uint32Array,
  out: PackedFile,
  orders: PacketFileOrders,
  turns: TimeSlices,
): Promise<number> {
  if (orders.as !== 'pcapng') return writePcap(s, rows, out, orders, turns);
  return isCopied(s) ? copyBlocks(s, rows, out, orders, turns) : makeBlocks(s, rows, out, orders, turns);
}

async function copyBlocks(
  s: PacketFileSource,
  rows: Uint32Array,
  out: PackedFile,
  { secrets, keys, stamps }: PacketFileOrders,
  turns: TimeSlices,
): Promise<number> {
  const wanted = new Uint8Array(s.analysis.packets.count);
  for (const row of rows) wanted[row] = 1;
  const blocks = copiedBlocks(s.packetBytes, {
    wanted: (row) => wanted[row] === 1,
    packets: wanted.length,
    comments: (row) => (s.comments.isEdited(packetRow(row)) ? s.comments.of(packetRow(row)) : null),
    stamp: s.shift.active || stamps !== undefined ? stampsOf(s, stamps) : null,
    inject: secrets === 'add' ? keys : null,
    strip: secrets === 'strip',
  });
  let written = 0;
  for (const { rows: done, block } of blocks) {
    out.write(block);
    written = done;
    if (turns.due) await rest(out, turns, written / Math.max(1, rows.length));
  }
  return written;
}

/** A packet's time in the file. */
function stampsOf(
  s: PacketFileSource,
  stamps: Stamps | undefined,
): (row: number) => { seconds: number; nanoseconds: number } {
  if (stamps !== undefined) return (row) => ({ seconds: stamps.seconds[row]!, nanoseconds: stamps.nanoseconds[row]! });
  return (row) => {
    const chunk = s.analysis.packets.chunk(packetRow(row));
    const i = inChunk(packetRow(row));
    return { seconds: chunk.seconds[i]!, nanoseconds: chunk.nanoseconds[i]! };
  };
}

async function makeBlocks(
  s: PacketFileSource,
  rows: Uint32Array,
  out: PackedFile,
  { secrets, keys, stamps }: PacketFileOrders,
  turns: TimeSlices,
): Promise<number> {
  const blocks = new PacketBlocks();
  out.write(sectionBlock());
  if (secrets === 'add' && keys !== null) out.write(secretsBlock(keys));
  if (secrets !== 'strip') for (const log of secretsOf(s)) out.write(secretsBlock(Buffer.from(log, 'utf8')));
  const stamp = stampsOf(s, stamps);
  let written = 0;
  for await (const { row, bytes } of packetsOf(s, rows, out, turns)) {
    const chunk = s.analysis.packets.chunk(row);
    const i = inChunk(row);
    const link = chunk.link[i]!;
    const { seconds, nanoseconds } = stamp(row);
    const described = blocks.interfaceFor(link, seconds);
    if (described !== null) out.write(described);
    const comments = s.comments.of(row);
    out.write(blocks.packet(link, seconds, nanoseconds, chunk.wire[i]!, bytes, { comments }));
    written++;
  }
  if (blocks.count === 0) out.write(interfaceBlock(1));
  return written;
}

async function writePcap(
  s: PacketFileSource,
  rows: Uint32Array,
  out: PackedFile,
  { as, stamps }: PacketFileOrders,
  turns: TimeSlices,
): Promise<number> {
  const first = packetRow(rows[0] ?? 0);
  out.write(pcapHeader(s.analysis.packets.chunk(first).link[inChunk(first)]!, as === 'pcap-ns'));
  const stamp = stampsOf(s, stamps);
  let written = 0;
  for await (const { row, bytes } of packetsOf(s, rows, out, turns)) {
    const chunk = s.analysis.packets.chunk(row);
    const i = inChunk(row);
    const { seconds, nanoseconds } = stamp(row);
    const fraction = as === 'pcap-ns' ? nanoseconds : Math.floor(nanoseconds / 1000);
    out.write(pcapRecord(seconds, fraction, chunk.wire[i]!, bytes));
    written++;
  }
  return written;
}

/** Packets whose bytes are there still. */
async function* packetsOf(
  s: PacketFileSource,
  rows: Uint32Array,
  out: PackedFile,
  turns: TimeSlices,
): AsyncGenerator<{ readonly row: ReturnType<typeof packetRow>; readonly bytes: Uint8Array }> {
  for (let k = 0; k < rows.length; k++) {
    const row = packetRow(rows[k]!);
    const chunk = s.analysis.packets.chunk(row);
    const i = inChunk(row);
    const captured = chunk.captured[i]!;
    const bytes = s.packetBytes.read(chunk.offset[i]!, captured);
    if (bytes.length === captured) yield { row, bytes };
    if (turns.due) await rest(out, turns, k / rows.length);
  }
}

async function rest(out: PackedFile, turns: TimeSlices, done: number): Promise<void> {
  turns.done = done;
  await out.relax();
  await turns.rest();
}
