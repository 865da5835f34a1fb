// The list of keywords for docs/rules.md, made from the tables that read them.
import { BUFFER_MODIFIERS, BUFFERS, type BufferKeyword } from './buffers.ts';
import { FIELDS } from './fields.ts';
import type { KeywordTable } from './keyword.ts';
import { APP_KEYWORDS } from './keywords-app.ts';
import { BYTE_KEYWORDS } from './keywords-bytes.ts';
import { EVENT_KEYWORDS } from './keywords-events.ts';
import { FILE_KEYWORDS } from './keywords-files.ts';
import { FLOW_KEYWORDS } from './keywords-flow.ts';
import { HEADER_KEYWORDS } from './keywords-header.ts';
import { META_KEYWORDS } from './keywords-meta.ts';
import { PAYLOAD_KEYWORDS } from './keywords-payload.ts';
import { VALUE_KEYWORDS } from './keywords-values.ts';
import { KEYWORDS } from './read-rule.ts';

const GROUPS: readonly (readonly [title: string, table: KeywordTable])[] = [
  ['What the rule is', META_KEYWORDS],
  ['Patterns and places', PAYLOAD_KEYWORDS],
  ['Numbers in bytes', BYTE_KEYWORDS],
  ['Flows and what is remembered', FLOW_KEYWORDS],
  ['Headers of packets', HEADER_KEYWORDS],
  ['Files', FILE_KEYWORDS],
  ['Events', EVENT_KEYWORDS],
  ['Transforms, sets, applications', APP_KEYWORDS],
  ['Values of applications', VALUE_KEYWORDS],
];

const ARROWS = { toServer: '→', toClient: '←', both: '↔' } as const;

/** Markdown: keywords by what they are about, then buffers and numbers by application. */
export function keywordDoc(): string {
  const special = new Set([...BUFFERS.keys(), ...BUFFER_MODIFIERS.keys(), ...FIELDS.keys()]);
  const told = new Set(special);
  const rows = GROUPS.map(([title, table]) => {
    const names = Object.keys(table).filter((name) => !told.has(name));
    for (const name of names) told.add(name);
    return [title, list(names)];
  });
  const more = Object.keys(KEYWORDS).filter((name) => !told.has(name));
  if (more.length > 0) rows.push(['More', list(more)]);
  return [
    `${Object.keys(KEYWORDS).length} keywords.`,
    '',
    ...table(['about', 'keywords'], rows),
    '',
    'Buffers, by application; → towards the server, ← towards the client, ↔ both. Other names stand in brackets.',
    '',
    ...table(['application', 'buffers'], byApplication(BUFFERS)),
    '',
    `Old modifiers, behind their content: ${list([...BUFFER_MODIFIERS.keys()])}.`,
    '',
    'Numbers, by application: compared as `5`, `!5`, `<5`, `5-10`, `5<>10`, `&0x1`.',
    '',
    ...table(['application', 'numbers'], byApplication(FIELDS)),
  ].join('\n');
}

function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' ');
}

type Named = Pick<BufferKeyword, 'name' | 'applications' | 'side'>;

function byApplication(all: ReadonlyMap<string, Named>): string[][] {
  const groups = new Map<string, Map<string, { readonly side: Named['side']; readonly others: string[] }>>();
  for (const [said, { name, applications, side }] of all) {
    const key = applications.length === 0 ? 'every packet' : applications.join(', ');
    const group = groups.get(key) ?? new Map<string, { readonly side: Named['side']; readonly others: string[] }>();
    groups.set(key, group);
    const known = group.get(name) ?? { side, others: [] };
    group.set(name, known);
    if (said !== name) known.others.push(said);
  }
  return [...groups].map(([key, group]) => [
    key,
    [...group]
      .map(([name, { side, others }]) => {
        const more = others.length === 0 ? '' : ` (${list(others)})`;
        return `${ARROWS[side]} \`${name}\`${more}`;
      })
      .join(', '),
  ]);
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), `|${head.map(() => '---|').join('')}`, ...rows.map(line)];
}
