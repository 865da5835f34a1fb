// `sightline rules test`: what matches in captures, and with --explain why rules match or do not.
import { count, EXIT, type RuleAlertRecord } from '../contract/index.ts';
import { Explainer, type RuleAlert, ruleAlertRecord } from '../engine/host-rules.ts';
import { type Folders, stop, UsageError } from './context.ts';
import type { EveFile } from './eve-file.ts';
import type { Out } from './rule-check.ts';
import { Explained, type Wanted } from './rule-explain.ts';
import type { CalledRules } from './rule-files.ts';
import { runRules, sayRefused } from './rule-run.ts';
import type { FileInput, Tally } from './tally.ts';

export interface TestOptions extends Out {
  readonly captures: readonly string[];
  readonly eve: EveFile | null;
  /** Rules that are explained; null: none. */
  readonly wanted: Wanted | null;
  /** The one packet that is meant, from 1; null for all. */
  readonly packet: number | null;
}

/** Prints the matches of each capture. @returns 0 whether rules match or not, 2 for what could not be read */
export async function testRules(called: CalledRules, o: TestOptions, tally: Tally, folders: Folders): Promise<number> {
  const { writer, wanted, eve } = o;
  const explained = wanted === null ? null : new Explained(wanted, called.ready);
  sayRefused(called.ready.refused, called.ready.rules.length);
  let { ready } = called;
  for (const input of tally.captures(o.captures)) {
    if (!o.asJson) writer.line(HEAD);
    await testOne(input, ready, o, explained, tally, folders);
    if (writer.closed || stop.asked) break;
    ready = called.again();
  }
  await writer.end();
  await eve?.end();
  const code = tally.code(stop.asked);
  return called.unread.length > 0 ? EXIT.error : code;
}

async function testOne(
  input: FileInput,
  ready: CalledRules['ready'],
  { writer, asJson, eve, packet }: TestOptions,
  explained: Explained | null,
  tally: Tally,
  folders: Folders,
): Promise<void> {
  const { name } = input;
  let matches = 0;
  const told = (alert: RuleAlert): void => {
    matches++;
    eve?.add(alert, alert.rule, name);
    const record = ruleAlertRecord(name, alert, alert.rule, null);
    if (asJson) writer.write(record);
    else writer.line(lineOf(record));
  };
  const observer =
    explained === null ? null : new Explainer((rule) => explained.wants(rule), packet === null ? null : packet - 1);
  const { packets, status, error } = await runRules(input, ready, { told, observer }, writer, tally, folders);
  if (explained !== null && observer !== null)
    explained.print(name, observer.explanations(), packet, { writer, asJson });
  if (asJson) writer.write({ type: 'rule-file', file: name, packets, matches, status, error });
  else writer.line(`${count(matches)} ${matches === 1 ? 'match' : 'matches'} in ${count(packets)} packets.`);
  await writer.relax();
  if (packet !== null && packet > packets && status === 'ok')
    throw new UsageError(`${name} has no packet ${packet}: its last one is ${packets}`);
}

const WIDTHS = [26, 8, 20, 24, 24, 8] as const;
const HEAD = columns(['Time (UTC)', 'Packet', 'gid:sid:rev', 'Source', 'Destination', 'App', 'Rule']);

function columns(cells: readonly string[]): string {
  return cells.map((cell, i) => (i === 1 ? cell.padStart(WIDTHS[i]!) : cell.padEnd(WIDTHS[i] ?? 0))).join('  ');
}

function lineOf(r: RuleAlertRecord): string {
  const time = `${r.time.slice(0, 10)} ${r.time.slice(11, 26)}`;
  const id = `${r.gid}:${r.sid}:${r.rev}`;
  return columns([time, String(r.packet), id, endText(r.src, r.sport), endText(r.dst, r.dport), r.app ?? '', r.msg]);
}

function endText(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
