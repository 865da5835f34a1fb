// Every command with what it takes: from this one table come its help, what it accepts, and what it refuses.
export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What its value is called in the help; an option without one is a switch. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly text: string;
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly usage: string;
  /** Whether it takes files, folders or other words beside its options. */
  readonly takes: boolean;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
}

const JSON_LINES: OptionSpec = { name: 'json', text: 'JSON lines (the default when the output is no terminal)' };
const AS_JSON: OptionSpec = { name: 'json', text: 'as JSON' };
const OUTPUT: OptionSpec = {
  name: 'output',
  value: 'FILE',
  text: 'write JSON lines to a file, which is there when it is whole',
};
const MODEL: OptionSpec = {
  name: 'model',
  value: 'FILE',
  text: 'a model of yours instead of the default one; also one of ml-random-forest, as JSON',
};
const THREADS: OptionSpec = {
  name: 'threads',
  value: 'N',
  text: 'threads, 1 to 16 (default: 2 for files over 150 MB); results do not depend on it',
};
const FOREIGN: OptionSpec = { name: 'foreign', text: 'ignore the learned baseline of this network' };
const TOP: OptionSpec = { name: 'top', value: 'N', text: 'flows in the table (default 25)' };
const QUIET: OptionSpec = { name: 'quiet', short: 'q', text: 'totals only' };
const SUMMARY: OptionSpec = { name: 'summary', text: 'the table also in a pipe' };
const KEEP_GOING: OptionSpec = {
  name: 'keep-going',
  text: 'named for scripts: bad files never stop the others; the exit code is still 2',
};
const VLAN: OptionSpec = {
  name: 'vlan',
  text: 'VLAN tags keep flows apart: two tenants that use the same addresses are two',
};
const PARTIAL_OK: OptionSpec = { name: 'partial-ok', text: 'a capture of which only a part could be read is no error' };

