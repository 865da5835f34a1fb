// What inspection has found of open flows, by slot: their rows, the protocol that packets are named by, the one that
// content tells, where facts are.
import { NO_FACT } from '../flow/index.ts';

export class FlowNotes {
  row = new Uint32Array(1024);
  app = new Uint16Array(1024);
  service = new Uint16Array(1024);
  /** Index of the flow's facts, NO_FACT while there are none. */
  fact = new Uint32Array(1024).fill(NO_FACT);

  /** A flow begins in a slot. */
  clear(slot: number, row: number): void {
    if (slot >= this.app.length) this.grow(slot);
    this.row[slot] = row;
    this.app[slot] = this.service[slot] = 0;
    this.fact[slot] = NO_FACT;
  }

  private grow(slot: number): void {
    const size = Math.max(slot + 1, this.app.length * 2);
    const { row, app, service, fact } = this;
    this.row = new Uint32Array(size);
    this.row.set(row);
    this.app = new Uint16Array(size);
    this.app.set(app);
    this.service = new Uint16Array(size);
    this.service.set(service);
    this.fact = new Uint32Array(size).fill(NO_FACT);
    this.fact.set(fact);
  }
}
