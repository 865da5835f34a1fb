// Expert information grouped by what it says, the gravest first, as in Wireshark.
import { createHash } from 'node:crypto';
import { keyed, type Message } from '../../contract/index.ts';
import { setFilter } from '../filter/index.ts';
import type { StatTable } from './table.ts';

export interface Expert {
  readonly frame: number;
  readonly severity: string;
  readonly group: string;
  readonly protocol: string;
  readonly summary: string;
}

interface Group {
  readonly key: string;
  first: Expert;
  count: number;
  /** Numbers of packets, as they were told; one that says it twice in a row stands here once. */
  readonly frames: number[];
}

/** The gravest first. */
const SEVERITIES = ['Error', 'Warning', 'Note', 'Chat', 'Comment'];
const MAX_GROUPS = 50_000;
/** A filter names at most so many packets; more of them are a set that is kept. */
const MAX_NAMED = 150;
/** Packets that are remembered in all: one number each. Groups that go beyond have no filter. */
const MAX_FRAMES = 20_000_000;

export class Experts {
  private readonly groups = new Map<string, Group>();
  private readonly among: string;
  private total = 0;
  private remembered = 0;
  private readonly forgotten = new Set<string>();
  private readonly kept = new Map<string, Uint32Array>();

  /** @param among of which capture which packets count: sets of other packets have other names */
  constructor(among = '') {
    this.among = among;
  }

  /** Sets of packets that the table's filters name: rows, ascending. */
  get sets(): ReadonlyMap<string, Uint32Array> {
    return this.kept;
  }

  take(item: Expert): void {
    this.total++;
    const key = [item.severity, item.group, item.protocol, item.summary].join('\0');
    let group = this.groups.get(key);
    if (group === undefined) {
      if (this.groups.size >= MAX_GROUPS) return;
      this.groups.set(key, (group = { key, first: item, count: 0, frames: [] }));
    }
    group.count++;
    if (item.frame < group.first.frame) group.first = item;
    if (group.frames.at(-1) === item.frame) return;
    if (this.remembered >= MAX_FRAMES) this.forgotten.add(key);
    else {
      this.remembered++;
      group.frames.push(item.frame);
    }
  }

  table(note: Message | null): StatTable {
    const rows = [...this.groups.values()].sort(
      (a, b) => severity(a.first) - severity(b.first) || b.count - a.count || a.first.frame - b.first.frame,
    );
    const filters = rows.map((group) => this.filterOf(group));
    return {
      rows: rows.length,
      columns: [
        {
          id: 'severity',
          kind: 'text',
          text: (row) => rows[row]!.first.severity,
          compare: (a, b) => severity(rows[a]!.first) - severity(rows[b]!.first),
        },
        { id: 'summary', kind: 'text', text: (row) => rows[row]!.first.summary },
        { id: 'group', kind: 'text', text: (row) => rows[row]!.first.group },
        { id: 'protocol', kind: 'text', text: (row) => protocolName(rows[row]!.first.protocol) },
        { id: 'count', kind: 'count', numbers: Float64Array.from(rows, (g) => g.count) },
        { id: 'firstPacket', kind: 'number', numbers: Float64Array.from(rows, (g) => g.first.frame) },
      ],
      filter: (row) => filters[row]!,
      packet: (row) => rows[row]!.first.frame,
      depth: null,
      note,
      counted: this.total,
    };
  }

  private filterOf({ key, frames }: Group): string {
    if (this.forgotten.has(key)) return '';
    // Pieces of a capture are told one after another, so that numbers of a group come in no order.
    const ascending = Uint32Array.from(frames).sort();
    const once = ascending.filter((frame, i) => frame !== ascending[i - 1]);
    if (once.length <= MAX_NAMED) return `frame.number in {${once.join(', ')}}`;
    const name = `expert-${createHash('sha256').update(`${this.among}\0${key}`).digest('hex').slice(0, 10)}`;
    this.kept.set(
      name,
      once.map((frame) => frame - 1),
    );
    return setFilter(name);
  }
}

/** Protocols that Wireshark writes otherwise than in capitals. */
const WRITTEN: Readonly<Record<string, string>> = keyed({ ip: 'IPv4', ipv6: 'IPv6', icmpv6: 'ICMPv6' });

function protocolName(filter: string): string {
  return WRITTEN[filter] ?? filter.toUpperCase();
}

function severity(e: Expert): number {
  const at = SEVERITIES.indexOf(e.severity);
  return at < 0 ? SEVERITIES.length : at;
}
