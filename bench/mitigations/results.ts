// docs/threat-campaign.md: what became of each mitigation that was taken out, beside what earlier runs said of others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BOUNDARIES } from './model.ts';

export interface Outcome {
  readonly id: string;
  /** Its test failed without it. */
  readonly isHeld: boolean;
  readonly seconds: number;
  /** YYYY-MM-DD. */
  readonly date: string;
}

const FILE = join('docs', 'threat-campaign.md');
const LINE = /^\| ([A-Z]{3}-\d\d) \| .* \| (held|NOT HELD) \| ([\d.]+) \| ([\d-]{10}) \|$/gm;

/** Writes these outcomes into the document of the tree at `root`; rows that are in the model no more go. */
export function writeResults(root: string, fresh: readonly Outcome[]): void {
  const path = join(root, FILE);
  const known = new Map<string, Outcome>();
  if (existsSync(path))
    for (const [, id, held, seconds, date] of readFileSync(path, 'utf8').matchAll(LINE))
      known.set(id!, { id: id!, isHeld: held === 'held', seconds: Number(seconds), date: date! });
  for (const outcome of fresh) known.set(outcome.id, outcome);
  writeFileSync(path, page(known));
}

function page(known: ReadonlyMap<string, Outcome>): string {
  const rows = BOUNDARIES.flatMap((b) => b.rows);
  const tried = rows.flatMap((row) => known.get(row.id) ?? []);
  const held = tried.filter((o) => o.isHeld).length;
  const lines = rows.map((row) => {
    const o = known.get(row.id);
    const said =
      o === undefined ? 'not tried | | ' : `${o.isHeld ? 'held' : 'NOT HELD'} | ${o.seconds.toFixed(1)} | ${o.date}`;
    return `| ${row.id} | ${row.name} | ${said} |`;
  });
  return `# The threat model's mitigations, taken out one at a time

\`npm run campaign:mitigations\` takes each row of [THREAT_MODEL.md](../THREAT_MODEL.md) out of a copy of the sources and
runs the test that the row names. Held: the test passed with it and failed without it. Written by the campaign, in parts
(\`-- --only SRV\`, \`-- --from 0 --count 20\`).

${held} of ${rows.length} held, ${tried.length - held} not held, ${rows.length - tried.length} not tried.

| id | taken out | outcome | s | date |
|---|---|---|---|---|
${lines.join('\n')}
`;
}
