// A live capture on the command line: packets go to disk, alerts are said as they come, verdicts at the end.
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  count,
  english,
  EXIT,
  flowRow,
  type Gravity,
  type Message,
  sameMessage,
  say as sentence,
  VERDICTS,
} from '../contract/index.ts';
import type { Baseline, KnownNetwork, Model } from '../engine/host.ts';
import {
  alertRow,
  beginRecord,
  type CaptureFiles,
  captureFolder,
  type CapturePlan,
  CaptureSession,
  type CaptureSource,
  checkCaptureFilter,
  endRecord,
  flowRecord,
  judgedAlert,
  judgedIncidents,
  judgedRecord,
  LiveCapture,
  notPermitted,
  pruneCaptures,
  type Ring,
  type StopAt,
} from '../engine/host-capture.ts';
import { print, printAll, say, stop, telling, UsageError, type Folders } from './context.ts';
import { verdictCounts, WORST_FIRST } from './flow-table.ts';
import { fileRecord } from './inputs.ts';
import { type LessonCall, LiveLesson } from './live-learning.ts';
import { RecordWriter } from './output.ts';
import { HELPER, PRODUCT } from './product.ts';
import { bytes, table } from './table.ts';
import { paint, status, terminal, wipeStatus } from './terminal.ts';

export interface CaptureCall {
  readonly source: CaptureSource;
  readonly stop: StopAt;
  /** `-w`: a file, or with a ring the folder of its segments; null for the captures folder. */
  readonly write: string | null;
  readonly ring: Ring | null;
  readonly plain: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly name: string;
  readonly learn: LessonCall | null;
}

const STATUS_EVERY = 250;
const SHOWN_FLOWS = 25;
/** Most capture filters mean the same on any link. */
const ETHERNET = 1;
const COLUMNS = [
  { title: 'Verdict' },
  { title: 'Points', right: true },
  { title: 'Flow', right: true },
  { title: 'Initiator' },
  { title: 'Responder' },
  { title: 'App' },
];

function filesOf(c: CaptureCall, captures: string): CaptureFiles {
  if (c.write !== null && c.ring === null) return { kind: 'one', path: resolve(c.write) };
  const ring = c.ring ?? { segmentBytes: 0, segmentSeconds: 0, segments: 0 };
  if (c.write === null) {
    const own = captureFolder(captures, c.source, new Date());
    pruneCaptures(captures, []);
    return { kind: 'ring', ...own, ...ring };
  }
  const folder = resolve(c.write);
  if (existsSync(folder)) throw new UsageError(`${folder} is there already; a ring of segments makes its own folder`);
  return { kind: 'ring', folder, prefix: basename(folder), ...ring };
}

/** What verdicts come from. */
export interface Judging {
  readonly model: Model;
  readonly baseline: Baseline;
  readonly known: KnownNetwork | null;
}

/** Captures until Ctrl-C, a limit, or the source's end. @returns the exit code */
export async function capture(c: CaptureCall, folders: Folders, judging: Judging): Promise<number> {
  const lesson = c.learn === null ? null : new LiveLesson(c.learn, judging.model, folders);
  const files = filesOf(c, join(folders.data, 'captures'));
  const plan: CapturePlan = { source: c.source, files, stop: c.stop, application: PRODUCT, helper: HELPER };
  const started = await LiveCapture.start(plan);
  if (!started.ok) {
    await sayWhyNot(c, started.code, started.message);
    return EXIT.error;
  }
  const { live } = started;
  const path = files.kind === 'one' ? files.path : files.folder;
  if (files.kind === 'ring') beginRecord(path, c.name, 'filter' in c.source ? c.source.filter : '');
  say(`Capturing on ${c.name} to ${path}. Ctrl-C ends it.`);
  const code = c.plain ? await plainly(live, c.quiet) : await scored(live, { ...c, lesson }, path, folders, judging);
  if (files.kind === 'ring') endRecord(path);
  const { packets, dropped, interfaceDropped, ended } = live;
  const message = ended?.message ?? null;
  if (message !== null) say(english(message));
  say(
    `${count(packets)} packets captured; dropped by the kernel ${count(dropped)}, ` +
      `by the interface ${count(interfaceDropped)}.`,
  );
  return ended?.failed === true ? EXIT.error : code;
}

/** Says why a capture did not begin, and what mends it. */
async function sayWhyNot(c: CaptureCall, code: string, message: Message): Promise<void> {
  const filter = 'filter' in c.source ? c.source.filter : null;
  const wrong = code === 'filter' && filter !== null ? await checkCaptureFilter(HELPER, ETHERNET, filter) : null;
  if (wrong !== null && filter !== null) {
    // What the terminal shows of the filter has as many columns as the filter has characters.
    say(
      `sightline: the capture filter is wrong: ${english(wrong.message)}`,
      `  ${filter}`,
      `  ${' '.repeat(wrong.at)}${'^'.repeat(Math.max(1, wrong.length))}`,
    );
    return;
  }
  const permission = code === 'permission';
  const why =
    permission && c.source.kind === 'helper'
      ? notPermitted(HELPER, code, message)
      : { sentence: sentence('sentence', { text: message }), command: null };
  say(`sightline: ${c.name} cannot be captured: ${english(why.sentence)}`);
  if (why.command !== null) say(`  ${why.command}`);
  if (permission) say("'sightline doctor' looks closer.");
}

