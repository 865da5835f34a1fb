// Parts of HTTP/2 and QUIC streams out of the trees of their packets, by the number of the stream: the engine's own
// follow knows stream 0 of a connection only. And what DTLS carries, which the engine decrypts and does not follow.
import type { Vector, WiregasmTree } from './flatten.ts';
import type { EngineFrame, WorkSession } from './engine.ts';
import { below, fieldOf, numberOf, Sources, walk } from './work-tree.ts';

/** One part of one stream within a packet. */
export interface StreamPart {
  readonly frame: number;
  /** Stream ids of QUIC have up to 62 bits; those beyond 2^53 are left out. */
  readonly stream: number;
  readonly what: 'headers' | 'data';
  /** Where it stands in a stream of QUIC; of HTTP/2, whose parts come in order, -1. */
  readonly offset: number;
  /** Headers as lines, `name: value`, UTF-8. */
  readonly bytes: Uint8Array;
}

/** What is read out of trees, since the engine's own follow does not do it. */
export type StreamKind = 'http2' | 'quic' | 'dtls';

const DATA = 0;
const FRAME_HEADER = 9;

export function partsOf(session: WorkSession, of: StreamKind, frames: readonly number[]): StreamPart[] {
  return frames.flatMap((number) => {
    const frame = session.getFrame(number);
    const sources = new Sources(frame);
    if (of === 'dtls') return dtls(number, frame, sources);
    return of === 'http2' ? http2(number, frame.tree, sources) : quic(number, frame.tree, sources);
  });
}

/** What stands right below a node, by its fields; of several of one field the first. */
function fields(nodes: Vector<WiregasmTree>): Map<string, WiregasmTree> {
  const found = new Map<string, WiregasmTree>();
  for (const node of below(nodes)) {
    const field = fieldOf(node);
    if (field !== '' && !found.has(field)) found.set(field, node);
  }
  return found;
}

/** Frames of HTTP/2 (RFC 9113, section 4.1): bodies by their length, headers as they were before their compression. */
function http2(frame: number, tree: Vector<WiregasmTree>, sources: Sources): StreamPart[] {
  const parts: StreamPart[] = [];
  for (const protocol of below(tree)) {
    if (fieldOf(protocol) !== 'http2') continue;
    for (const node of below(protocol.tree)) {
      const said = fields(node.tree);
      const id = said.get('http2.streamid');
      const type = said.get('http2.type');
      if (id === undefined || type === undefined) continue;
      const stream = numberOf(id);
      if (!Number.isSafeInteger(stream)) continue;
      const lines = headerLines(node.tree, sources);
      if (lines.length > 0) parts.push({ frame, stream, what: 'headers', offset: -1, bytes: lines });
      if (numberOf(type) !== DATA) continue;
      const bytes = body(node, said, sources);
      if (bytes.length > 0) parts.push({ frame, stream, what: 'data', offset: -1, bytes });
    }
  }
  return parts;
}

function body(node: WiregasmTree, said: Map<string, WiregasmTree>, sources: Sources): Uint8Array {
  const length = numberOf(said.get('http2.length') ?? node);
  if (!Number.isSafeInteger(length)) return new Uint8Array(0);
  const { data_source_idx: source, start } = said.get('http2.length') ?? node;
  const whole = sources.part(source, start + FRAME_HEADER, length);
  // The field of padding has a byte of the frame only where there is padding (RFC 9113, section 6.1).
  const pad = said.get('http2.pad_length');
  if (pad === undefined || pad.length !== 1) return whole.slice();
  return whole.slice(1, Math.max(1, whole.length - numberOf(pad)));
}

function headerLines(nodes: Vector<WiregasmTree>, sources: Sources): Uint8Array {
  const lines: Uint8Array[] = [];
  for (const node of below(nodes)) {
    const said = fields(node.tree);
    const name = said.get('http2.header.name');
    if (name === undefined) continue;
    const value = said.get('http2.header.value');
    const bytes = value === undefined ? new Uint8Array(0) : sources.of(value);
    lines.push(sources.of(name), Buffer.from(': '), bytes, Buffer.from('\r\n'));
  }
  if (lines.length > 0) lines.push(Buffer.from('\r\n'));
  return new Uint8Array(Buffer.concat(lines));
}

/** STREAM frames of QUIC (RFC 9000, section 19.8). */
function quic(frame: number, tree: Vector<WiregasmTree>, sources: Sources): StreamPart[] {
  const parts: StreamPart[] = [];
  for (const node of walk(tree)) {
    const said = fields(node.tree);
    const id = said.get('quic.stream.stream_id');
    const data = said.get('quic.stream_data');
    if (id === undefined || data === undefined) continue;
    const stream = numberOf(id);
    const offset = numberOf(said.get('quic.stream.offset') ?? id);
    if (!Number.isSafeInteger(stream)) continue;
    const from = said.has('quic.stream.offset') && Number.isSafeInteger(offset) ? offset : 0;
    parts.push({ frame, stream, what: 'data', offset: from, bytes: sources.of(data).slice() });
  }
  return parts;
}

const APPLICATION_DATA = 23;

/**
 * Application data of DTLS records (RFC 6347, section 4.1; RFC 9147). Each record that could be decrypted has a source
 * of bytes; records before the keys were agreed on (epoch 0) have none.
 */
function dtls(frame: number, { tree, data_sources: all }: EngineFrame, sources: Sources): StreamPart[] {
  const types: number[] = [];
  for (const node of walk(tree)) {
    const said = fields(node.tree);
    const type = said.get('dtls.record.content_type');
    const epoch = said.get('dtls.record.epoch');
    if (type !== undefined && epoch !== undefined && numberOf(epoch) > 0) types.push(numberOf(type));
  }
  const decrypted: number[] = [];
  for (let i = 0; i < all.size(); i++) if (all.get(i).name.startsWith('Decrypted DTLS')) decrypted.push(i);
  // Where some of a packet's records could not be decrypted, which ones is not told.
  if (decrypted.length !== types.length && types.some((type) => type !== APPLICATION_DATA)) return [];
  return decrypted
    .filter((_, i) => (types[i] ?? APPLICATION_DATA) === APPLICATION_DATA)
    .map((source) => {
      const bytes = sources.part(source, 0, Infinity).slice();
      return { frame, stream: 0, what: 'data', offset: -1, bytes };
    });
}
