// What the desk has for work on packets: the process for long work, what dissectors are told, and what was found
// already.
import type { Message } from '../../contract/index.ts';
import { DeepWork, DissectSetup } from '../dissect/index.ts';
import { Dissectors } from './dissectors.ts';
import { Keys } from './keys.ts';
import { Objects } from './objects.ts';

export class PacketWork {
  readonly setup = new DissectSetup();
  readonly deep: DeepWork;
  readonly objects: Objects;
  readonly dissectors: Dissectors;
  readonly keys: Keys;

  /** @param note says what a person must know of the user's files */
  constructor(dataFolder: string, note: (message: Message) => void) {
    this.deep = new DeepWork(this.setup);
    this.objects = new Objects(this.deep);
    this.dissectors = new Dissectors(dataFolder, this.deep, note);
    this.keys = new Keys(this.setup);
  }

  close(): void {
    this.deep.close();
  }
}
