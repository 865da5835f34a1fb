// What the campaign counts, by kind of fault and in all.
export const KINDS_OF_COUNT = [
  'captures',
  'sent',
  'onDisk',
  'lost',
  'compared',
  'differing',
  'labelsGiven',
  'labelsRefused',
  'labelsLost',
  /** Labels whose own bytes the campaign overwrote, and that were said to be lost. */
  'labelsDestroyed',
  /** The same, and nothing was said. */
  'labelsUnsaid',
  /** Readings and captures that a fault ended, and that said so. */
  'saidBroken',
  'saidEnded',
  /** Faults whose process or thread was not there at that moment. */
  'without',
] as const;

export type Count = (typeof KINDS_OF_COUNT)[number];

interface Trouble {
  readonly kind: string;
  /** The seed and the number of the fault, and what it was. */
  readonly at: string;
  readonly what: string;
}

/** As JSON. */
export interface Kept {
  readonly counts: Readonly<Record<Count, number>>;
  readonly faults: readonly (readonly [string, number])[];
  readonly longest: readonly (readonly [string, number])[];
  readonly late: readonly string[];
  readonly troubles: readonly Trouble[];
}

export class Totals {
  readonly counts: Record<Count, number> = {
    captures: 0,
    sent: 0,
    onDisk: 0,
    lost: 0,
    compared: 0,
    differing: 0,
    labelsGiven: 0,
    labelsRefused: 0,
    labelsLost: 0,
    labelsDestroyed: 0,
    labelsUnsaid: 0,
    saidBroken: 0,
    saidEnded: 0,
    without: 0,
  };
  /** Requests without an answer in time. */
  readonly late: string[] = [];
  readonly troubles: Trouble[] = [];
  private readonly faults = new Map<string, number>();
  /** The longest of each, ms. */
  private readonly longest = new Map<string, number>();
  private kind = 'no fault';
  private at = '';

  begin(kind: string, at: string): void {
    this.kind = kind;
    this.at = at;
    this.faults.set(kind, (this.faults.get(kind) ?? 0) + 1);
  }

  add(what: Count, count = 1): void {
    this.counts[what] += count;
  }

  note(what: string): void {
    this.at += `: ${what}`;
    console.error(`  ${this.kind}: ${what}`);
  }

  trouble(what: string): void {
    this.troubles.push({ kind: this.kind, at: this.at, what });
    console.error(`  !! ${this.kind} (${this.at}): ${what}`);
  }

  took(what: string, ms: number): void {
    this.longest.set(what, Math.max(this.longest.get(what) ?? 0, ms));
  }

  kept(): Kept {
    const { counts, late, troubles } = this;
    return { counts, faults: [...this.faults], longest: [...this.longest], late, troubles };
  }
}
