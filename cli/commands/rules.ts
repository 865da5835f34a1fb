// `sightline rules`: threat rules in Suricata's language, checked, and asked of captures.
import { count, english, EXIT, type RuleAlertRecord } from '../../contract/index.ts';
import { openCapture } from '../../engine/host.ts';
import {
  type ReadyRules,
  ruleAlertRecord,
  type RuleAlert,
  type RuleFiles,
  RuleRunner,
} from '../../engine/host-rules.ts';
import { EVE, RECORDS, VARIABLES } from '../common-flags.ts';
import { type Folders, say, stop, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { EveFile } from '../eve-file.ts';
import { onOff, path, repeated } from '../flags.ts';
import { fileRecord } from '../inputs.ts';
import { RecordWriter } from '../output.ts';
import { Progress } from '../progress.ts';
import { saidRuleFiles, variablesOf } from '../rule-files.ts';
import { type FileInput, Tally } from '../tally.ts';
import { terminal } from '../terminal.ts';

export const command = defineCommand({
  name: 'rules',
  summary: "Rules in Suricata's language: checked, or asked of captures",
  usage: 'check FILE|FOLDER… | test FILE|FOLDER… --capture FILE',
  takesPaths: true,
  flags: {
    capture: repeated(path('FILE', 'test: a capture that the rules are asked of')),
    ...VARIABLES,
    ...EVE,
    ...RECORDS,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  examples: [
    'sightline rules check local.rules',
    'sightline rules test local.rules --capture capture.pcap',
    'sightline rules test rules/ --capture capture.pcap --var HOME_NET=192.168.1.0/24 --json',
  ],
  run: async (o, words, folders) => {
    const [what, ...paths] = words;
    if (what !== 'check' && what !== 'test') throw new UsageError('rules takes check or test, then files of rules');
    if (paths.length === 0) throw new UsageError(`rules ${what} takes files or folders of rules`);
    if (what === 'check' && o.capture.length > 0) throw new UsageError('--capture is for rules test');
    if (what === 'check' && o.eve !== null) throw new UsageError('--eve is for rules test');
    if (what === 'test' && o.capture.length === 0) throw new UsageError('say of which capture: --capture FILE');
    const files = saidRuleFiles(paths, variablesOf(o.vars, o.var));
    const out: Out = {
      writer: new RecordWriter(o.output),
      eve: o.eve === null ? null : new EveFile(o.eve, o.output),
      asJson: o.json || o.output !== null || (!terminal.shown && !o.summary),
    };
    if (what === 'check') return check(files, out);
    return test(files, o.capture, out, new Tally(o['partial-ok']), folders);
  },
});

interface Out {
  readonly writer: RecordWriter;
  readonly eve: EveFile | null;
  readonly asJson: boolean;
}

function rulesText(n: number): string {
  return `${count(n)} ${n === 1 ? 'rule' : 'rules'}`;
}

/** Prints each rule that is refused. @returns 1 where any is, 2 where a file could not be read */
async function check({ ready, ...read }: RuleFiles, { writer, asJson }: Out): Promise<number> {
  const { rules, refused } = ready;
  const [files, unread] = [read.files.length, read.unread.length];
  for (const { file, line, sid, why } of refused) {
    if (asJson) writer.write({ type: 'rule-refused', file, line, sid, why: english(why) });
    else writer.line(`${file}:${line}: ${sid === null ? 'no sid' : `sid ${sid}`}: ${english(why)}`);
    await writer.relax();
  }
  if (asJson) writer.write({ type: 'rules', files, rules: rules.length, refused: refused.length, unread });
  else {
    const of = `${count(files)} ${files === 1 ? 'file' : 'files'}`;
    writer.line(`${rulesText(rules.length)} read of ${of}, ${count(refused.length)} refused.`);
  }
  await writer.end();
  if (unread > 0) return EXIT.error;
  return refused.length > 0 ? EXIT.malicious : EXIT.clean;
}

/** Prints the matches of each capture. @returns 0 whether rules match or not, 2 for what could not be read */
async function test(
  files: RuleFiles,
  captures: readonly string[],
  out: Out,
  tally: Tally,
  folders: Folders,
): Promise<number> {
  const { ready } = files;
  const unread = files.unread.length;
  const { writer } = out;
  const left = ready.refused.length;
  if (left > 0)
    say(`${rulesText(left)} refused and not asked, of ${count(left + ready.rules.length)}: rules check names them.`);
  let rules = ready;
  for (const input of tally.captures(captures)) {
    if (!out.asJson) writer.line(HEAD);
    await testOne(input, rules, out, tally, folders);
    if (writer.closed || stop.asked) break;
    rules = files.again();
  }
  await writer.end();
  await out.eve?.end();
  const code = tally.code(stop.asked);
  return unread > 0 ? EXIT.error : code;
}

async function testOne(
  { path: file, name }: FileInput,
  { rules, sets }: ReadyRules,
  { writer, eve, asJson }: Out,
  tally: Tally,
  folders: Folders,
): Promise<void> {
  let matches = 0;
  const told = (alert: RuleAlert): void => {
    matches++;
    eve?.add(alert, alert.rule, name);
    const record = ruleAlertRecord(name, alert, alert.rule, null);
    if (asJson) writer.write(record);
    else writer.line(lineOf(record));
  };
  const runner = new RuleRunner(rules, told, { sets });
  const opened = openCapture(file, runner, { cacheFolder: folders.cache });
  if (!opened.ok) {
    close(name, opened.ending);
    return;
  }
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  try {
    while (!stop.asked && !writer.closed && (await reader.step())) {
      progress.update(reader.source.taken(), reader.source.size, runner.packets);
      await writer.relax();
    }
    runner.finish();
    progress.clear();
    close(name, reader.ending());
  } finally {
    progress.clear();
    reader.close();
    if (opened.temporary) reader.discard();
  }
  await writer.relax();

  function close(capture: string, ending: Parameters<Tally['ended']>[1]): void {
    const { status, error } = fileRecord(capture, ending, 0, 0);
    const { packets } = runner;
    if (asJson) writer.write({ type: 'rule-file', file: capture, packets, matches, status, error });
    else writer.line(`${count(matches)} ${matches === 1 ? 'match' : 'matches'} in ${count(packets)} packets.`);
    tally.ended(capture, ending);
  }
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
