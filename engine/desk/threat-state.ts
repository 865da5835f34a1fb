// What is loaded of rules and lists, and what matched in the open capture, for the window.
import { sep } from 'node:path';
import type { RefusedLine, ThreatFile, ThreatState } from '../../contract/index.ts';
import type { Desk } from './desk.ts';
import type { CaptureSession } from './session.ts';
import type { ListRead } from '../indicators/index.ts';
import type { ThreatBook } from './threat-book.ts';

const MOST = 1_000;

export function threatState(desk: Desk): ThreatState {
  const book = desk.shared.threats;
  const { wish, read, lists } = book;
  const refused = refusedLines(book);
  const { session } = desk;
  return {
    wish,
    busy: book.busy || session?.standing.isBusy === true,
    files: book.rulePaths.map((path) => ruleFile(path, book)),
    lists: wish.indicators.map((path) =>
      listFile(
        path,
        partsOf(book, (l) => !l.allow && l.given === path),
        book,
      ),
    ),
    allows: allowFiles(book),
    ownAllowFile: book.allowed.path,
    ownAllowed: book.allowed.values().slice(0, MOST),
    rules: read?.facts.length ?? 0,
    off: (read?.off ?? []).slice(0, MOST).map(({ gid, sid, msg }) => ({ gid, sid, msg })),
    refused: (read?.refused.length ?? 0) + (lists?.refusedCount ?? 0),
    entries: lists?.entries ?? 0,
    expired: lists?.expired ?? 0,
    allowed: lists?.allowed ?? 0,
    refusedLines: refused,
    refusedReasons: book.reasons,
    ...ofCapture(session, book),
    ownFile: book.own.path,
    own: [...(read?.facts ?? []), ...(read?.off ?? [])]
      .filter(({ file }) => file === book.own.path)
      .map(({ gid, sid, rev, msg }) => ({ gid, sid, rev, msg })),
  };
}

/** What matched in the capture that is open. */
function ofCapture(
  session: CaptureSession | null,
  book: ThreatBook,
): Pick<ThreatState, 'matched' | 'matchedCount' | 'met' | 'slow'> {
  if (session === null) return { matched: [], matchedCount: 0, met: [], slow: null };
  const { rules, count } = session.hits.matched(MOST, (file) => file === book.own.path);
  const slow = session.standing.costs?.measured.slow ?? null;
  return { matched: rules, matchedCount: count, met: session.met.told(MOST), slow };
}

function isOf(path: string, given: string): boolean {
  return path === given || path.startsWith(given.endsWith(sep) ? given : `${given}${sep}`);
}

function ruleFile(path: string, book: ThreatBook): ThreatFile {
  const { read } = book;
  const all = book.filesOf(path);
  const belongs = (file: string): boolean => all.some((given) => isOf(file, given));
  const count = (files: readonly { readonly file: string }[]): number =>
    files.reduce((n, { file }) => n + (belongs(file) ? 1 : 0), 0);
  return {
    path,
    used: read === null ? null : count(read.facts),
    refused: read === null ? null : count(read.refused),
    format: null,
    wrong: book.wrongOf(path) ?? read?.unread.find((unread) => belongs(unread.path))?.why ?? null,
  };
}

function partsOf({ lists }: ThreatBook, is: (list: ListRead) => boolean): readonly ListRead[] {
  return lists?.lists.filter(is) ?? [];
}

/** Those that are named so, the own one, and files named *.allow in folders of lists. */
function allowFiles(book: ThreatBook): ThreatFile[] {
  const named = book.allowPaths;
  const others = partsOf(book, (l) => l.allow && !named.includes(l.given));
  return [
    ...named.map((path) =>
      listFile(
        path,
        partsOf(book, (l) => l.allow && l.given === path),
        book,
      ),
    ),
    ...others.map((list) => listFile(list.path, [list], book)),
  ];
}

/** @param parts what was read of it */
function listFile(path: string, parts: readonly ListRead[], { lists }: ThreatBook): ThreatFile {
  const formats = new Set(parts.flatMap(({ format }) => format ?? []));
  return {
    path,
    used: lists === null ? null : parts.reduce((n, { entries }) => n + entries, 0),
    refused: lists === null ? null : parts.reduce((n, { refused }) => n + refused, 0),
    format: formats.size === 0 ? null : [...formats].join(', '),
    wrong: parts.find(({ wrong }) => wrong !== null)?.wrong ?? null,
  };
}

function refusedLines({ oddVariable, refusedLines: lines }: ThreatBook): readonly RefusedLine[] {
  return oddVariable === null ? lines : [{ file: '', line: 0, sid: null, why: oddVariable }, ...lines];
}
