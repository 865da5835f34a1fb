// docs/faults.md: what was counted, by kind of fault, over all pieces of a campaign. Pieces add up in a file of the cache.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { CACHE } from '../capture/rig.ts';
import { markdown } from '../run.ts';
import { ROOT } from '../state/rig.ts';
import { KINDS } from './kinds.ts';
import { KINDS_OF_COUNT, type Kept, type Totals } from './totals.ts';

const PIECES = join(CACHE, 'faults.json');
const DOCUMENT = join(ROOT, 'docs', 'faults.md');
const PLANTED = /^## Planted[\s\S]*?(?=^## |$(?![\s\S]))/m;
const FOUND = /^## Found by it[\s\S]*?(?=^## |$(?![\s\S]))/m;

interface Piece {
  readonly date: string;
  readonly seed: number;
  readonly minutes: number;
  readonly kept: Kept;
}

function pieces(): Piece[] {
  return existsSync(PIECES) ? (JSON.parse(readFileSync(PIECES, 'utf8')) as Piece[]) : [];
}

/** @param append to the pieces before, else they are forgotten */
export function report(totals: Totals, seed: number, minutes: number, append: boolean): void {
  const piece: Piece = { date: new Date().toISOString().slice(0, 10), seed, minutes, kept: totals.kept() };
  const before = append ? pieces() : [];
  // Without a fault it is written of the pieces that there are.
  const all = piece.kept.faults.length === 0 ? before : [...before, piece];
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(PIECES, JSON.stringify(all));
  const text = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
  // What people wrote, and what the planted faults have shown, stays.
  const rest = [FOUND, PLANTED].flatMap((section) => section.exec(text)?.[0].trim() ?? []);
  writeFileSync(DOCUMENT, `${[...sections(all), ...rest].join('\n\n')}\n`);
}

/** Puts the section of planted faults in the place of the one before. */
export function reportPlanted(lines: readonly string[]): void {
  const before = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : '';
  const section = ['## Planted', ...lines].join('\n\n');
  const without = before.replace(PLANTED, '').trim();
  writeFileSync(DOCUMENT, `${without}\n\n${section}\n`);
}

const n = (v: number): string => v.toLocaleString('en-US');

function sections(all: readonly Piece[]): string[] {
  const sum = (key: (typeof KINDS_OF_COUNT)[number]): number => all.reduce((t, p) => t + p.kept.counts[key], 0);
  const faults = new Map<string, number>();
  const longest = new Map<string, number>();
  for (const { kept } of all) {
    for (const [kind, count] of kept.faults) faults.set(kind, (faults.get(kind) ?? 0) + count);
    for (const [what, ms] of kept.longest) longest.set(what, Math.max(longest.get(what) ?? 0, ms));
  }
  const troubles = all.flatMap(({ kept }) => kept.troubles);
  const count = [...faults.values()].reduce((a, b) => a + b, 0);
  const seeds = all.map((p) => `${p.seed} (${[...p.kept.faults].reduce((a, [, c]) => a + c, 0)})`).join(', ');
  const minutes = all.reduce((a, p) => a + p.minutes, 0);
  const rows = KINDS.map(({ kind, of }) => [
    of,
    kind,
    n(faults.get(kind) ?? 0),
    `${((longest.get(kind) ?? 0) / 1000).toFixed(1)} s`,
    n(troubles.filter((t) => t.kind === kind).length),
  ]);
  const figures = [
    ['faults brought', n(count)],
    ['faults whose process or thread was not there at that moment', n(sum('without'))],
    ['live captures', n(sum('captures'))],
    ['numbered packets sent while they ran', n(sum('sent'))],
    ['of them in the files', n(sum('onDisk'))],
    ['**packets lost**', `**${n(sum('lost'))}**`],
    ['labels answered', n(sum('labelsGiven'))],
    ['labels refused in words (no room, nothing may be written)', n(sum('labelsRefused'))],
    ['**labels lost**', `**${n(sum('labelsLost'))}**`],
    ['labels gone with bytes that the campaign itself overwrote, and said', n(sum('labelsDestroyed'))],
    ['the same, and not said', n(sum('labelsUnsaid'))],
    ['captures read and compared, flow by flow', n(sum('compared'))],
    ['**of them with another verdict, or another column**', `**${n(sum('differing'))}**`],
    ['readings and scorings that a fault ended, and that said so', n(sum('saidBroken'))],
    ['live captures that a fault ended, and that said so', n(sum('saidEnded'))],
    ['**requests without an answer within 10 s**', `**${n(all.reduce((t, p) => t + p.kept.late.length, 0))}**`],
    ['longest start of a host', `${((longest.get('start') ?? 0) / 1000).toFixed(1)} s`],
  ];
  const named = troubles.map(({ kind, at, what }) => [kind, at, what.replaceAll('|', '/')]);
  return [
    '# Faults under load',
    `\`npm run campaign:faults\`, ${all.at(-1)!.date}, ${cpus().length} × ${cpus()[0]?.model ?? 'processor'}, ` +
      `${minutes.toFixed(0)} minutes in all; seeds (and faults of each): ${seeds}. The served window's host with two ` +
      'windows, in a network namespace that the campaign makes: one captures numbered packets that come in all the ' +
      'time, one opens a capture again and again (of its index, or anew) and is held to what it shows undisturbed. ' +
      'Flows of both are labelled. Faults are drawn at random from the kinds below; after each all that follows is ' +
      'asked.',
    markdown(['what', 'figure'], figures),
    '## What is counted',
    '- A packet is lost when a later one is in the files and it is not; where the capture was ended in order, when it ' +
      'was sent at all; where it was ended by a fault, when it had been told as captured. What comes while nobody ' +
      'captures, after a kill of the helper or the host, is no loss: the end is said, and the sender goes on. Files ' +
      'that the campaign itself removed are not counted.\n' +
      '- A label is lost when it was answered and is not there afterwards, or another one is. One whose answer never ' +
      'came (the host was killed) may be either. Of labels whose bytes in the store the campaign itself overwrote, ' +
      'those that are gone are counted apart; those of which nothing was said are troubles.\n' +
      '- Flows are compared in every column of the list. A reading that a fault came into the middle of may end with ' +
      'a sentence instead; the next one must be as ever.\n' +
      '- Every request is answered or refused within 10 s; a capture that ends says why; a process that is told to ' +
      'end ends with 0, one that broke does not.\n' +
      '- The clock is stepped for the host and the helper by a library of the campaign (LD_PRELOAD), by up to a year; ' +
      "the kernel's stamps of packets stay, and nothing else on the machine sees it.",
    '## By kind',
    markdown(['of', 'kind', 'faults', 'longest, with all that is asked after it', 'troubles'], rows),
    ...(named.length === 0 ? [] : ['## Troubles', markdown(['kind', 'where', 'what'], named)]),
  ];
}
