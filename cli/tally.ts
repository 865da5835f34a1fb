// Counts what became of the captures of a call, and makes its exit code, with a sentence where the code alone would
// hide something.
import { count, EXIT } from '../contract/index.ts';
import type { Ending } from '../engine/host.ts';
import { endingSentence, inputs, type Input } from './inputs.ts';
import { say } from './terminal.ts';

export type FileInput = Extract<Input, { kind: 'file' }>;
export type BadInput = Extract<Input, { kind: 'bad' }>;

export class Tally {
  malicious = 0;
  private bad = 0;
  private cut = 0;
  private asked = 0;
  private left = false;
  private readonly partialOk: boolean;

  /** @param partialOk a capture of which only a part could be read is no error */
  constructor(partialOk: boolean) {
    this.partialOk = partialOk;
  }

  /** Counts how a capture ended, and says it where that was not well. */
  ended(name: string, ending: Ending): void {
    if (ending.kind === 'partial') this.cut++;
    else if (ending.kind !== 'ok') this.bad++;
    const sentence = endingSentence(name, ending);
    if (sentence !== null) say(sentence);
  }

  /** What was asked of a capture could be answered in part only. */
  incomplete(name: string, why: string): void {
    this.asked++;
    say(`${name}: ${why}.`);
  }

  /** The captures that a call names. What is none is counted and said. @param bad hears of it first */
  *captures(paths: readonly string[], bad: (input: BadInput) => void = () => undefined): Generator<FileInput> {
    for (const input of inputs(paths)) {
      if (input.kind === 'file') yield input;
      else {
        bad(input);
        this.ended(input.name, input.ending);
      }
    }
  }

  /** The reader of our output went away before the end, so the rest of the captures was not read. */
  cutShort(): void {
    this.left = true;
  }

  /**
   * An error outranks a finding: code 1 means that everything was read. A sentence says what the code cannot.
   * @param stopped the user ended it
   */
  code(stopped = false): number {
    const cut = this.partialOk ? 0 : this.cut;
    const asked = this.partialOk ? 0 : this.asked;
    const error = stopped || this.bad > 0 || cut + asked > 0;
    if (error && this.malicious > 0) {
      say(`${flows(this.malicious)} malicious; the exit code is 2 all the same, since ${why(stopped, this.bad, cut)}.`);
    } else if (!stopped && this.bad === 0 && cut > 0) {
      say(`${captures(cut)} read in part only, so the exit code is 2; with --partial-ok that is no error.`);
    }
    if (!stopped && asked > 0)
      say(`${captures(asked)} asked in part only, so the exit code is 2; with --partial-ok that is no error.`);
    if (error) return EXIT.error;
    if (this.malicious > 0) return EXIT.malicious;
    return this.left ? EXIT.error : EXIT.clean;
  }
}

function flows(n: number): string {
  return n === 1 ? 'One flow is' : `${count(n)} flows are`;
}

function captures(n: number): string {
  return n === 1 ? 'One capture could be' : `${count(n)} captures could be`;
}

function why(stopped: boolean, bad: number, cut: number): string {
  if (stopped) return 'reading was stopped';
  const parts = [
    ...(bad > 0 ? [`${bad === 1 ? 'one input' : `${count(bad)} inputs`} could not be read`] : []),
    ...(cut > 0 ? [`${cut === 1 ? 'one capture' : `${count(cut)} captures`} could be read in part only`] : []),
  ];
  return parts.join(' and ');
}
