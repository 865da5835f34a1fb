// Names that point elsewhere: documents and their sections, files that documents name, environment variables.
import { existsSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import { ROOT } from '../node24.mjs';

/** Folders in which a document may be named without its path. */
const HOMES = ['', 'docs', 'models'];
const DOCUMENT = /(?<![\w/*}`-])((?:[\w.-]+\/|\.\.\/)*[\w-]+(?:\.[a-z]{2})?\.md)(#[\w-]+)?(?:, section (\d+))?/g;
const CODE_FILE = /`((?:[\w.-]+\/)*[\w.*-]+\.(?:ts|tsx|mts|cts|mjs|cpp|h|css|sh))`/g;
const PATH =
  /`((?:contract|engine|platform|cli|web|electron|renderer|pages|bench|e2e|scripts|native|models|docs|\.github)\/[\w./*-]*)`/g;
/** A picture of a document: its path from there. */
const PICTURE = /!\[[^\]]*\]\(([^):]+)\)/g;
/** Documents of other projects that sources name. */
const ELSEWHERE = new Set(['technical_details/JA4.md', 'lz4_Frame_format.md']);
const TABLE = 'CONTRIBUTING.md';
const TABLE_HEAD = '## Environment variables';
/** Reads of the environment: env['NAME'], env.NAME, getenv("NAME") and what asks it by name in privileges.cpp. */
const READ = /\benv(?:\['|\.)([A-Z][A-Z0-9_]+)|(?:getenv|lent_id)\("([A-Z][A-Z0-9_]+)"\)/g;

/**
 * Documents that are named and are not there, or have no such heading.
 * @param sources as `readSources` gives them
 * @param {{ path: string, text: string }[]} documents
 */
export function deadDocuments(sources, documents) {
  const headings = new Map(documents.map(({ path, text }) => [path, headingsOf(text)]));
  const problems = [];
  for (const { path, text, lines } of [...sources, ...documents]) {
    const own = lines ?? text.split('\n');
    const test = path.endsWith('.test.ts');
    own.forEach((line, i) => {
      // Tests write documents of their own: only what their comments name counts.
      if (test && !/^\s*(\/\/|\/?\*)/.test(line)) return;
      for (const [, name, anchor, section] of line.matchAll(DOCUMENT)) {
        if (ELSEWHERE.has(name)) continue;
        const found = homeOf(path, name, headings);
        const where = `${path}:${i + 1}`;
        if (found === null) problems.push(`${where}: there is no document ${name}`);
        else if (anchor !== undefined && !headings.get(found).has(anchor.slice(1)))
          problems.push(`${where}: ${found} has no heading ${anchor}`);
        else if (section !== undefined && ![...headings.get(found)].some((h) => h.startsWith(`${section}-`)))
          problems.push(`${where}: ${found} has no section ${section}`);
      }
    });
  }
  return problems;
}

function homeOf(from, name, known) {
  for (const home of [dirname(from), ...HOMES]) {
    const path = normalize(join(home, name)).replaceAll('\\', '/');
    if (known.has(path)) return path;
  }
  return null;
}

/** Anchors of a document's headings, as GitHub makes them. */
function headingsOf(text) {
  const found = [...text.matchAll(/^#{1,6} (.+)$/gm)];
  return new Set(
    found.map(([, title]) =>
      title
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/**
 * Files that a document names and that are not there. A name without a folder is found anywhere in the sources.
 * @param sources as `readSources` gives them
 * @param {{ path: string, text: string }[]} documents
 */
export function deadFiles(sources, documents) {
  const names = new Set(sources.map(({ path }) => basename(path)));
  const problems = [];
  for (const { path, text } of documents) {
    text.split('\n').forEach((line, i) => {
      const dead = (name) => problems.push(`${path}:${i + 1}: there is no file ${name}`);
      for (const [, name] of line.matchAll(PATH)) if (!there(name)) dead(name);
      for (const [, name] of line.matchAll(CODE_FILE)) {
        const known = name.includes('*') || names.has(name) || sources.some((s) => s.path.endsWith(`/${name}`));
        if (!known && !existsSync(join(ROOT, name))) dead(name);
      }
      if (!path.endsWith('.md')) return;
      for (const [, name] of line.matchAll(PICTURE)) if (!existsSync(join(ROOT, dirname(path), name))) dead(name);
    });
  }
  return problems;
}

/** Of a pattern, the folder before the first star has to be there. */
function there(name) {
  const star = name.indexOf('*');
  return existsSync(join(ROOT, star < 0 ? name : dirname(`${name.slice(0, star)}x`)));
}

/** Environment variables that are read and not in CONTRIBUTING's table, and the other way round. */
export function environment(sources, documents) {
  const text = documents.find((d) => d.path === TABLE)?.text ?? '';
  const at = text.indexOf(TABLE_HEAD);
  if (at < 0) return [`${TABLE} has no '${TABLE_HEAD}'`];
  const end = text.indexOf('\n## ', at + 1);
  const rows = text.slice(at, end < 0 ? undefined : end).matchAll(/^\| (`[^|]+) \|/gm);
  const told = new Set([...rows].flatMap(([, cell]) => [...cell.matchAll(/`([A-Z0-9_]+)`/g)].map(([, name]) => name)));
  const read = new Map();
  for (const { path, text: code } of sources) {
    if (path.startsWith('scripts/native-shims/')) continue;
    for (const [, quoted, native] of code.matchAll(READ)) read.set(quoted ?? native, path);
  }
  return [
    ...[...read].filter(([n]) => !told.has(n)).map(([n, path]) => `${path}: ${n} is not in ${TABLE}'s table`),
    ...[...told].filter((n) => !read.has(n)).map((n) => `${TABLE}: nothing reads ${n}`),
  ];
}
