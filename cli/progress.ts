// One line on a terminal while a capture is read: share, rate, time left. Nothing in a pipe.
import { count } from '../contract/index.ts';
import { status, terminal, wipeStatus } from './terminal.ts';

export class Progress {
  private readonly name: string;
  private readonly on: boolean;
  private readonly started = performance.now();
  private last = 0;

  constructor(name: string, on = terminal.spoken) {
    this.name = name;
    this.on = on;
  }

  /** @param size bytes in all, null when nobody knows */
  update(taken: number, size: number | null, packets: number): void {
    const now = performance.now();
    if (!this.on || now - this.last < 100) return;
    this.last = now;
    const seconds = (now - this.started) / 1000;
    const rate = packets / Math.max(seconds, 1e-3);
    const share = size ? taken / size : null;
    const left = share ? ` · ${Math.ceil((seconds * (1 - share)) / Math.max(share, 1e-6))} s left` : '';
    const done = share === null ? '' : `${Math.floor(share * 100)} % · `;
    status(`${this.name}: ${done}${count(packets)} packets · ${count(Math.round(rate))} packets/s${left}`);
  }

  clear(): void {
    if (this.on) wipeStatus();
  }
}
