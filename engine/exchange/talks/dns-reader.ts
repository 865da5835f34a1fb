// DNS on one flow: questions with their answers, by id, in the order in which they were asked.
import { ApplicationReader, Gathered } from '../../rules/index.ts';
import { dnsSaid, type DnsSaid } from './dns-message.ts';
import type { Clock, Stamp } from './stamp.ts';

/** Messages that wait for their other half, of one flow. */
const MAX_WAITING = 256;

export interface DnsExchange {
  /** Of its first message. */
  readonly at: Stamp;
  readonly question: DnsSaid | null;
  readonly answer: DnsSaid | null;
  /** Of the answer, null without one. */
  readonly answered: Stamp | null;
  /** How many exchanges of the flow came before it. */
  readonly place: number;
}

interface Half {
  readonly at: Stamp;
  readonly said: DnsSaid;
  readonly place: number;
}

export class DnsTalkReader extends ApplicationReader {
  readonly name: string;
  private readonly overTcp: boolean;
  private readonly clock: Clock;
  private readonly heard: (exchange: DnsExchange) => void;
  private readonly gathered = [new Gathered(), new Gathered()] as const;
  /** By side: questions without an answer, answers without a question. */
  private readonly waiting: readonly [Half[], Half[]] = [[], []];
  private count = 0;

  /** @param name `dns`, or of a kind that is asked of everybody: `mdns`, `llmnr` */
  constructor(name: string, overTcp: boolean, clock: Clock, told: (exchange: DnsExchange) => void) {
    super();
    this.name = name;
    this.overTcp = overTcp;
    this.clock = clock;
    this.heard = told;
  }

  bytes(side: 0 | 1, data: Uint8Array): void {
    if (!this.overTcp) {
      this.message(data);
      return;
    }
    const waiting = this.gathered[side];
    waiting.add(data);
    while (waiting.length >= 2) {
      const all = waiting.all();
      const size = (all[0]! << 8) | all[1]!;
      if (all.length < size + 2) return;
      this.message(all.slice(2, 2 + size));
      waiting.drop(2 + size);
    }
  }

  /** What follows a hole cannot be read any more. */
  override gap(side: 0 | 1): void {
    this.gathered[side].clear();
    if (this.overTcp) this.sealed = true;
  }

  private message(b: Uint8Array): void {
    const said = dnsSaid(b);
    if (said === null) return;
    const half: Half = { at: this.clock.now, said, place: this.count };
    if (this.name !== 'dns') {
      this.count++;
      this.tell(said.isAnswer ? null : half, said.isAnswer ? half : null);
      return;
    }
    const others = this.waiting[said.isAnswer ? 0 : 1];
    const at = others.findIndex((other) => other.said.id === said.id);
    if (at >= 0) {
      const [other] = others.splice(at, 1);
      if (said.isAnswer) this.tell(other!, half);
      else this.tell(half, other!);
      return;
    }
    this.count++;
    const own = this.waiting[said.isAnswer ? 1 : 0];
    own.push(half);
    if (own.length > MAX_WAITING) this.alone(own.shift()!);
  }

  private alone(half: Half): void {
    this.tell(half.said.isAnswer ? null : half, half.said.isAnswer ? half : null);
  }

  private tell(question: Half | null, answer: Half | null): void {
    const first = (question ?? answer)!;
    this.heard({
      at: first.at,
      question: question?.said ?? null,
      answer: answer?.said ?? null,
      answered: answer?.at ?? null,
      place: Math.min(question?.place ?? Infinity, answer?.place ?? Infinity),
    });
  }

  /** The flow is over: what waits is told by itself. */
  finish(): void {
    for (const half of [...this.waiting[0], ...this.waiting[1]].sort((a, b) => a.place - b.place)) this.alone(half);
    this.waiting[0].length = this.waiting[1].length = 0;
  }
}
