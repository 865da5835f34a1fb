// Texts of the dissection engine for rows of the packet list.
import { type Replies, type Request, say } from '../../contract/index.ts';
import { type Desk, Refused } from './desk.ts';
import { valuesWithComments } from './comment-texts.ts';
import { valuesWithReferences } from './reference-time.ts';
import { valuesWithShift } from './time-shift.ts';
import { treeSource } from './tree-source.ts';

export async function rowTextsOf(desk: Desk, { rows, fields }: Request<'rows'>): Promise<Replies['rows']> {
  const s = desk.open();
  const { count } = s.analysis.packets;
  const beyond = rows.find((row) => row >= count);
  if (beyond !== undefined) throw new Refused('not-found', say('no-such-packet', { packet: beyond + 1 }));
  const readable = rows.filter((row) => s.readable(row));
  const answer = await desk.trees.rows.rows(treeSource(s), readable, fields);
  if (!answer.ok) throw new Refused('failed', answer.message);
  const { page } = answer;
  const shifted = valuesWithShift(s.shift, s.analysis, page.row, fields, page.values);
  const values = valuesWithReferences(s, page.row, fields, shifted);
  return { ...page, values: valuesWithComments(s, page.row, fields, values) };
}
