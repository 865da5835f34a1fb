// What those who look into TCP and UDP need of the inspector that asks them: names, facts and streams of flows by slot.
import type { Layers } from '../decode/index.ts';
import type { FlowFacts } from './facts.ts';
import type { ReassemblyPool } from './pool.ts';
import type { QuicIds } from './quic-ids.ts';
import type { StreamState } from './stream.ts';

export interface InspectorPort {
  /**
   * Facts are all that is wanted: what the Protocol column would say of later packets of a known connection is not
   * worked out.
   */
  readonly factsOnly: boolean;
  /** By slot and direction: `slot * 2 + direction`. */
  readonly streams: readonly StreamState[];
  readonly pool: ReassemblyPool;
  readonly quicIds: QuicIds;
  /** The name by which the Protocol column knows the flow, 0 before one. */
  app(slot: number): number;
  setApp(slot: number, protocol: number): void;
  /** As `setApp`, where there is none yet. */
  nameApp(slot: number, protocol: number): void;
  /** What the flow speaks by its content, 0 while nothing has told. */
  service(slot: number): number;
  setService(slot: number, protocol: number): void;
  /** A flow recognised as one protocol turns out to carry another. */
  becomes(slot: number, from: number, to: number): void;
  /** Whether a packet of a flow is looked at for what the flow speaks. */
  unrecognised(slot: number, l: Layers): boolean;
  /** What later payloads of a direction may still tell, as telling.ts has it; forgotten when the flow's name changes. */
  wants(slot: number, dir: number, state: number): void;
  /** Something is known that was not: any payload of the flow may tell something again. */
  wake(slot: number): void;
  /** Facts of a slot, made when they are asked for. */
  factsOf(slot: number): FlowFacts;
  /** Facts of a slot if there are any. */
  peekFacts(slot: number): FlowFacts | null;
  /** State of a direction, made when it is asked for. */
  stream(slot: number, dir: number): StreamState;
  /** What is kept of a flow as a whole stands with its initiator's direction. */
  connection(slot: number): StreamState;
  /** A hello was read. */
  hello(facts: FlowFacts, fromServer: boolean, slot: number): void;
  /** A DNS message. @returns whether it was one */
  dns(slot: number, buf: Uint8Array, at: number, end: number): boolean;
  /** A TFTP request was sent: its answer comes from another port (RFC 1350, 4). */
  expectTftp(slot: number): void;
  tftpExpected(slot: number): boolean;
}
