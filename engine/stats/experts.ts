// Expert information grouped by what it says, the gravest first, as in Wireshark.
import { type Message } from '../../contract/index.ts';
import type { StatTable } from './table.ts';

export interface Expert {
  readonly frame: number;
  readonly severity: string;
  readonly group: string;
  readonly protocol: string;
  readonly summary: string;
}

interface Group {
  readonly first: Expert;
  count: number;
  readonly frames: number[];
}

/** The gravest first. */
const SEVERITIES = ['Error', 'Warning', 'Note', 'Chat', 'Comment'];
const MAX_GROUPS = 50_000;
/** A filter names at most so many packets. */
const MAX_FRAMES = 150;

export class Experts {
  private readonly groups = new Map<string, Group>();
  private total = 0;

  take(item: Expert): void {
    this.total++;
    const key = [item.severity, item.group, item.protocol, item.summary].join('\0');
    const group = this.groups.get(key);
    if (group !== undefined) {
      group.count++;
      if (group.frames.length < MAX_FRAMES && group.frames.at(-1) !== item.frame) group.frames.push(item.frame);
    } else if (this.groups.size < MAX_GROUPS) {
      this.groups.set(key, { first: item, count: 1, frames: [item.frame] });
    }
  }

  table(note: Message | null): StatTable {
    const rows = [...this.groups.values()].sort(
      (a, b) => severity(a.first) - severity(b.first) || b.count - a.count || a.first.frame - b.first.frame,
    );
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
      filter: (row) => `frame.number in {${rows[row]!.frames.join(', ')}}`,
      packet: (row) => rows[row]!.first.frame,
      depth: null,
      note,
      counted: this.total,
    };
  }
}

/** Protocols that Wireshark writes otherwise than in capitals. */
const WRITTEN: Readonly<Record<string, string>> = { ip: 'IPv4', ipv6: 'IPv6', icmpv6: 'ICMPv6' };

function protocolName(filter: string): string {
  return WRITTEN[filter] ?? filter.toUpperCase();
}

function severity(e: Expert): number {
  const at = SEVERITIES.indexOf(e.severity);
  return at < 0 ? SEVERITIES.length : at;
}
