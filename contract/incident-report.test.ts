// A report is a page by itself, in both languages, and whatever stands in packets, names and notes is text in it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGLISH } from './messages-en.ts';
import { flowRow, packetRow } from './numbers.ts';
import { incidentReportHtml } from './incident-report-page.ts';
import type { ReportData } from './incident-report.ts';
import type { JournalEntry } from './incident-work.ts';
import { foreign, say } from './messages.ts';

const MARKUP = `"><img src=x onerror=alert(1)><script>alert(2)</script>' onload='x\u202e\u0007`;
const AT = '2026-11-24T10:00:00.000Z';

function entry(what: JournalEntry['what'], value: string): JournalEntry {
  return { id: value, at: AT, who: MARKUP, about: MARKUP, what, value };
}

function report(text: string): ReportData {
  const note = entry('note', `${text}\nsecond line`);
  const evidence = {
    rule: 'beacon',
    kind: 'beacon',
    points: 3,
    counts: true,
    without: 0,
    title: foreign(text),
    said: foreign(text),
    shows: text,
    technique: 'T1071.001',
    first: 1000,
    last: 1010,
    flows: 1,
    rows: [flowRow(0)],
    ids: [1],
    packets: [packetRow(6)],
  } as const;
  const incident = {
    id: 1,
    initiator: text,
    peer: text,
    names: [text],
    verdict: 'malicious',
    points: 3,
    inherited: false,
    title: foreign(text),
    first: 1000,
    last: 1010,
    flows: 1,
    rows: [flowRow(0)],
    packet: packetRow(6),
    evidence: [evidence],
    corrections: [foreign(text)],
  } as const;
  return {
    product: text,
    made: AT,
    by: text,
    capture: {
      shifted: true,
      name: text,
      files: [{ name: text, bytes: 12, sha256: 'ab12' }],
      packets: 10,
      flows: 1,
      first: 990,
      last: 1020,
      captureFilter: text,
      interface: text,
      status: 'partial',
    },
    judged: { model: text, sha256: 'cd', learned: true },
    incidents: [
      {
        alert: {
          number: 0,
          incident,
          flow: flowRow(0),
          flowId: 1,
          packet: packetRow(6),
          seconds: 1000,
          nanoseconds: 0,
          verdict: 'malicious',
          app: text,
          initiator: text,
          responder: text,
          name: text,
          label: null,
          allowed: false,
        },
        work: { state: 'in-work', tags: [text], notes: [note], log: [note, entry('state', 'in-work')] },
        allowed: false,
        packets: [{ no: 7, time: 1000.5, source: text, destination: text, protocol: text, length: 60, info: text }],
      },
    ],
    left: 2,
    hosts: [{ address: text, names: [text], flows: 1, peers: 1, bytesIn: 1, bytesOut: 2, first: 1000, last: 1010 }],
    timeline: { from: 990, to: 1020, packets: [0, 3, 7] },
  };
}

const LANGUAGE = { table: ENGLISH, comma: ', ', lang: 'en' };

test('nothing of others is markup, and nothing turns a line', () => {
  const page = incidentReportHtml(report(MARKUP), LANGUAGE);
  assert.doesNotMatch(page, /<img|<script|onload='/);
  assert.doesNotMatch(page, /[\u202e\u0007]/);
  // The same report of harmless text has the same elements.
  const tags = (html: string): string[] =>
    html.match(/<[a-z/!][^>]*>/g)!.map((t) => t.replace(/(aria-label|id)="[^"]*"/g, ''));
  assert.deepEqual(tags(page), tags(incidentReportHtml(report('harmless'), LANGUAGE)));
});

test('it needs nothing from elsewhere, and holds what it is about', () => {
  const page = incidentReportHtml(report('10.0.0.5'), LANGUAGE);
  assert.doesNotMatch(page, /(?:src|href)="(?!#)|url\(|@import|https?:/);
  assert.match(page, /Content-Security-Policy" content="default-src 'none'/);
  for (const held of [
    'ab12',
    '1970-01-01 00:16:40.500000 UTC',
    'second line',
    'T1071.001',
    '<svg',
    'in work',
    '2 further',
  ])
    assert.ok(page.includes(held), held);
  assert.equal(page.match(/<article/g)!.length, 1);
});

test('times that no date can hold are no times', () => {
  const odd = report('x');
  const page = incidentReportHtml({ ...odd, capture: { ...odd.capture, first: 1e30, last: NaN } }, LANGUAGE);
  assert.match(page, /<dd>– – –<\/dd>/);
});

test('every sentence is in the language of the page', () => {
  const table = Object.fromEntries(Object.keys(ENGLISH).map((key) => [key, `〈${key}〉`])) as unknown as typeof ENGLISH;
  const page = incidentReportHtml(report('0'), { table, comma: '、', lang: 'zh-CN' });
  const body = page
    .slice(page.indexOf('<body>'))
    .replace(/<[^>]*>/g, ' ')
    .replace(/〈[^〉]*〉/g, ' ');
  const words = body
    .match(/[A-Za-z]{3,}/g)!
    .filter(
      (w) =>
        !['UTC', 'ATT', 'amp', 'lt', 'gt', 'quot', 'img', 'src', 'onerror', 'alert', 'script', 'onload'].includes(w),
    );
  assert.deepEqual(
    [...new Set(words)].filter((w) => !/^(Application|Layer|Protocol|Web|Protocols|second|line)$/.test(w)),
    [],
  );
  assert.ok(page.includes(`〈${say('report-evidence').say}〉`));
});
