// Writes the table of rules into docs/evidence.md, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ruleTable } from '../engine/host.ts';

const FILE = fileURLToPath(new URL('../docs/evidence.md', import.meta.url));
const BEGIN = '<!-- rules -->';
const END = '<!-- /rules -->';

const text = readFileSync(FILE, 'utf8');
const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
if (from < 0 || to < from) throw new Error(`${FILE} has no place between ${BEGIN} and ${END}`);
writeFileSync(FILE, `${text.slice(0, from + BEGIN.length)}\n${ruleTable()}\n${text.slice(to)}`);
