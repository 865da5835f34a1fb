// No sentence of ours stands outside of the tables of messages: what the host says to a window has a key, or it would
// stay English in the Chinese one. Sources are parsed; each text that reads like a sentence is in a table or named here.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from '@babel/parser';
import { ROOT } from './node24.mjs';

/** Three words in a row that are no names, or a capital, a word and a full stop. */
const SENTENCE = /[A-Za-z’']{2,}[,:;]? [a-z’']{2,}[,:;]? [a-z’']+|^[A-Z][a-z]+ .*[a-z]\.$/;
/** Commands to copy, SQL, headers: typed or read by machines in every language. */
const FOR_MACHINES = /^(?:sudo|docker|xcode-select|CREATE|SELECT|INSERT|not tcp port)\b|^\s*CREATE TABLE/;

/** The tables themselves: one for each area. */
const TABLE = /^contract\/(?:[a-z-]+-)?messages-en\.ts$/;

/** Files whose sentences never reach the window, and why. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['contract/rules-en.ts', 'the part of the table that rules have'],
  ['contract/policy.ts', 'a header that browsers read'],
  ['contract/colours.ts', 'the first line of a file of Wireshark'],
  ['contract/incident-report-page.ts', 'styles'],
  ['contract/start-options.ts', 'the terminal that the window is started from'],
  ['contract/policy.ts', 'a header that browsers read'],
  ['contract/wire.ts', 'bytes that are no message are dropped; the error is caught where it is thrown'],
  ['engine/capture/bpf.ts', 'the beginning of what the helper says, compared'],
  ['engine/capture/cap-process.ts', 'a fault of ours at the start of a process'],
  ['engine/capture/own-window.ts', 'a capture filter'],
  ['engine/desk/app-log.ts', 'the log'],
  ['engine/detect/onnx/read.ts', 'bytes that are no model; the error is caught where a model is read'],
  ['engine/detect/onnx/wire.ts', 'bytes that are no model; the error is caught where a model is read'],
  ['engine/dissect/piece-fields.ts', 'names of protocols and operators'],
  ['engine/desk/packet-handlers.ts', 'a line of a saved stream, as Wireshark writes it'],
  ['engine/desk/same-capture.ts', 'the log'],
  ['engine/desk/serve.ts', 'the log'],
  ['engine/desk/time-handlers.ts', 'a cancelled job, which nobody is told of'],
  ['engine/desk/session.ts', 'a fault of ours: a feature that was not prepared'],
  ['engine/dissect/process.ts', 'the log'],
  ['engine/dissect/print-forms.ts', 'C'],
  ['engine/dissect/print-page.ts', 'markup and styles'],
  ['engine/dissect/filter-engine.ts', 'why the engine is asked in pieces; the error is caught where pieces are asked'],
  ['engine/filter/needs.ts', 'names of protocols'],
  ['engine/filter/rows.ts', 'a fault of ours: an engine was needed and not given'],
  ['engine/exchange/incident-facts.ts', 'files for other tools, which are in English'],
  ['engine/exchange/misp.ts', 'files for other tools, which are in English'],
  ['engine/exchange/stix.ts', 'files for other tools, which are in English'],
  ['engine/exchange/goodx.ts', 'rows that the command line imports'],
  ['engine/evidence/data', 'names and texts that are looked for, not said'],
  ['engine/observe', 'texts that are looked for, not said'],
  ['engine/features', 'both languages stand in the row of the feature'],
  ['engine/indicators/columns.ts', 'names of columns, as publishers write them'],
  ['engine/indicators/types.ts', 'names of types, as publishers write them'],
  ['engine/lab/report-page.ts', 'documents, which are in English'],
  ['engine/learn/card.ts', 'the card of a model, a document'],
  ['engine/log/index.ts', 'the log'],
  ['engine/protocols/info.ts', 'the Info column, in Wireshark’s words'],
  ['engine/protocols/ports.ts', 'a fault of ours, when the table is loaded'],
  ['engine/protocols/services.ts', 'a fault of ours, when the table is loaded'],
  ['engine/read/open.ts', 'the log'],
  ['engine/rules/classes.ts', 'names of classes, as Suricata writes them into files for other tools'],
  ['engine/rules/fields.ts', 'names of kinds and codes of protocols, as rules write them'],
  ['engine/rules/keyword-doc.ts', 'a document, which is in English'],
  ['engine/rules/make-rule.ts', 'rules that are made, in the language of rules'],
  ['engine/rules/keywords-values.ts', 'names of procedures, as rules write them'],
  ['engine/session/index-cache.ts', 'a cache that is made anew'],
  ['engine/session/score-file.ts', 'the log'],
  ['engine/session/scoring.ts', 'the log'],
  ['engine/session/score-file.ts', 'the log'],
  ['engine/stats/facet-values.ts', 'a fault of ours: a field that is none to group by'],
  ['engine/stats/properties.ts', 'names of link types, as capinfos has them'],
  ['engine/store/journal.ts', 'columns'],
  ['engine/store/salvage.ts', 'columns'],
  ['engine/store/store.ts', 'the log'],
  ['engine/store/tags.ts', 'columns'],
  ['engine/view/shown-rows.ts', 'a fault of ours'],
  ['platform/testing', 'tests'],
  ['platform/analysis/export.ts', 'a fault of ours'],
  ['platform/analysis/result-file.ts', 'faults of a disk, for the log'],
  ['platform/analysis/worker.ts', 'a fault of ours'],
  ['platform/queue/open.ts', 'the log'],
  ['platform/queue/runner.ts', 'the log'],
  ['platform/queue/views.ts', 'columns'],
  ['platform/queue/watching.ts', 'the log'],
  ['platform/server/routes-window.ts', 'the document of the API, which is in English, and a plain answer to a socket'],
  ['platform/server/paced.ts', 'a connection that is gone, which nobody can be told of'],
  ['platform/server/routes-account.ts', 'the document of the API, which is in English'],
  ['platform/server/routes-admin.ts', 'the document of the API, which is in English'],
  ['platform/server/routes-captures.ts', 'the document of the API, which is in English'],
  ['platform/server/routes-team.ts', 'the document of the API, which is in English'],
  ['platform/server/server.ts', 'plain answers to what is no request'],
  ['platform/store', 'SQL, and errors for the terminal of whoever runs the server'],
  ['web', 'the terminal, and plain pages for whoever is not in the window yet'],
  ['electron/engine.ts', 'the log of the desktop shell'],
  ['electron/first.ts', 'the terminal that it is started from'],
  ['electron/senders.ts', 'the log of the desktop shell'],
  ['electron/testing', 'tests'],
  ['electron/words.ts', 'both languages stand in the row of the text'],
  ['electron/menu.ts', 'both languages stand in the row of the entry'],
]);

function* sources(folder: string): Generator<string> {
  for (const entry of readdirSync(join(ROOT, folder), { withFileTypes: true })) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) {
      if (path !== 'engine/testing') yield* sources(path);
    } else if (entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts')) yield path;
  }
}

interface Found {
  readonly line: number;
  readonly text: string;
}

/** Texts and templates of a source that read like a sentence. */
function sentencesOf(code: string): Found[] {
  const found: Found[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      node.forEach(visit);
      return;
    }
    const n = node as Readonly<Record<string, unknown>> & {
      readonly loc?: { readonly start: { readonly line: number } };
    };
    if (n['type'] === 'TSLiteralType') return;
    const text = textOf(n);
    if (text !== null && SENTENCE.test(text) && !FOR_MACHINES.test(text)) found.push({ line: n.loc!.start.line, text });
    for (const key of Object.keys(n)) if (key !== 'loc' && !/omments$|^tokens$|^errors$/.test(key)) visit(n[key]);
  };
  visit(parse(code, { sourceType: 'module', plugins: ['typescript'] }).program);
  return found;
}

