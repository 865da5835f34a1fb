// The flows of the capture that a window shows, as one row of text each, without what people said of them; and their
// labels.
import { type FlowPage, type FlowRow, flowRow, type Label, LABELS, textAt, VERDICTS } from '../../contract/index.ts';
import type { Host, Pane } from './host.ts';

const PAGE = 512;

export interface FlowTable {
  /** By flow: every column that the engine made. */
  readonly rows: readonly string[];
  readonly labels: readonly (Label | null)[];
  /** What people call the flow. */
  readonly ids: readonly number[];
  readonly flows: readonly FlowRow[];
}

function rowText(p: FlowPage, i: number): string {
  const texts = [p.initiator, p.responder, p.transport, p.app, p.name, p.vlan].map((t) => textAt(t, i));
  const numbers = [p.id[i], p.points[i], p.packets[i], p.bytes[i], p.start[i], p.duration[i]];
  return [VERDICTS[p.verdict[i]!] ?? 'open', ...numbers, ...texts].join('|');
}

/** @returns null where the host did not give them */
export async function flowTable(host: Host, pane: Pane, most = Infinity): Promise<FlowTable | null> {
  const rows: string[] = [];
  const labels: (Label | null)[] = [];
  const ids: number[] = [];
  const flows: FlowRow[] = [];
  const view = await host.ask(pane, 'view', { which: 'flows', filter: '', sort: null });
  if (view.at !== 'answered') return null;
  const { generation } = view.value.view;
  for (let from = 0, places = 1; from < Math.min(places, most);) {
    const got = await host.ask(pane, 'flows', { from, count: PAGE, generation });
    if (got.at !== 'answered') return null;
    const page = got.value;
    for (let i = 0; i < page.row.length; i++) {
      rows.push(rowText(page, i));
      labels.push(LABELS[page.label[i]!] ?? null);
      ids.push(page.id[i]!);
      flows.push(flowRow(page.row[i]!));
    }
    ({ places } = page);
    if (page.row.length === 0) break;
    from += page.row.length;
  }
  return { rows, labels, ids, flows };
}

/** How the first flow that differs differs; null where none does. */
export function difference(wanted: FlowTable, got: FlowTable): string | null {
  if (wanted.rows.length !== got.rows.length) return `${got.rows.length} flows instead of ${wanted.rows.length}`;
  const at = wanted.rows.findIndex((row, i) => row !== got.rows[i]);
  return at < 0 ? null : `flow ${at} is '${got.rows[at]}' instead of '${wanted.rows[at]}'`;
}