function statusLine(live: LiveCapture, more: string): void {
  const dropped = `${count(live.dropped)} + ${count(live.interfaceDropped)}`;
  const trouble = live.trouble === null ? '' : ` · ${english(live.trouble)}`;
  status(`${count(live.packets)} packets · ${bytes(live.offset)} · dropped ${dropped}${more}${trouble}`);
}

async function untilEnd(
  live: LiveCapture,
  quiet: boolean,
  more: () => string,
  look: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  let trouble: Message | null = null;
  while (live.ended === null && !stop.asked) {
    if (!quiet) statusLine(live, more());
    await look();
    if (!sameMessage(live.trouble, trouble)) {
      trouble = live.trouble;
      if (trouble !== null && !terminal.spoken) say(english(trouble));
    }
    await new Promise((done) => {
      setTimeout(done, STATUS_EVERY);
    });
  }
  if (!quiet) wipeStatus();
}

async function plainly(live: LiveCapture, quiet: boolean): Promise<number> {
  await untilEnd(live, quiet, () => '');
  if (live.ended === null) await live.stop();
  live.segments.close();
  return EXIT.clean;
}

async function scored(
  live: LiveCapture,
  c: CaptureCall & { readonly lesson: LiveLesson | null },
  path: string,
  folders: Folders,
  judging: Judging,
): Promise<number> {
  const writer = new RecordWriter(null);
  const session: CaptureSession = new CaptureSession({
    number: 1,
    path,
    name: c.name,
    source: 'live',
    interface: c.name,
    captureFilter: '',
    live,
    ...judging,
    cacheFolder: folders.cache,
    timeouts: telling.timeouts,
    changed: () => undefined,
    alerted: (alert) => {
      const record = c.json ? judgedAlert(session, path, alert) : null;
      if (record !== null) writer.write(record);
      else if (!c.json) sayAlert(alertRow(session, alert, false));
    },
    completed: (flow) => {
      if (c.json) writer.write(judgedRecord(session, path, flow.row));
    },
  });
  session.start();
  await untilEnd(
    live,
    c.quiet,
    () => ` · ${count(session.analysis.flows.columns.count)} flows · ${session.alerts.length} alerts`,
    () => c.lesson?.look(session) ?? Promise.resolve(),
  );
  await session.stop();
  await c.lesson?.end(session);
  if (c.json) writeEnd(writer, session, path, judging.model);
  else if (!c.quiet) printWorst(session, path);
  await writer.end();
  await session.close();
  if (c.lesson?.failed === true) return EXIT.error;
  return session.outcomes.counts.malicious > 0 ? EXIT.malicious : EXIT.clean;
}

/** What is known when all incidents are: they, and the counts that close the records of a capture. */
function writeEnd(writer: RecordWriter, session: CaptureSession, path: string, model: Model): void {
  const incidents = judgedIncidents(session, path);
  for (const record of incidents) writer.write(record);
  const { analysis, outcomes, ending } = session;
  const grave: Record<Gravity, number> = { malicious: 0, suspicious: 0 };
  for (const { verdict } of incidents) grave[verdict]++;
  const judged = { verdicts: outcomes.counts, incidents: grave, model };
  const { packetCount, flows } = analysis;
  writer.write(fileRecord(path, ending ?? { kind: 'ok' }, packetCount, flows.columns.count, judged));
}

function sayAlert(a: ReturnType<typeof alertRow>): void {
  const { incident } = a;
  const head = paint(
    `Incident ${incident.id} is ${a.verdict} (${incident.points} points)`,
    a.verdict === 'malicious' ? 'red' : 'amber',
  );
  say([head, `: ${english(incident.title)}.`]);
  for (const e of incident.evidence) if (e.counts) say(`  ${english(e.said)}`);
}

/** Malicious and suspicious flows, the highest scores first, and how many flows have each verdict. */
function printWorst(session: CaptureSession, path: string): void {
  const { analysis, outcomes } = session;
  const total = analysis.flows.columns.count;
  const rank = (row: number): number => WORST_FIRST.indexOf(VERDICTS[outcomes.verdict[row]!] ?? 'benign');
  const rows = Array.from({ length: total }, (_, i) => i)
    .filter((row) => rank(row) < 2)
    .sort((a, b) => rank(a) - rank(b) || session.points(flowRow(b)) - session.points(flowRow(a)))
    .slice(0, SHOWN_FLOWS);
  const cells = rows.map((row) => {
    const f = flowRecord(analysis, path, flowRow(row));
    return [
      VERDICTS[outcomes.verdict[row]!]!,
      String(session.points(flowRow(row))),
      String(f.id),
      `${f.src}:${f.sport ?? ''}`,
      `${f.dst}:${f.dport ?? ''}`,
      f.app,
    ];
  });
  if (rows.length > 0) printAll(table(COLUMNS, cells));
  print(`${count(total)} flows: ${verdictCounts(outcomes.counts)}.`);
}
