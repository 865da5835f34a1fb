// What inspection has found of open flows, by slot: their rows, the protocol that packets are named by, the one that
// content tells, where facts are, what is still looked for.
import { NO_FACT } from '../flow/index.ts';
import { ANYTHING } from './telling.ts';

export class FlowNotes {
  row = new Uint32Array(1024);
  app = new Uint16Array(1024);
  service = new Uint16Array(1024);
  /** Index of the flow's facts, NO_FACT while there are none. */
  fact = new Uint32Array(1024).fill(NO_FACT);
  /** By slot and direction: what is still looked for, as telling.ts has it. */
  wanted = new Uint8Array(2048);

  /** A flow begins in a slot. */
  clear(slot: number, row: number): void {
    if (slot >= this.app.length) this.grow(slot);
    this.row[slot] = row;
    this.app[slot] = this.service[slot] = 0;
    this.fact[slot] = NO_FACT;
    this.wake(slot);
  }

  /** Something is known of the flow that was not: any payload may tell something again. */
  wake(slot: number): void {
    this.wanted[slot * 2] = this.wanted[slot * 2 + 1] = ANYTHING;
  }

  private grow(slot: number): void {
    const size = Math.max(slot + 1, this.app.length * 2);
    const { row, app, service, fact, wanted } = this;
    this.row = new Uint32Array(size);
    this.row.set(row);
    this.app = new Uint16Array(size);
    this.app.set(app);
    this.service = new Uint16Array(size);
    this.service.set(service);
    this.fact = new Uint32Array(size).fill(NO_FACT);
    this.fact.set(fact);
    this.wanted = new Uint8Array(size * 2);
    this.wanted.set(wanted);
  }
}
