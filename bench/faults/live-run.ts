// One live capture of the campaign: numbered packets are sent while it runs, some of its flows are labelled; once it is
// over, its files are held to what was sent and told, and its labels to what was answered.
import { rmSync } from 'node:fs';
import type { Label } from '../../contract/index.ts';
import { captureOf } from '../capture/client.ts';
import type { Rig } from '../capture/rig.ts';
import type { Host } from './host.ts';
import { missingOf, numbersIn } from './numbers.ts';

const FRAME = 180;
/** Packets a second. */
const RATE = 1_500;
const CONVERSATION = 40;

/** What a flow may be labelled as: two where the answer never came. */
export type Expected<K> = Map<K, ReadonlySet<Label | null>>;

export interface Over {
  readonly sent: number;
  readonly onDisk: number;
  readonly lost: readonly number[];
  readonly odd: number;
}

export class LiveRun {
  readonly folder: string;
  /** Labels by what people call the flow. */
  readonly labels: Expected<number> = new Map();
  private readonly sender: ReturnType<Rig['sendGently']>;
  private most = 0;

  private constructor(folder: string, sender: ReturnType<Rig['sendGently']>) {
    this.folder = folder;
    this.sender = sender;
  }

  /** @returns the sentence where it was refused */
  static async begin(host: Host, rig: Rig): Promise<LiveRun | string> {
    const wish = captureOf(rig);
    const begun = await host.ask(host.live, 'capture', wish);
    if (begun.at === 'refused') return begun.why;
    if (begun.at !== 'answered') return `the capture is ${begun.at}`;
    host.live.state = begun.value;
    return new LiveRun(begun.value.path, rig.sendGently(FRAME, RATE, CONVERSATION));
  }

  /** So many packets were told as captured. */
  tell(host: Host): number {
    const { state } = host.live;
    if (state?.path === this.folder) this.most = Math.max(this.most, state.packets);
    return this.most;
  }

  /** Ends it in order. @returns every packet that was sent is there, or is named */
  async whole(host: Host): Promise<Over> {
    this.sender.end();
    const { sent } = await this.sender.sent;
    await host.until(() => this.tell(host) >= sent, 5_000);
    await host.ask(host.live, 'control', { action: 'stop' });
    return this.held(sent, sent);
  }

  /** It has ended otherwise. @returns every packet that was told as captured is there, and none before another */
  async cut(): Promise<Over> {
    this.sender.end();
    const { sent } = await this.sender.sent;
    return this.held(sent, this.most);
  }

  /** Nothing is asked of it any more. */
  async drop(): Promise<void> {
    this.sender.end();
    await this.sender.sent;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private held(sent: number, due: number): Over {
    const numbers = numbersIn(this.folder);
    const { lost, odd } = missingOf(numbers, due);
    return { sent, onDisk: numbers.length, lost, odd };
  }
}
