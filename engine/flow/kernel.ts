// The ingest kernel (`kernel/index.ts`) and what it exports.
import { tunnelPorts } from '../decode/index.ts';
import { countLog, log2 } from './byte-pool.ts';
import { kernelMemory, startKernel } from './kernel-file.ts';
import { lengthBins } from './state.ts';

/** A number that the kernel holds and changes. */
interface Global {
  readonly value: number;
}

/** `kernel/index.ts` says what each is. Addresses are bytes from the beginning of its memory. */
export interface KernelExports {
  begin(room: number, most: number, other: number, established: number, udp: number, linger: number): void;
  choose(packets: boolean, checkpoints: boolean, vlans: boolean): void;
  packet(
    at: number,
    captured: number,
    wire: number,
    link: number,
    seconds: number,
    nanoseconds: number,
    stamp: number,
    number: number,
  ): number;
  placeHeld: KernelExports['packet'];
  tick(stamp: number): void;
  finish(): void;
  fillState(slot: number, at: number): void;
  take(bytes: number): number;
  give(at: number, bytes: number): void;
  rowsFor(count: number, watched: boolean): void;
  sampleBytes(): number;
  readonly layers: Global;
  readonly key: Global;
  readonly quoted: Global;
  readonly tunnelPorts: Global;
  readonly lengthBins: Global;
  readonly countLog: Global;
  readonly log2: Global;
  readonly stateFeatures: Global;
  readonly samples: Global;
  readonly capacity: Global;
  readonly words: Global;
  readonly numbers: Global;
  readonly histograms: Global;
  readonly lengths: Global;
  readonly gaps: Global;
  readonly startSeconds: Global;
  readonly endSeconds: Global;
  readonly startNanoseconds: Global;
  readonly endNanoseconds: Global;
  readonly direction: Global;
  readonly lateRow: Global;
  readonly isFirst: Global;
  readonly openFlows: Global;
  readonly time: Global;
}

/** What the kernel asks of its host (`kernel/host.ts`). */
export interface KernelHost {
  moved(): void;
  decodeElsewhere(): void;
  alone(marks: number): void;
  hold(marks: number): number;
  firstFragment(): void;
  joinFragment(): void;
  vlanNetwork(): number;
  noteVlans(row: number, outer: number, inner: number): void;
  tunnelResolve(asks: number): void;
  tunnelAdd(slot: number): void;
  tunnelRemove(slot: number): void;
  created(swapped: number): number;
  began(slot: number, row: number, at: number): void;
  row(owner: number, protocol: number, marks: number): void;
  payload(slot: number, dir: number, whole: number, marks: number, at: number): void;
  checkpoint(slot: number, row: number, packets: number): void;
  late(row: number, dir: number): void;
  completed(slot: number, row: number, reason: number): void;
}

/** The checked build says when a packet's bytes are read behind their end: tests and the fuzzer run that one. */
function whichKernel(): string {
  return process.env['SIGHTLINE_KERNEL'] === 'checked' ? 'ingest-checked' : 'ingest';
}

/** A kernel of its own memory. */
export class Kernel {
  readonly memory = kernelMemory();
  readonly exports: KernelExports;

  constructor(host: KernelHost) {
    this.exports = startKernel(whichKernel(), this.memory, { ...host }) as KernelExports;
    this.fillTables();
  }

  bytes(at: number, count: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at >>> 0, count);
  }

  /** Tables whose figures other parts of the engine compute with, too: one source for both. */
  private fillTables(): void {
    const { exports: k, memory } = this;
    const ports = this.bytes(k.tunnelPorts.value, 65_536);
    for (const port of tunnelPorts()) ports[port] = 1;
    this.bytes(k.lengthBins.value, lengthBins.length).set(lengthBins);
    new Float64Array(memory.buffer, k.countLog.value, countLog.length).set(countLog);
    new Float64Array(memory.buffer, k.log2.value, log2.length).set(log2);
  }
}
