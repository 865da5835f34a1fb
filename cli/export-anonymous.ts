// `sightline export --as anonymous`: a capture without addresses, names and payloads, and what that does to its verdicts.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { count, errorText, type FlowRecord } from '../contract/index.ts';
import { WholeFile } from '../engine/host.ts';
import {
  AnonymousCapture,
  type PayloadChoice,
  verdictRows,
  type VerdictTable,
  verdictTable,
} from '../engine/host-exchange.ts';
import { UsageError } from './context.ts';
import type { Export } from './export-run.ts';
import type { Judge } from './judged.ts';
import { table } from './table.ts';
import type { Line } from './terminal.ts';

const KEY = /^[0-9a-f]{64}$/i;
/** Flows whose change is told one by one. */
const MOST = 20;

/** @param path a file with 64 hexadecimal digits; null makes a key that nobody keeps @throws UsageError */
export function anonymousKey(path: string | null): Uint8Array {
  if (path === null) return randomBytes(32);
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new UsageError(`${path} cannot be read: ${errorText(error)}`);
  }
  if (!KEY.test(text)) throw new UsageError(`${path} holds no key: 64 hexadecimal digits`);
  return new Uint8Array(Buffer.from(text, 'hex'));
}

/** @throws WriteError */
export function anonymousExport(path: string, judge: Judge, key: Uint8Array, payload: PayloadChoice): Export {
  const file = new WholeFile(path);
  const made = new AnonymousCapture(file, key, payload);
  let before: readonly FlowRecord[] | null = null;
  return {
    capture: async ({ path: at, name, again }) => {
      if (before !== null)
        throw new UsageError('anonymous takes one capture; the same --key gives the same addresses in the next one');
      before = await judged(judge, at, name);
      await again(made);
    },
    close: async () => {
      await file.commit();
      const after = before === null ? [] : await judged(judge, path, path);
      const emptied = made.emptied === 0 ? '' : `; of ${count(made.emptied)} nothing was understood, and nothing stays`;
      return [`${count(made.packets)} packets in ${path}${emptied}.`, ...told(verdictTable(before ?? [], after))];
    },
    discard: () => file.discard(),
  };
}

async function judged(judge: Judge, path: string, name: string): Promise<FlowRecord[]> {
  const flows: FlowRecord[] = [];
  await judge(path, name, (record) => {
    if (record.type === 'flow') flows.push(record);
  });
  return flows;
}

function told(t: VerdictTable): readonly Line[] {
  const more = t.more === 0 ? '' : ` ${count(t.more)} flows are new.`;
  const [head, ...rows] = verdictRows(t);
  const changed = t.changes.slice(0, MOST).map((c) => {
    const is = c.is ?? 'not found again';
    return `flow ${c.flow}: ${c.was}, ${c.pointsWere} points; now ${is}, ${c.pointsAre} points`;
  });
  const rest = t.changes.length > MOST ? [`… and ${count(t.changes.length - MOST)} more.`] : [];
  return [
    `Verdicts of ${count(t.flows)} flows before and after: ${count(t.same)} stayed.${more}`,
    ...table(
      head!.map((title, i) => ({ title, right: i > 0 })),
      rows,
    ),
    ...changed,
    ...rest,
  ];
}
