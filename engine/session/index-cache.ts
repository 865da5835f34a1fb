// The index cache: a capture's columns, saved in the cache folder. A damaged or older one is rebuilt silently.
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { chunkOver, CHUNK_ROWS, BYTES_PER_PACKET, protocolId, protocolNames } from '../decode/index.ts';
import { noFacts, type FlowFacts } from '../protocols/index.ts';
import type { Ending } from '../read/index.ts';
import { Analysis } from './analysis.ts';

const MAGIC = 0x58494c53; // 'SLIX'
/** Raised when the layout of columns, facts or flow rules changes: older caches are then built again. */
const VERSION = 12;
const EDGE = 65_536;

interface Header {
  readonly packets: number;
  readonly chunks: number;
  readonly flows: number;
  readonly flowFields: readonly { readonly name: string; readonly bytes: number }[];
  readonly addresses: readonly string[];
  readonly pairs: readonly number[];
  readonly protocols: readonly string[];
  /** Only what is known of each flow. */
  readonly facts: readonly Partial<FlowFacts>[];
  readonly baseSeconds: number;
  readonly ending: Ending;
}

/**
 * Name of the cache for a file, by whether VLAN tags keep flows apart: path, size, time of change, and the bytes at
 * both ends.
 */
export function indexName(path: string, vlan = false): string {
  const fd = openSync(path, 'r');
  try {
    const stat = fstatSync(fd);
    const hash = createHash('sha256').update(
      `${VERSION}\0${resolve(path)}\0${stat.size}\0${stat.mtimeMs}\0${vlan ? 'vlan' : ''}\0`,
    );
    const edge = new Uint8Array(EDGE);
    hash.update(edge.subarray(0, readSync(fd, edge, 0, EDGE, 0)));
    hash.update(edge.subarray(0, readSync(fd, edge, 0, EDGE, Math.max(0, stat.size - EDGE))));
    return `${hash.digest('hex').slice(0, 32)}.idx`;
  } finally {
    closeSync(fd);
  }
}

/** Larger indexes would not fit one buffer; such captures are read again. */
const MAX_PACKETS = 20_000_000;

/**
 * Writes the index of a finished analysis; whole or not at all.
 * @returns whether it was written: a full disk is no reason to fail
 */
export function saveIndex(cacheFolder: string, capture: string, a: Analysis, ending: Ending, vlan = false): boolean {
  if (a.packetCount > MAX_PACKETS) return false;
  try {
    write(cacheFolder, capture, a, ending, vlan);
    return true;
  } catch {
    return false;
  }
}

function write(cacheFolder: string, capture: string, a: Analysis, ending: Ending, vlan: boolean): void {
  const folder = join(cacheFolder, 'index');
  mkdirSync(folder, { recursive: true });
  const fields = a.flows.columns.fields();
  const header: Header = {
    packets: a.packetCount,
    chunks: a.packets.chunks.length,
    flows: a.flows.columns.count,
    flowFields: fields.map(([name, array, perRow]) => ({
      name,
      bytes: array.BYTES_PER_ELEMENT * perRow * a.flows.columns.count,
    })),
    addresses: a.addresses.dump(),
    pairs: a.pairList(),
    protocols: protocolNames(),
    facts: a.inspector.facts.map(known),
    baseSeconds: a.baseSeconds,
    ending,
  };
  const json = Buffer.from(JSON.stringify(header));
  const parts: Uint8Array[] = [json];
  for (const chunk of a.packets.chunks) if (chunk !== null) parts.push(new Uint8Array(chunk.buffer));
  for (const [, array, perRow] of fields)
    parts.push(
      new Uint8Array(array.buffer, array.byteOffset, array.BYTES_PER_ELEMENT * perRow * a.flows.columns.count),
    );
  let check = 0;
  for (const part of parts) check = crc32(part, check);
  const head = Buffer.alloc(16);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(VERSION, 4);
  head.writeUInt32LE(json.length, 8);
  head.writeUInt32LE(check, 12);
  const file = join(folder, indexName(capture, vlan));
  writeFileSync(`${file}.new`, Buffer.concat([head, ...parts]), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** @returns the analysis as it was saved, or null when there is none that can be believed */
export function loadIndex(
  cacheFolder: string,
  capture: string,
  vlan = false,
): { analysis: Analysis; ending: Ending } | null {
  let file: string;
  let bytes: Buffer;
  try {
    file = join(cacheFolder, 'index', indexName(capture, vlan));
    bytes = readFileSync(file);
  } catch {
    return null;
  }
  try {
    return restore(bytes);
  } catch {
    rmSync(file, { force: true });
    return null;
  }
}

const NO_FACTS = noFacts();
/** Facts that are saved. */
const FACTS = (Object.keys(NO_FACTS) as (keyof FlowFacts)[]).filter((key) => key !== 'dns');

/** Of a flow that was open to the end, DNS still counts: what it has counted is kept. */
function known(facts: FlowFacts): Partial<FlowFacts> {
  const { dns } = facts;
  const told =
    dns === null
      ? facts
      : { ...facts, dnsCounts: { queries: dns.queries, responses: dns.responses, noSuchName: dns.noSuchName } };
  return Object.fromEntries(
    FACTS.map((key) => [key, told[key]] as const).filter(([, value]) => value !== null && value !== -1),
  );
}

function restore(bytes: Buffer): { analysis: Analysis; ending: Ending } {
  if (
    bytes.length < 16 ||
    bytes.readUInt32LE(0) !== MAGIC ||
    bytes.readUInt32LE(4) !== VERSION ||
    crc32(bytes.subarray(16)) !== bytes.readUInt32LE(12)
  )
    throw new Error('not an index');
  let at = 16 + bytes.readUInt32LE(8);
  const header = JSON.parse(bytes.toString('utf8', 16, at)) as Header;
  const a = new Analysis({ completed: () => undefined });
  // Protocol ids belong to a process: the saved ones are translated by name.
  const ids = header.protocols.map(protocolId);
  for (let c = 0; c < header.chunks; c++) {
    const size = BYTES_PER_PACKET * CHUNK_ROWS;
    const shared = new SharedArrayBuffer(size);
    new Uint8Array(shared).set(bytes.subarray(at, at + size));
    at += size;
    const chunk = chunkOver(shared, CHUNK_ROWS);
    for (let i = 0; i < CHUNK_ROWS; i++) chunk.protocol[i] = ids[chunk.protocol[i]!] ?? 0;
    a.packets.chunks.push(chunk);
    a.packets.starts.push(chunk.offset[0]!);
  }
  a.packets.count = header.packets;
  const columns = a.flows.columns;
  for (let i = 0; i < header.flows; i++) columns.add();
  const fields = new Map(columns.fields().map(([name, array]) => [name, array]));
  for (const { name, bytes: size } of header.flowFields) {
    const target = fields.get(name)!;
    new Uint8Array(target.buffer, target.byteOffset).set(bytes.subarray(at, at + size));
    at += size;
  }
  for (let i = 0; i < header.flows; i++) columns.app[i] = ids[columns.app[i]!] ?? 0;
  a.addresses.restore(header.addresses);
  for (const facts of header.facts) a.inspector.restore({ ...NO_FACTS, ...facts });
  a.restore(header.packets, header.baseSeconds, header.pairs);
  return { analysis: a, ending: header.ending };
}
