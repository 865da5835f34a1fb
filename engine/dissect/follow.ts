// Follow a stream as the engine reads it: TLS, DTLS, HTTP, HTTP/2, WebSocket, QUIC and SIP. TCP and UDP are put together by
// the desk itself, whatever their size.
import type { FlowRow, FollowKind, PacketRow } from '../../contract/index.ts';
import { inChunk, MARK_REVERSE } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { TimeSlices } from '../view/index.ts';
import { flowContext } from './context.ts';
import { type DeepWork, type Loaded, rowOf } from './deep.ts';
import { type Followed, type Piece, substreamsOf } from './substreams.ts';
import type { TreeSource } from './trees.ts';
import type { StreamKind, StreamPart } from './work-parts.ts';

/** Bytes of a stream that are shown. */
const MAX_FOLLOWED = 8 * 1024 * 1024;
const FRAMES_AT_ONCE = 200;
const MAX_FRAMES = 100_000;

type DeepKind = Exclude<FollowKind, 'tcp' | 'udp'>;

/** Names of the engine's own ways to follow. */
const WAYS: Readonly<Record<Exclude<DeepKind, StreamKind>, string>> = {
  tls: 'TLS',
  http: 'HTTP',
  websocket: 'WebSocket',
  sip: 'SIP',
};

const NOTHING: Followed = { pieces: [], substreams: [], substream: null, cut: false, partial: false, coded: 0 };

export function followDeep(
  deep: DeepWork,
  s: TreeSource,
  flow: FlowRow,
  kind: DeepKind,
  substream: number | null,
  turns: TimeSlices,
): Promise<Followed> {
  return deep.alone(async () => {
    let partial = false;
    const loaded = await deep.load(
      s,
      () => {
        const context = flowContext(s.analysis, flow);
        partial = context.cut;
        return context;
      },
      turns,
    );
    const stream = await streamFilter(deep, loaded, s.analysis.flows.columns.firstPacketOf(flow));
    if (stream === null) return NOTHING;
    const place = new Places(s.analysis, loaded);
    if (kind === 'dtls') {
      const carried = await allParts(deep, kind, `${stream} and dtls`, turns);
      const pieces = carried.all.flatMap(({ frame, bytes }): Piece[] => {
        const at = place.of(frame);
        return at === null ? [] : [{ ...at, data: bytes }];
      });
      return { ...NOTHING, pieces, cut: carried.cut, partial };
    }
    if (kind === 'http2' || kind === 'quic') {
      const parts = await allParts(deep, kind, `${stream} and ${kind}`, turns);
      const found = substreamsOf(kind, parts.all, (frame) => place.of(frame), substream, MAX_FOLLOWED);
      return { ...found, partial: partial || parts.cut };
    }
    const said = await deep.ask({ do: 'follow', follow: WAYS[kind], filter: stream, limit: MAX_FOLLOWED });
    const pieces: Piece[] = [];
    let from = 0;
    said.frames.forEach((frame, i) => {
      const at = place.of(frame);
      if (at !== null) pieces.push({ ...at, data: said.bytes.subarray(from, said.ends[i]) });
      from = said.ends[i]!;
    });
    return { ...NOTHING, pieces, cut: said.cut, coded: said.coded, partial };
  });
}

/** Rows of frames and who sent them. */
class Places {
  private readonly a: Analysis;
  private readonly loaded: Loaded;

  constructor(a: Analysis, loaded: Loaded) {
    this.a = a;
    this.loaded = loaded;
  }

  of(frame: number): { readonly row: PacketRow; readonly direction: number } | null {
    const row = rowOf(this.loaded, frame);
    if (row === null || row >= this.a.packets.count) return null;
    return { row, direction: this.a.packets.chunk(row).marks[inChunk(row)]! & MARK_REVERSE ? 1 : 0 };
  }
}

const STREAM = /^(?:tcp|udp)\.stream eq \d+$/;

/** The filter of the connection that a packet is of, as the engine counts connections. */
async function streamFilter(deep: DeepWork, loaded: Loaded, row: PacketRow): Promise<string | null> {
  const frame = loaded.rows === null ? row + 1 : loaded.rows.indexOf(row) + 1;
  const { ways } = await deep.ask({ do: 'ways', frame });
  return ways.find(([kind, filter]) => (kind === 'TCP' || kind === 'UDP') && STREAM.test(filter))?.[1] ?? null;
}

async function allParts(
  deep: DeepWork,
  of: StreamKind,
  filter: string,
  turns: TimeSlices,
): Promise<{ readonly all: StreamPart[]; readonly cut: boolean }> {
  const { frames, matched } = await deep.ask({ do: 'match', filter, skip: 0, limit: MAX_FRAMES });
  const all: StreamPart[] = [];
  let total = 0;
  for (let at = 0; at < frames.length; at += FRAMES_AT_ONCE) {
    const { parts } = await deep.ask({ do: 'parts', of, frames: [...frames.subarray(at, at + FRAMES_AT_ONCE)] });
    for (const part of parts) total += part.bytes.length;
    all.push(...parts);
    turns.done = at / frames.length;
    await turns.rest();
    // All streams of the connection are held while one is chosen; of a larger connection its beginning is.
    if (total > MAX_FOLLOWED * 8) return { all, cut: true };
  }
  return { all, cut: matched > frames.length };
}