export const COMMANDS: readonly CommandSpec[] = [
  {
    name: 'score',
    summary: 'Verdicts with reasons for every flow',
    usage: 'sightline score FILE|FOLDER…',
    takes: true,
    options: [
      JSON_LINES,
      OUTPUT,
      MODEL,
      THREADS,
      FOREIGN,
      { name: 'reasons', value: 'N', text: 'reasons for malicious and suspicious flows (default 5)' },
      TOP,
      QUIET,
      SUMMARY,
      VLAN,
      PARTIAL_OK,
      KEEP_GOING,
    ],
    examples: [
      'sightline score capture.pcapng',
      'sightline score captures/ --json --output verdicts.jsonl',
      'tcpdump -i eth0 -w - | sightline score -',
    ],
  },
  {
    name: 'flows',
    summary: 'Flows with their counters and facts, without verdicts',
    usage: 'sightline flows FILE|FOLDER…',
    takes: true,
    options: [
      JSON_LINES,
      OUTPUT,
      TOP,
      QUIET,
      SUMMARY,
      { name: 'features', value: 'FILE', text: 'all features of every flow into FILE, .csv or .parquet' },
      VLAN,
      PARTIAL_OK,
      KEEP_GOING,
    ],
    examples: [
      'sightline flows capture.pcap | jq -r .ja4 | sort | uniq -c',
      'sightline flows capture.pcap --features flows.parquet',
    ],
  },
  {
    name: 'packets',
    summary: 'Packets, one a line',
    usage: 'sightline packets FILE|FOLDER…',
    takes: true,
    options: [
      JSON_LINES,
      OUTPUT,
      { name: 'limit', value: 'N', text: 'stop after N packets of each file' },
      { name: 'no-info', text: 'leave Info empty and read no packet twice' },
      SUMMARY,
      VLAN,
      PARTIAL_OK,
      KEEP_GOING,
    ],
    examples: ['sightline packets capture.pcap --limit 20'],
  },
  {
    name: 'capture',
    summary: 'Capture live, with alerts as they come',
    usage: 'sightline capture -i NAME… [-f FILTER] [-w FILE|FOLDER]',
    takes: false,
    options: [
      {
        name: 'interface',
        short: 'i',
        value: 'NAME',
        multiple: true,
        text: 'interface; several times for several; - is a capture on stdin',
      },
      { name: 'filter', short: 'f', value: 'EXPR', text: 'capture filter (BPF)' },
      {
        name: 'write',
        short: 'w',
        value: 'PATH',
        text: 'one file, or with -b a folder of segments (default: a ring of 8 of 512 MB in the captures folder)',
      },
      {
        name: 'ring',
        short: 'b',
        value: 'NAME:N',
        multiple: true,
        text: 'filesize:kB, duration:s, files:N (the oldest goes)',
      },
      {
        name: 'autostop',
        short: 'a',
        value: 'NAME:N',
        multiple: true,
        text: 'stop after packets:N, duration:s, filesize:kB',
      },
      { name: 'snap-length', short: 's', value: 'N', text: 'bytes of each packet to keep' },
      { name: 'buffer', short: 'B', value: 'MIB', text: 'kernel buffer (default 64)' },
      { name: 'no-promiscuous', short: 'p', text: 'only what this host sends and receives' },
      { name: 'monitor', short: 'I', text: 'monitor mode (802.11)' },
      {
        name: 'source',
        value: 'S',
        text: 'helper (default), dumpcap, ssh:HOST, pipe:PATH, cap (npm cap, loses packets under load)',
      },
      { name: 'no-score', text: 'only capture' },
      { name: 'json', text: 'flows and alerts as JSON lines, as they complete' },
      { name: 'quiet', short: 'q', text: 'no counters' },
      MODEL,
      FOREIGN,
      VLAN,
    ],
    examples: [
      'sightline capture -i eth0',
      "sightline capture -i eth0 -i lo -f 'tcp port 443' -b filesize:100000 -b files:10 -w trace",
      'sightline capture -i eth0 -a duration:60 -w minute.pcapng --json',
      'sightline capture --source ssh:root@gateway -i eth1',
      'tcpdump -i eth0 -w - | sightline capture -i -',
    ],
  },
  {
    name: 'interfaces',
    summary: 'Interfaces that can be captured',
    usage: 'sightline interfaces [--json] [--watch]',
    takes: false,
    options: [AS_JSON, { name: 'watch', text: 'each second again, with rates' }],
    examples: ['sightline interfaces', 'sightline interfaces --watch'],
  },
  {
    name: 'doctor',
    summary: 'Why capturing does not work, and what mends it',
    usage: 'sightline doctor [--json]',
    takes: false,
    options: [AS_JSON],
    examples: ['sightline doctor'],
  },
  {
    name: 'recover',
    summary: 'Live captures that were interrupted',
    usage: 'sightline recover [FOLDER… | --all]',
    takes: true,
    options: [{ name: 'all', text: 'make all of them whole' }],
    examples: ['sightline recover', 'sightline recover --all'],
  },
  {
    name: 'learn',
    summary: 'Learn this network from its ordinary traffic',
    usage: 'sightline learn FILE|FOLDER… | --show | --forget',
    takes: true,
    options: [
      { name: 'show', text: 'what was learned' },
      { name: 'forget', text: 'go back to the foreign threshold' },
      MODEL,
      THREADS,
      VLAN,
      PARTIAL_OK,
    ],
    examples: ['sightline learn last-week.pcapng', 'sightline learn --show'],
  },
  {
    name: 'label',
    summary: 'Label flows, or list labels',
    usage: 'sightline label FILE [--flows 3,7-9 | --all] [--as benign|malicious|unsure | --remove]',
    takes: true,
    options: [
      { name: 'flows', value: 'LIST', text: 'flow numbers as `score` prints them' },
      { name: 'all', text: 'every flow of the capture' },
      { name: 'as', value: 'LABEL', text: 'benign, malicious or unsure' },
      { name: 'remove', text: 'take the label away' },
      VLAN,
      PARTIAL_OK,
    ],
    examples: ['sightline label capture.pcap --flows 84 --as malicious', 'sightline label capture.pcap'],
  },
  {
    name: 'export',
    summary: 'Labelled captures to goodx.csv, badx.csv and a manifest',
    usage: 'sightline export FILE… --to FOLDER',
    takes: true,
    options: [
      { name: 'to', value: 'FOLDER', text: 'where to write' },
      { name: 'unlabelled-as-good', text: 'rows of unlabelled flows count as good' },
      VLAN,
      PARTIAL_OK,
    ],
    examples: ['sightline export capture.pcap --to dataset/'],
  },
  {
    name: 'import',
    summary: 'Rows of goodx.csv and badx.csv into the store',
    usage: 'sightline import FILE|FOLDER…',
    takes: true,
    options: [{ name: 'dataset', value: 'NAME', text: 'what to call them' }],
    examples: ['sightline import goodx.csv badx.csv --dataset first'],
  },
  {
    name: 'train',
    summary: 'Train and measure a model',
    usage: 'sightline train FOLDER… | --benign FOLDER --malicious FOLDER | --methods all FOLDER',
    takes: true,
    options: [
      { name: 'benign', value: 'FOLDER', multiple: true, text: 'captures of benign traffic' },
      {
        name: 'malicious',
        value: 'FOLDER',
        multiple: true,
        text: 'captures of malicious traffic; without both, FOLDER holds labels.csv (path,source,label,family) and perhaps background-names.txt',
      },
      { name: 'method', value: 'M', text: 'boosting, random-forest, extra-trees or decision-tree' },
      { name: 'output', value: 'FILE', text: 'write the model and its card (.md) there' },
      { name: 'no-evaluate', text: 'train only' },
      { name: 'experiments', value: 'FILE', text: 'append the figures as a JSON line' },
      { name: 'note', value: 'TEXT', text: 'what this experiment tries' },
      { name: 'seed', value: 'N', text: 'seed (default 1)' },
      { name: 'threads', value: 'N', text: 'threads (default 2)' },
      {
        name: 'methods',
        value: 'all',
        text: 'every method of the original project on goodx.csv and badx.csv of the folder',
      },
    ],
    examples: [
      'sightline train ../shared/data --output models/default.json',
      'sightline train --benign good/ --malicious bad/ --output mine.json',
      'sightline train --methods all original/',
    ],
  },
  {
    name: 'features',
    summary: 'The features of the schema',
    usage: 'sightline features [--json]',
    takes: false,
    options: [AS_JSON],
    examples: ['sightline features'],
  },
];

/** Options that people know from elsewhere, and why a command has them not. */
export const NOT_HERE: Readonly<Record<string, string>> = {
  filter: 'it reads every packet; a display filter works in the window, a capture filter (-f) with `sightline capture`',
};
