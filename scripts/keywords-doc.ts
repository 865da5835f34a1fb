// Writes the list of keywords of threat rules into docs/rules.md, between its two marks.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keywordDoc } from '../engine/host-rules.ts';

const FILE = fileURLToPath(new URL('../docs/rules.md', import.meta.url));
const BEGIN = '<!-- keywords -->';
const END = '<!-- /keywords -->';

const text = readFileSync(FILE, 'utf8');
const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
if (from < 0 || to < from) throw new Error(`${FILE} has no place between ${BEGIN} and ${END}`);
writeFileSync(FILE, `${text.slice(0, from + BEGIN.length)}\n${keywordDoc()}\n${text.slice(to)}`);
