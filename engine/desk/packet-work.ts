// What the desk has for work on packets: the process for long work, what dissectors are told, and what was found
// already.
import type { Message, Settings } from '../../contract/index.ts';
import { DeepWork, DissectSetup } from '../dissect/index.ts';
import { Colouring } from './colouring.ts';
import { Dissectors } from './dissectors.ts';
import { Keys } from './keys.ts';
import { Names } from './names.ts';
import { Objects } from './objects.ts';

export class PacketWork {
  readonly setup = new DissectSetup();
  readonly deep: DeepWork;
  readonly objects: Objects;
  readonly dissectors: Dissectors;
  readonly keys: Keys;
  readonly names: Names;
  readonly colouring: Colouring;

  /** @param note says what a person must know of the user's files */
  constructor(dataFolder: string, note: (message: Message) => void, settings: Settings) {
    this.deep = new DeepWork(this.setup);
    this.objects = new Objects(this.deep);
    this.dissectors = new Dissectors(dataFolder, this.deep, note);
    this.keys = new Keys(this.setup);
    this.colouring = new Colouring(dataFolder, this.deep, note);
    this.names = new Names(this.setup, settings, note);
  }

  close(): void {
    this.deep.close();
    this.names.close();
  }
}
