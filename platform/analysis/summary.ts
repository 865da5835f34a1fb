// What one sees of an analysis at a glance: the verdict in one word, counts, and how reading ended.
import type { CaptureVerdict, ProtocolCount } from '../contract.ts';
import type { FlowRecord, Gravity, IncidentRecord, Message, Verdict } from '../../contract/index.ts';

/** How reading ended where it was not well: the reader's own words. */
export type Trouble =
  | { readonly kind: 'partial'; readonly offset: number; readonly message: Message }
  | { readonly kind: 'unreadable'; readonly offset: number; readonly message: Message }
  | { readonly kind: 'refused'; readonly message: Message };

export interface AnalysisSummary {
  readonly verdict: CaptureVerdict;
  readonly packets: number;
  readonly flows: number;
  /** Bytes of its flows. */
  readonly bytes: number;
  readonly verdicts: Readonly<Record<Verdict, number>>;
  readonly incidents: Readonly<Record<Gravity, number>>;
  /** The most flows first; all others are one, `other`. */
  readonly protocols: readonly ProtocolCount[];
  /** Pieces of evidence by kind, and by rule. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, number>>;
  /** Families of malware and attack frameworks that evidence names. */
  readonly families: readonly string[];
  /** ATT&CK techniques that evidence names. */
  readonly techniques: readonly string[];
  /** First packet and end of the last flow, RFC 3339; null without flows. */
  readonly first: string | null;
  readonly last: string | null;
  /** Null where the capture was read to its end. */
  readonly trouble: Trouble | null;
  readonly model: string;
  readonly model_sha256: string;
  readonly baseline: string | null;
  /** Milliseconds that the worker took. */
  readonly took: number;
}

/** Protocols that are told one by one. */
const MOST_PROTOCOLS = 40;

interface Counting {
  flows: number;
  packets: number;
  bytes: number;
}

/** Counts records as they are told. */
export class SummaryCounts {
  private readonly apps = new Map<string, Counting>();
  private readonly kinds = new Map<string, number>();
  private readonly rules = new Map<string, number>();
  private readonly techniques = new Set<string>();
  private first: string | null = null;
  private last: string | null = null;
  private baseline: string | null = null;

  flow(record: FlowRecord): void {
    const app = this.apps.get(record.app) ?? { flows: 0, packets: 0, bytes: 0 };
    this.apps.set(record.app, app);
    app.flows++;
    app.packets += record.packets_fwd + record.packets_rev;
    app.bytes += record.bytes_fwd + record.bytes_rev;
    this.baseline ??= record.baseline ?? null;
    // Stamps of one form sort as texts do; those before the year 0 and after 9999 are nobody's traffic.
    if (this.first === null || record.start < this.first) this.first = record.start;
    if (this.last === null || record.end > this.last) this.last = record.end;
  }

  incident(record: IncidentRecord): void {
    for (const e of record.evidence) {
      this.kinds.set(e.kind, (this.kinds.get(e.kind) ?? 0) + 1);
      this.rules.set(e.rule, (this.rules.get(e.rule) ?? 0) + 1);
      if (e.technique !== null) this.techniques.add(e.technique);
    }
  }

  /** What was counted. */
  get told(): Pick<
    AnalysisSummary,
    'bytes' | 'protocols' | 'kinds' | 'rules' | 'techniques' | 'first' | 'last' | 'baseline'
  > {
    const all = [...this.apps].map(([protocol, n]) => ({ protocol, ...n })).sort((x, y) => y.flows - x.flows);
    const others = all.slice(MOST_PROTOCOLS);
    const sum = (what: keyof Counting): number => others.reduce((n, p) => n + p[what], 0);
    const rest =
      others.length === 0
        ? []
        : [{ protocol: 'other', flows: sum('flows'), packets: sum('packets'), bytes: sum('bytes') }];
    return {
      bytes: all.reduce((n, p) => n + p.bytes, 0),
      protocols: [...all.slice(0, MOST_PROTOCOLS), ...rest],
      kinds: Object.fromEntries(this.kinds),
      rules: Object.fromEntries(this.rules),
      techniques: [...this.techniques].sort(),
      first: this.first,
      last: this.last,
      baseline: this.baseline,
    };
  }
}

/** One word for a capture: its gravest incident's, as that of a flow is. */
export function captureVerdict(flows: number, incidents: Readonly<Record<Gravity, number>>): CaptureVerdict {
  if (incidents.malicious > 0) return 'dangerous';
  if (incidents.suspicious > 0) return 'suspicious';
  return flows === 0 ? 'nothing' : 'safe';
}
