// What `sightline learn` does and says: captures to a baseline, baselines that are put together, shown, moved and
// forgotten, each by the name of its network.
import { count, english, EXIT } from '../contract/index.ts';
import {
  type BaselineDocument,
  forgetBaseline,
  foreignBaseline,
  keepBaseline,
  learnedFlows,
  learnedNetworks,
  type Lesson,
  loadBaseline,
  type Merged,
  type Model,
  Pupil,
  readPlain,
  type Reviewed,
  scoreFile,
  writeBaseline,
} from '../engine/host.ts';
import { print, printAll, say, stop, telling, UsageError, type Folders } from './context.ts';
import { storedBaseline } from './models.ts';
import { Progress } from './progress.ts';
import { table } from './table.ts';
import { Tally } from './tally.ts';

/** Incidents for review, and new peers, that are listed. */
const SHOWN_REVIEW = 20;
const SHOWN_PEERS = 10;
/** Fewer flows than this say little of the rare ones. */
const ENOUGH_FLOWS = 1000;
const DAY_MS = 86_400_000;
const COLUMNS = [
  { title: 'Group' },
  { title: 'Flows', right: true },
  { title: 'Median', right: true },
  { title: 'Suspicious over', right: true },
  { title: 'Malicious over', right: true },
];
const LESSONS: Readonly<Record<Lesson, string>> = {
  'left-out': 'left out',
  administrator: "taken for an administrator's host",
  'mail-server': 'taken for a mail server',
  regular: 'taken for a regular talker',
};

export interface LearnCall {
  readonly name: string | null;
  readonly merge: boolean;
  readonly model: Model;
  readonly threads: number;
  readonly partialOk: boolean;
}

/** Learns from captures of ordinary traffic. @returns the exit code */
export async function learn(paths: readonly string[], o: LearnCall, folders: Folders): Promise<number> {
  if (o.merge) sayWhereNothingIs(o.name, folders);
  const pupil = new Pupil(o.model);
  const tally = new Tally(o.partialOk);
  for (const { path, name } of tally.captures(paths)) {
    const progress = new Progress(name);
    const lesson = pupil.capture(name);
    const { ending, scorer } = await scoreFile(
      path,
      {
        model: o.model,
        baseline: foreignBaseline(o.model),
        threads: o.threads,
        cacheFolder: folders.cache,
        timeouts: telling.timeouts,
      },
      {
        ...lesson,
        progress: (reader, analysis) => {
          progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
          return !stop.asked;
        },
      },
    );
    progress.clear();
    tally.ended(name, ending);
    if (stop.asked) return EXIT.error;
    lesson.finish(scorer);
  }
  const fresh = pupil.document(new Date());
  if (fresh === null) {
    say('Nothing was learned: no flow could be taken for ordinary.');
    printAll(reviewLines(pupil.review, pupil.leftOut));
    return EXIT.error;
  }
  const kept = await keepBaseline(folders.data, o.name, fresh, o.merge);
  if (kept === null) throw new UsageError('what was learned before belongs to another model; learn without --merge');
  show(kept.document, o.name);
  if (kept.merged !== null) printAll(driftLines(kept.merged));
  printAll(reviewLines(pupil.review, pupil.leftOut));
  const total = learnedFlows(kept.document);
  if (total < ENOUGH_FLOWS)
    print(
      `${count(total)} flows cannot tell one false alarm in a thousand: thresholds rest on the highest score seen. ` +
        'Learn from more traffic.',
    );
  return tally.code();
}

export function showStored(name: string | null, folders: Folders): number {
  const doc = storedBaseline(folders, name);
  if (doc === null)
    print('Nothing is learned of this network yet. Run `sightline learn FILE…` with ordinary traffic of yours.');
  else show(doc, name);
  return EXIT.clean;
}

export function forget(name: string | null, folders: Folders): number {
  forgetBaseline(folders.data, name);
  print(`The baseline of ${networkText(name)} is forgotten.`);
  return EXIT.clean;
}

/** Says which networks are learned. */
export function list(folders: Folders): number {
  const names = learnedNetworks(folders.data);
  if (names.length === 0) print('Nothing is learned of any network yet.');
  for (const name of names) {
    const doc = storedBaseline(folders, name);
    if (doc !== null)
      print(`${name ?? '(without a name)'}: ${count(learnedFlows(doc))} flows, learned ${doc.learned.slice(0, 10)}`);
  }
  return EXIT.clean;
}

