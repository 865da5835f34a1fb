// Words of `sightline help`: one entry a command, with examples.
export interface CommandHelp {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  readonly options: readonly (readonly [string, string])[];
  readonly examples: readonly string[];
}

const COMMON: readonly (readonly [string, string])[] = [
  ['--json', 'JSON lines (the default when the output is no terminal)'],
  ['--output FILE', 'write JSON lines to a file'],
];
const SCORING: readonly (readonly [string, string])[] = [
  ['--model FILE', 'a model of yours instead of the default one; also one of ml-random-forest, as JSON'],
  ['--threads N', 'threads, 1 to 16 (default: 2 for files over 150 MB); results do not depend on it'],
];

export const COMMANDS: readonly CommandHelp[] = [
  { name: 'score', summary: 'Verdicts with reasons for every flow', usage: 'sightline score FILE|FOLDER…', options: [...COMMON, ...SCORING, ['--foreign', 'ignore the learned baseline of this network'], ['--reasons N', 'reasons for malicious and suspicious flows (default 5)'], ['--top N', 'flows in the table (default 25)'], ['-q, --quiet', 'totals only'], ['--summary', 'the table also in a pipe'], ['--keep-going', 'named for scripts: bad files never stop the others; the exit code is still 2']], examples: ['sightline score capture.pcapng', 'sightline score captures/ --json --output verdicts.jsonl', 'tcpdump -i eth0 -w - | sightline score -'] },
  { name: 'flows', summary: 'Flows with their counters and facts, without verdicts', usage: 'sightline flows FILE|FOLDER…', options: [...COMMON, ['--top N', 'flows in the table (default 25)'], ['--features FILE', 'all features of every flow into FILE, .csv or .parquet']], examples: ['sightline flows capture.pcap | jq -r .ja4 | sort | uniq -c'] },
  { name: 'packets', summary: 'Packets, one a line', usage: 'sightline packets FILE|FOLDER…', options: [...COMMON, ['--limit N', 'stop after N packets of each file'], ['--no-info', 'leave Info empty and read no packet twice']], examples: ['sightline packets capture.pcap --limit 20'] },
  { name: 'capture', summary: 'Capture live, with alerts as they come', usage: 'sightline capture -i NAME… [-f FILTER] [-w FILE|FOLDER]', options: [['-i, --interface NAME', 'interface; several times for several; - is a capture on stdin'], ['-f, --filter EXPR', 'capture filter (BPF)'], ['-w, --write PATH', 'one file, or with -b a folder of segments (default: a ring of 8 of 512 MB in the captures folder)'], ['-b, --ring NAME:N', 'filesize:kB, duration:s, files:N (the oldest goes)'], ['-a, --autostop NAME:N', 'stop after packets:N, duration:s, filesize:kB'], ['-s, --snap-length N', 'bytes of each packet to keep'], ['-B, --buffer MIB', 'kernel buffer (default 64)'], ['-p, --no-promiscuous', 'only what this host sends and receives'], ['-I, --monitor', 'monitor mode (802.11)'], ['--source S', 'helper (default), dumpcap, ssh:HOST, pipe:PATH, cap (npm cap, loses packets under load)'], ['--no-score', 'only capture'], ['--json', 'flows and alerts as JSON lines, as they complete'], ['-q, --quiet', 'no counters'], ['--foreign', 'ignore the learned baseline of this network']], examples: ['sightline capture -i eth0', "sightline capture -i eth0 -i lo -f 'tcp port 443' -b filesize:100000 -b files:10 -w trace", 'sightline capture -i eth0 -a duration:60 -w minute.pcapng --json', 'sightline capture --source ssh:root@gateway -i eth1', 'tcpdump -i eth0 -w - | sightline capture -i -'] },
  { name: 'interfaces', summary: 'Interfaces that can be captured', usage: 'sightline interfaces [--json] [--watch]', options: [['--json', 'as JSON'], ['--watch', 'each second again, with rates']], examples: ['sightline interfaces', 'sightline interfaces --watch'] },
  { name: 'doctor', summary: 'Why capturing does not work, and what mends it', usage: 'sightline doctor [--json]', options: [['--json', 'as JSON']], examples: ['sightline doctor'] },
  { name: 'recover', summary: 'Live captures that were interrupted', usage: 'sightline recover [FOLDER… | --all]', options: [['--all', 'make all of them whole']], examples: ['sightline recover', 'sightline recover --all'] },
  { name: 'learn', summary: 'Learn this network from its ordinary traffic', usage: 'sightline learn FILE|FOLDER… | --show | --forget', options: [['--show', 'what was learned'], ['--forget', 'go back to the foreign threshold'], ...SCORING], examples: ['sightline learn last-week.pcapng', 'sightline learn --show'] },
  { name: 'label', summary: 'Label flows, or list labels', usage: 'sightline label FILE [--flows 3,7-9 | --all] [--as benign|malicious|unsure | --remove]', options: [['--flows LIST', 'flow numbers as `score` prints them'], ['--all', 'every flow of the capture'], ['--as LABEL', 'benign, malicious or unsure'], ['--remove', 'take the label away']], examples: ['sightline label capture.pcap --flows 84 --as malicious', 'sightline label capture.pcap'] },
  { name: 'export', summary: 'Labelled captures to goodx.csv, badx.csv and a manifest', usage: 'sightline export FILE… --to FOLDER', options: [['--to FOLDER', 'where to write'], ['--unlabelled-as-good', 'rows of unlabelled flows count as good']], examples: ['sightline export capture.pcap --to dataset/'] },
  { name: 'import', summary: 'Rows of goodx.csv and badx.csv into the store', usage: 'sightline import FILE|FOLDER…', options: [['--dataset NAME', 'what to call them']], examples: ['sightline import goodx.csv badx.csv --dataset first'] },
  { name: 'train', summary: 'Train and measure a model', usage: 'sightline train FOLDER… | --benign FOLDER --malicious FOLDER | --methods all FOLDER', options: [['FOLDER', 'holds labels.csv (path,source,label,family) and perhaps background-names.txt'], ['--method M', 'boosting, random-forest, extra-trees or decision-tree'], ['--output FILE', 'write the model and its card (.md) there'], ['--no-evaluate', 'train only'], ['--experiments FILE', 'append the figures as a JSON line'], ['--note TEXT', 'what this experiment tries'], ['--seed N', 'seed (default 1)'], ['--threads N', 'threads (default 2)'], ['--methods all', 'every method of the original project on goodx.csv and badx.csv of the folder']], examples: ['sightline train ../shared/data --output models/default.json', 'sightline train --benign good/ --malicious bad/ --output mine.json', 'sightline train --methods all original/'] },
  { name: 'features', summary: 'The features of the schema', usage: 'sightline features [--json]', options: [['--json', 'as JSON']], examples: ['sightline features'] },
];

export function overview(version: string): string {
  return [
    `Sightline ${version}: packets, flows, and a verdict with reasons for every flow.`, '', 'Usage: sightline COMMAND …', '',
    ...COMMANDS.map((c) => `  ${c.name.padEnd(10)} ${c.summary}`), '',
    'Exit codes: 0 nothing malicious, 1 something malicious, 2 an error.', "`sightline help COMMAND` shows a command's options and examples.", '',
  ].join('\n');
}

export function commandHelp(name: string): string | null {
  const c = COMMANDS.find((x) => x.name === name);
  if (!c) return null;
  const width = Math.max(...c.options.map(([o]) => o.length));
  return [c.summary, '', `Usage: ${c.usage}`, '', ...c.options.map(([o, text]) => `  ${o.padEnd(width)}  ${text}`), '', 'Examples:', ...c.examples.map((x) => `  ${x}`), ''].join('\n');
}
