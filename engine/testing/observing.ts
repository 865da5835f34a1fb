// For tests of the observer: frames go through the flow table into an Observer, as the engine brings them.
import { Ingest } from '../flow/index.ts';
import { Observer, type Observed } from '../observe/index.ts';
import { eachAddress, parseDns } from '../protocols/index.ts';
import { CaptureStream } from '../read/index.ts';
import { packetsOf, pcap, tcp } from './packets.ts';

export interface Turn {
  /** 0 from the initiator. */
  readonly dir: 0 | 1;
  readonly data: Uint8Array | string;
}

export const CLIENT = '10.0.0.1:40000';

export interface Watched {
  readonly observer: Observer;
  /** Called after each payload. */
  heard(): void;
}

/** @returns what was observed of each flow, in the order in which flows were over */
export function observe(frames: readonly (readonly number[])[], watched?: Watched): Observed[] {
  const observer = watched?.observer ?? new Observer();
  const seen: Observed[] = [];
  const ingest = new Ingest(
    {
      began: (slot) => {
        observer.began(slot);
      },
      payload: (slot, dir, l, buf, at, whole) => {
        if (whole) observer.payload(slot, dir, l, buf, at.seconds, at.packet);
        watched?.heard();
        return l.protocol;
      },
      checkpoint: (slot) => {
        observer.observed(slot);
      },
      late: () => undefined,
      completed: (slot) => {
        observer.finish(slot);
        // Flows that showed nothing share one object until the next look: a copy is kept.
        const observed = observer.observed(slot);
        const { payload, firstPacket } = observed;
        const first = [observed.first[0].slice(), observed.first[1].slice()] as const;
        seen.push({ ...observed, first, payload: [...payload], firstPacket: [...firstPacket] });
        observer.release(slot);
      },
    },
    { keepPackets: true, checkpoints: true },
  );
  new CaptureStream(ingest).push(pcap(packetsOf(frames)));
  ingest.finish();
  return seen;
}

/** A DNS message reaches an observer, as the inspector brings it: what is no message does not. */
export function hearDns(observer: Observer, slot: number, b: Uint8Array, seconds: number, packet: number): void {
  const message = parseDns(b, 0, b.length);
  if (message === null) return;
  let addresses = 0;
  if (message.response && message.answers > 0) eachAddress(b, 0, b.length, message, () => addresses++);
  observer.dns(slot, message, addresses, b.length, seconds, packet);
}

const START: readonly [number, number] = [1_000, 4_294_967_000];

/** A handshake and the turns of a conversation, cut into segments of `size(n)` bytes. */
export function conversation(port: number, turns: readonly Turn[], size: () => number = () => 1_400): number[][] {
  const server = `10.0.0.2:${port}`;
  const frames = [
    tcp(CLIENT, server, { flags: 'S', seq: START[0] }),
    tcp(server, CLIENT, { flags: 'SA', seq: START[1], ack: START[0] + 1 }),
  ];
  const next = [START[0] + 1, START[1] + 1];
  for (const { dir, data } of turns) {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    for (let at = 0; at < bytes.length;) {
      const some = Math.max(1, Math.min(size(), bytes.length - at));
      const [from, to] = dir === 0 ? [CLIENT, server] : [server, CLIENT];
      const ack = next[1 - dir]! >>> 0;
      frames.push(tcp(from, to, { flags: 'PA', seq: next[dir]! >>> 0, ack, data: bytes.subarray(at, at + some) }));
      next[dir]! += some;
      at += some;
    }
  }
  return frames;
}

/** @returns what was observed of one conversation */
export function observeTalk(port: number, ...turns: Turn[]): Observed {
  return observe(conversation(port, turns))[0]!;
}