export async function exportTo(file: string, name: string | null, folders: Folders): Promise<number> {
  const doc = storedBaseline(folders, name);
  if (doc === null) throw new UsageError(`nothing is learned of ${networkText(name)}`);
  await writeBaseline(file, doc);
  print(`The baseline of ${networkText(name)} is in ${file}. It names hosts and peers of the network.`);
  return EXIT.clean;
}

/** Takes a baseline that was exported elsewhere. */
export async function importFrom(file: string, name: string | null, merge: boolean, folders: Folders): Promise<number> {
  const read = readPlain(file);
  const doc = read.kind === 'text' ? loadBaseline(read.text) : null;
  if (doc === null) throw new UsageError(`${file} is no baseline that can be read`);
  if (merge) sayWhereNothingIs(name, folders);
  const kept = await keepBaseline(folders.data, name, doc, merge);
  if (kept === null) throw new UsageError('the two baselines belong to different models');
  show(kept.document, name);
  if (kept.merged !== null) printAll(driftLines(kept.merged));
  return EXIT.clean;
}

function sayWhereNothingIs(name: string | null, folders: Folders): void {
  if (storedBaseline(folders, name) === null) say('There is nothing to merge with: this is the first that is learned.');
}

export function networkText(name: string | null): string {
  return name === null ? 'this network' : `'${name}'`;
}

function show(doc: BaselineDocument, name: string | null): void {
  const days = Math.max(0, Math.floor((Date.now() - Date.parse(doc.learned)) / DAY_MS));
  const age = days === 0 ? '' : `, ${count(days)} ${days === 1 ? 'day' : 'days'} ago`;
  const of = name === null ? '' : ` of '${name}'`;
  print(`Baseline${of} learned ${doc.learned}${age} from ${doc.files.map((f) => f.file).join(', ')}`);
  const rows = Object.entries(doc.groups).map(([group, g]) => [
    group,
    count(g.flows),
    g.median.toFixed(2),
    g.suspicious.toFixed(2),
    g.malicious.toFixed(2),
  ]);
  printAll(table(COLUMNS, rows));
  if (doc.network === undefined) {
    print('It was learned by an earlier version, and knows no hosts or peers: learn again.');
    return;
  }
  const { peers, serverNames, clients, resolvers, regular, administrators, mailServers } = doc.network;
  print(
    `Known: ${count(Object.keys(peers).length)} peers, ${count(serverNames.length)} server names, TLS clients of ` +
      `${count(Object.keys(clients).length)} hosts, ${count(resolvers.length)} resolvers, ` +
      `${count(regular.length)} regular talkers.`,
  );
  print(`Administrators' hosts, exempt from evidence of remote administration: ${listed(administrators)}.`);
  print(`Mail servers, exempt from evidence of mail: ${listed(mailServers)}.`);
}

function listed(hosts: readonly string[]): string {
  if (hosts.length === 0) return 'none';
  const more = hosts.length - SHOWN_PEERS;
  return `${hosts.slice(0, SHOWN_PEERS).join(', ')}${more > 0 ? ` and ${count(more)} more` : ''}`;
}

/** What became of what was known. */
export function driftLines({ drift, newPeers, newNames }: Merged): string[] {
  const moved = (x: number, y: number): string => `${x.toFixed(2)} → ${y.toFixed(2)}`;
  return [
    ...drift.map(
      ({ group, before, after }) =>
        `${group}: suspicious over ${moved(before.suspicious, after.suspicious)}, ` +
        `malicious over ${moved(before.malicious, after.malicious)}`,
    ),
    `New since: ${count(newPeers.length)} peers and ${count(newNames.length)} server names.`,
    ...(newPeers.length > 0 ? [`  ${listed(newPeers)}`] : []),
  ];
}

/** What was not taken for ordinary, or tells of somebody's part: for a person to look at. */
export function reviewLines(review: readonly Reviewed[], leftOut: number): string[] {
  const lines = leftOut > 0 ? [`${count(leftOut)} flows were left out since they would have been raised.`] : [];
  if (review.length === 0) return lines;
  lines.push('Look at these:');
  for (const r of review.slice(0, SHOWN_REVIEW))
    lines.push(`  ${r.file}: ${english(r.title)} (${r.points} points): ${LESSONS[r.lesson]}`);
  if (review.length > SHOWN_REVIEW) lines.push(`  and ${count(review.length - SHOWN_REVIEW)} more`);
  return lines;
}
