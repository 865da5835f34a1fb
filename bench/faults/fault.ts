// A kind of fault: what is done to a host that runs, while it captures and a capture is read.
import type { Host } from './host.ts';
import type { World } from './world.ts';

export interface Fault {
  readonly kind: string;
  /** Group in the document. */
  readonly of: 'processes' | 'threads' | 'disks' | 'state' | 'captures' | 'clock' | 'instances' | 'command line';
  /** What must hold afterwards is asked by the campaign; what must hold of this one alone is asked here. */
  readonly bring: (w: World, host: Host) => Promise<void>;
}
