// Who hears of packets and flows, in the order of the capture.
import type { FlowRow } from '../../contract/index.ts';
import type { Layers } from '../decode/index.ts';
import type { FlowTimeouts } from './timeouts.ts';

/** When a payload came: one record, filled again for each. */
export class PayloadTime {
  /** Of capture time, as flows are told of theirs. */
  nanoseconds = 0;
  /** Of its stamp, since the epoch. */
  seconds = 0;
  /** Number of its packet, from 0. */
  packet = 0;

  of(nanoseconds: number, seconds: number, packet: number): this {
    this.nanoseconds = nanoseconds;
    this.seconds = seconds;
    this.packet = packet;
    return this;
  }
}

/**
 * Hears of packets and flows in the order of the capture, in the same thread or in another one; the state of a slot is
 * readable during the call, and in ingest's own thread.
 */
export interface IngestListener {
  /**
   * A flow begins: before its first packet's payload.
   * @param nanoseconds of capture time; a stamp in doubt is not one of them (`clock.ts`)
   */
  began(slot: number, row: FlowRow, nanoseconds: number): void;
  /**
   * A packet with something to look at.
   * @param whole its payload is one of its own, not a fragment's; else only its name is wanted
   * @param at when it came; valid during the call
   * @returns its protocol id, `l.protocol` where nothing better is known yet
   */
  payload(slot: number, dir: number, l: Layers, buf: Uint8Array, at: PayloadTime, whole: boolean): number;
  /** An open flow at 8, 32 or 128 packets, or after a further minute. @param sec @param nsec time of its last packet */
  checkpoint(slot: number, row: FlowRow, packets: number, sec: number, nsec: number): void;
  /**
   * A packet of a connection that is over, after `completed`: a FIN that is sent again, a late ACK.
   * @param wire its bytes
   */
  late(row: FlowRow, dir: number, wire: number, sec: number, nsec: number, packet: number): void;
  /**
   * A flow is over.
   * @param unanswered a connection that was asked for and never came about
   * @param nanoseconds when it was last touched
   */
  completed(slot: number, row: FlowRow, unanswered: boolean, nanoseconds: number): void;
}

export interface IngestOptions {
  readonly timeouts?: FlowTimeouts;
  /** Keep packet columns; scoring alone does not need them. */
  readonly keepPackets: boolean;
  /** Tell of open flows at 8, 32 and 128 packets and each minute. */
  readonly checkpoints: boolean;
  /** Open flows to expect. */
  readonly openFlows?: number;
  /** Open flows at once: beyond them the one idle longest ends. Without a word `MOST_OPEN`. */
  readonly mostOpenFlows?: number;
}
