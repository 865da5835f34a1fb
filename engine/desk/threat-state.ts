// What is loaded of rules and lists, and what matched in the open capture, for the window.
import { sep } from 'node:path';
import type { RefusedLine, ThreatFile, ThreatState } from '../../contract/index.ts';
import type { RulesRead } from '../workers/index.ts';
import type { Desk } from './desk.ts';
import type { ThreatBook } from './threat-book.ts';

const MOST = 1_000;

export function threatState(desk: Desk): ThreatState {
  const book = desk.shared.threats;
  const { wish, read, lists } = book;
  const refused = refusedLines(book);
  const { session } = desk;
  const matched = session?.hits.matched(MOST, (file) => file === book.own.path);
  return {
    wish,
    busy: book.busy || session?.standing.isBusy === true,
    files: book.rulePaths.map((path) => ruleFile(path, read)),
    lists: wish.indicators.map((path) => listFile(path, book)),
    rules: read?.facts.length ?? 0,
    off: (read?.off ?? []).slice(0, MOST).map(({ gid, sid, msg }) => ({ gid, sid, msg })),
    refused: (read?.refused.length ?? 0) + (lists?.refusedCount ?? 0),
    entries: lists?.entries ?? 0,
    expired: lists?.expired ?? 0,
    refusedLines: refused,
    matched: matched?.rules ?? [],
    matchedCount: matched?.count ?? 0,
    met: session?.met.told(MOST) ?? [],
    slow: [],
    ownFile: book.own.path,
    own: [...(read?.facts ?? []), ...(read?.off ?? [])]
      .filter(({ file }) => file === book.own.path)
      .map(({ gid, sid, rev, msg }) => ({ gid, sid, rev, msg })),
  };
}

function isOf(path: string, given: string): boolean {
  return path === given || path.startsWith(given.endsWith(sep) ? given : `${given}${sep}`);
}

function ruleFile(path: string, read: RulesRead | null): ThreatFile {
  const count = (files: readonly { readonly file: string }[]): number =>
    files.reduce((n, { file }) => n + (isOf(file, path) ? 1 : 0), 0);
  return {
    path,
    used: read === null ? null : count(read.facts),
    refused: read === null ? null : count(read.refused),
    format: null,
    wrong: read?.unread.find((unread) => isOf(unread.path, path))?.why ?? null,
  };
}

function listFile(path: string, { lists }: ThreatBook): ThreatFile {
  const parts = lists?.lists.filter(({ given }) => given === path) ?? [];
  const formats = new Set(parts.flatMap(({ format }) => format ?? []));
  return {
    path,
    used: lists === null ? null : parts.reduce((n, { entries }) => n + entries, 0),
    refused: lists === null ? null : parts.reduce((n, { refused }) => n + refused, 0),
    format: formats.size === 0 ? null : [...formats].join(', '),
    wrong: parts.find(({ wrong }) => wrong !== null)?.wrong ?? null,
  };
}

function refusedLines({ read, lists, oddVariable }: ThreatBook): RefusedLine[] {
  return [
    ...(oddVariable === null ? [] : [{ file: '', line: 0, sid: null, why: oddVariable }]),
    ...(read?.refused ?? []).slice(0, MOST),
    ...(lists?.refused ?? []).map(({ file, line, why }) => ({ file, line, sid: null, why })),
  ].slice(0, MOST);
}