function textOf(n: Readonly<Record<string, unknown>>): string | null {
  if (n['type'] === 'StringLiteral') return String(n['value']);
  if (n['type'] !== 'TemplateLiteral') return null;
  return (n['quasis'] as { readonly value: { readonly cooked: string } }[]).map((q) => q.value.cooked).join('…');
}

function placeOf(path: string): string | undefined {
  return [...ELSEWHERE.keys()].find((known) => path === known || path.startsWith(`${known}/`));
}

test('the finder sees texts and templates, and passes over comments, types and commands', () => {
  const code = [
    "throw new Refused('x', 'Some English sentence.');",
    'say(`There are ${n} packets in it.`);',
    '// Some English sentence.',
    "type A = 'Some English sentence.';",
    "run('sudo apt-get install all of it');",
    "say('no-such-file', { path });",
  ].join('\n');
  assert.deepEqual(
    sentencesOf(code).map((f) => f.line),
    [1, 2],
  );
});

test('what the host says stands in the tables of messages and nowhere else', () => {
  const used = new Set<string>();
  const wrong: string[] = [];
  for (const path of ['contract', 'engine', 'platform', 'web', 'electron'].flatMap((folder) => [...sources(folder)])) {
    const found = sentencesOf(readFileSync(join(ROOT, path), 'utf8'));
    const known = placeOf(path);
    if (found.length === 0 || TABLE.test(path)) continue;
    if (known === undefined) wrong.push(...found.map((f) => `${path}:${f.line}: '${f.text}'`));
    else used.add(known);
  }
  assert.deepEqual(wrong, [], 'give it a key in contract/messages-en.ts and renderer/words/messages-zh.ts');
  assert.deepEqual([...ELSEWHERE.keys()].filter((path) => !used.has(path)).toSorted(), [], 'listed and silent');
});
