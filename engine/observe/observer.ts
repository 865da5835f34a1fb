// Hears payloads of flows in the order of the capture and keeps what evidence needs of them, by slot.
import type { Layers } from '../decode/index.ts';
import { nothingObserved, type Observed } from './types.ts';

export class Observer {
  /** A flow begins in a slot. */
  began(_slot: number): void {}

  /**
   * A packet with payload of a flow.
   * @param dir 0 from the initiator
   * @param seconds since the epoch @param packet its row
   */
  payload(_slot: number, _dir: number, _l: Layers, _buf: Uint8Array, _seconds: number, _packet: number): void {}

  /** A DNS message of a flow, over UDP or put together over TCP. */
  dns(_slot: number, _b: Uint8Array, _at: number, _end: number, _seconds: number, _packet: number): void {}

  /** What was observed of a slot's flow so far. It lives on and may grow until `release`. */
  observed(_slot: number): Observed {
    return nothingObserved();
  }

  /** The slot's flow is over: open exchanges are done and what was held is let go. Call before the last look. */
  finish(_slot: number): void {}

  /** Forgets the slot. What `observed` returned stays with whoever has it. */
  release(_slot: number): void {}
}
