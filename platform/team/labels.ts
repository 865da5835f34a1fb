// What people say of single flows of a capture. Downloads carry it (`flow` is the flow's number there).
import type { FlowLabel, LabelBody, Page } from '../contract.ts';
import type { Sql } from '../store/index.ts';

export async function labelsOf(sql: Sql, capture: string): Promise<Page<FlowLabel>> {
  const items = await sql.rows<FlowLabel>(
    'SELECT flow, label, author, at FROM labels WHERE capture = $1 ORDER BY flow',
    [capture],
  );
  return { items, total: items.length, offset: 0 };
}

/** @param author his name */
export async function setLabel(
  sql: Sql,
  capture: string,
  { flow, label }: LabelBody,
  author: string,
  now: number,
): Promise<void> {
  if (label === null) {
    await sql.run('DELETE FROM labels WHERE capture = $1 AND flow = $2', [capture, flow]);
    return;
  }
  await sql.run(
    `INSERT INTO labels VALUES($1, $2, $3, $4, $5)
     ON CONFLICT(capture, flow) DO UPDATE SET label = excluded.label, author = excluded.author, at = excluded.at`,
    [capture, flow, label, author, now],
  );
}
