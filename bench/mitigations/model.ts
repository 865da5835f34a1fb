// The threat model's rows by boundary, whether they fit the sources, and their tables in THREAT_MODEL.md.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CAPTURES } from './rows/captures.ts';
import { DESKTOP } from './rows/desktop.ts';
import { HELPER } from './rows/helper.ts';
import { IMPORTS } from './rows/imports.ts';
import { LOCAL } from './rows/local.ts';
import { MODELS } from './rows/models.ts';
import { RELEASES } from './rows/releases.ts';
import { RULES } from './rows/rules.ts';
import { SHARED_ROWS } from './rows/server-shared.ts';
import { SERVER_ROWS } from './rows/server.ts';
import { SOURCES } from './rows/sources.ts';
import { WINDOW } from './rows/window.ts';
import type { Boundary } from './types.ts';

export const DOCUMENT = 'THREAT_MODEL.md';
const BEGIN = '<!-- rows: written by npm run docs:threats -->';
const END = '<!-- end of rows -->';

export const BOUNDARIES: readonly Boundary[] = [
  {
    title: 'Packets and captures',
    about: 'Whoever sends a packet, or hands over a file, writes every byte of it.',
    rows: CAPTURES,
  },
  {
    title: 'Models',
    about: 'Files of others, JSON of ours and ONNX. What a model decides is its maker’s; loading it must harm nobody.',
    rows: MODELS,
  },
  {
    title: 'Imports',
    about: 'Profiles, colour filters, settings, labels, goodx and badx, filters, tables of keys.',
    rows: IMPORTS,
  },
  {
    title: 'Rules and indicator lists',
    about: 'Rules and lists are downloaded from many; a wrong one may cost its own answer and nothing else.',
    rows: RULES,
  },
  {
    title: 'Releases',
    about: 'The address that is asked for a newer release, and whoever stands between: asked only when a person asks.',
    rows: RELEASES,
  },
  {
    title: 'The served window',
    about: 'Pages of other origins in the same browser, other servers and users on loopback.',
    rows: WINDOW,
  },
  {
    title: 'The desktop window',
    about: 'A renderer that shows hostile texts, in case one of them takes it over.',
    rows: DESKTOP,
  },
  {
    title: 'Local users and files',
    about: 'Other users of the machine, other processes of the user, a crash in the middle.',
    rows: LOCAL,
  },
  {
    title: 'The capture helper',
    about: 'The only program with privilege: whoever starts it, and packets that took it over.',
    rows: HELPER,
  },
  {
    title: 'Other sources of packets',
    about: 'ssh, dumpcap, pipes; what is typed for them reaches shells and programs.',
    rows: SOURCES,
  },
  {
    title: 'The server for many people',
    about: '`sightline serve`: uploads, accounts, sessions, links, windows, over a network.',
    rows: [...SERVER_ROWS, ...SHARED_ROWS],
  },
];

/** What does not fit together: texts that are not in their sources once, tests that are not there, another document. */
export function problems(root: string): readonly string[] {
  const rows = BOUNDARIES.flatMap((b) => b.rows);
  const found: string[] = [];
  const ids = rows.map((r) => r.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) found.push(`${id} stands twice`);
  for (const { id, changes, attack } of rows) {
    for (const { file, text, by } of changes) {
      const times = read(root, file).split(text).length - 1;
      if (times !== 1) found.push(`${id}: ${file} has '${text}' ${times} times`);
      if (text === by) found.push(`${id}: nothing is taken out of ${file}`);
    }
    const [file, name] = attack.test;
    if (!isNamedIn(read(root, file), name)) found.push(`${id}: ${file} has no test '${name}'`);
    if (!/^[STRIDE]+$/.test(attack.stride)) found.push(`${id}: ${attack.stride} is not of STRIDE`);
  }
  const document = read(root, DOCUMENT);
  const said = new Set([...document.matchAll(/^\| ([A-Z]{3}-\d\d) \|/gm)].map((m) => m[1]!));
  for (const id of ids) if (!said.has(id)) found.push(`${DOCUMENT} does not have ${id}`);
  for (const id of said) if (!ids.includes(id)) found.push(`${DOCUMENT} has ${id}, which is no row`);
  if (document !== withRows(document)) found.push(`${DOCUMENT} is not as its rows are: npm run docs:threats`);
  return found;
}

/** Whether a test has this name, and no longer one. */
function isNamedIn(source: string, name: string): boolean {
  const text = unquoted(source);
  return [`'`, '"', '`'].some((quote) => text.includes(unquoted(name) + quote + ','));
}

/** The document with the tables of the rows as they are now. */
export function withRows(document: string): string {
  const from = document.indexOf(BEGIN);
  const to = document.indexOf(END);
  if (from < 0 || to < from) return document;
  return `${document.slice(0, from + BEGIN.length)}\n\n${BOUNDARIES.map(section).join('\n\n')}\n\n${document.slice(to)}`;
}

function section({ title, about, rows }: Boundary): string {
  const lines = rows.map(({ id, name, changes, attack }) => {
    const files = [...new Set(changes.map((c) => c.file))].map((f) => `\`${f}\``).join(', ');
    const [file, test] = attack.test;
    return `| ${id} | ${attack.stride} | ${attack.threat} | ${name}: ${files} | \`${file}\`: ${test.replaceAll('|', '\\|')} |`;
  });
  const head = '| row | STRIDE | threat | mitigation | test that fails without |\n|---|---|---|---|---|';
  return `### ${title}\n\n${about}\n\n${head}\n${lines.join('\n')}`;
}

function read(root: string, file: string): string {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Quotes of a name may be escaped where it is written. */
function unquoted(text: string): string {
  return text.replaceAll('\\', '');
}
