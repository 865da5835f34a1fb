// Tables of statistics by their names, of whatever capture is at hand: what columns tell, what the packets' headers tell,
// and what Wireshark's engine is asked for many packets.
import { inChunk } from '../decode/index.ts';
import { type Message, packetRow, say, type StatLayer, type StatTableName } from '../../contract/index.ts';
import { type Surveyor, type TreeSource, WHOLE_PACKETS } from '../dissect/index.ts';
import {
  type Conversations,
  conversationTable,
  countConversations,
  counts,
  endpointTable,
  Experts,
  headerHierarchy,
  Hierarchy,
  lengthTable,
  serviceTable,
  type StatTable,
  type SweepSource,
  transactionTables,
  unreadNote,
} from '../stats/index.ts';
import type { TimeSlices } from '../view/index.ts';

/** What is counted together. */
type Counted = 'conversations' | 'survey' | 'experts' | 'transactions';

export interface StatSource {
  readonly tree: TreeSource;
  readonly sweep: SweepSource;
  /** By what sets of packets of expert information are called. */
  readonly name: string;
  /** Packets that count, a bit each; null for all. */
  rows(): Promise<Uint8Array | null>;
  /** What was counted before is not counted again, where somebody keeps it. */
  once<T>(what: Counted, make: () => Promise<T>): Promise<T>;
}

/** @param table any but that of resolved names, which is the window's */
export async function statTable(
  s: StatSource,
  surveyor: Surveyor,
  table: StatTableName,
  turns: TimeSlices,
): Promise<StatTable> {
  const { analysis } = s.tree;
  const total = analysis.packets.count;
  const [kind, layer] = table.split('-') as [string, StatLayer];
  if (kind === 'conv' || kind === 'end') {
    const counted = await s.once<Conversations>('conversations', async () =>
      countConversations(s.sweep, await s.rows(), total, turns),
    );
    return kind === 'conv' ? conversationTable(counted, layer) : endpointTable(counted, layer);
  }
  if (table === 'lengths') return lengthTable(analysis.packets, await s.rows(), total, turns);
  if (table === 'services') return serviceTable(analysis, await s.rows(), total, turns);
  if (table === 'hierarchy' || table === 'expert') {
    if (surveyor.takes({ analysis, wholeBytes: s.tree.wholeBytes })) {
      const survey = await s.once('survey', async () => surveyOf(s, surveyor, await s.rows(), turns));
      return table === 'hierarchy' ? survey.hierarchy.table(survey.problem) : survey.experts.table(survey.problem);
    }
    if (table === 'expert') {
      const { experts, note } = await s.once('experts', async () => expertsOf(s, surveyor, await s.rows(), turns));
      return experts.table(note);
    }
    const { hierarchy, unread } = await headerHierarchy(s.sweep, await s.rows(), total, turns);
    return hierarchy.table(unread > 0 ? unreadNote({ unread }) : hierarchyNote(s));
  }
  const tables = await s.once('transactions', async () => transactionTables(s.sweep, await s.rows(), total, turns));
  return tables[table as keyof typeof tables];
}

async function surveyOf(
  s: StatSource,
  surveyor: Surveyor,
  rows: Uint8Array | null,
  turns: TimeSlices,
): Promise<{ readonly hierarchy: Hierarchy; readonly experts: Experts; readonly problem: Message | null }> {
  const hierarchy = new Hierarchy();
  const experts = new Experts(s.name);
  const { packets } = s.tree.analysis;
  const answer = await surveyor.survey(
    s.tree,
    {
      packet: (index, path) => {
        if (!counts(rows, index)) return;
        const row = packetRow(index);
        hierarchy.take(path, packets.chunk(row).wire[inChunk(row)]!, packets.secondsOf(row), index);
      },
      expert: (item) => {
        if (counts(rows, item.frame - 1)) experts.take(item);
      },
    },
    turns,
  );
  return { hierarchy, experts, problem: answer.ok ? null : answer.message };
}

async function expertsOf(
  s: StatSource,
  surveyor: Surveyor,
  rows: Uint8Array | null,
  turns: TimeSlices,
): Promise<{ readonly experts: Experts; readonly note: Message }> {
  const experts = new Experts(s.name);
  const { pieces, cut, left, unread } = await surveyor.experts(
    s.tree,
    (item) => {
      if (counts(rows, item.frame - 1)) experts.take(item);
    },
    turns,
  );
  if (left + unread > 0) return { experts, note: say('stats-expert-left', { pieces, packets: left + unread, cut }) };
  return { experts, note: say(cut > 0 ? 'stats-expert-cut' : 'stats-expert-pieces', { pieces, cut }) };
}

function hierarchyNote(s: StatSource): Message {
  return s.tree.wholeBytes === null
    ? say('stats-hierarchy-growing')
    : say('stats-hierarchy-columns', { limit: WHOLE_PACKETS });
}
