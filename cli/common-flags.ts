// Options that several commands have, in groups that a command takes in by name: `flags: { ...RECORDS, ...READING }`.
import { isNetworkName } from '../contract/index.ts';
import { DEFAULT_TIMEOUTS } from '../engine/host.ts';
import { freeText, onOff, path, repeated, whole } from './flags.ts';

/** What a network may be called. */
export const NETWORK_NAME = {
  takes: 'a name of letters, digits, dots, dashes and underscores, at most 64',
  isGood: isNetworkName,
};

/** Commands that print records or a table of them. */
export const RECORDS = {
  json: onOff('JSON lines (the default when the output is no terminal)'),
  output: path('FILE', 'write JSON lines to a file, which is there when it is whole'),
  summary: onOff('the table also in a pipe'),
};

/** A table that can be shortened. */
export const TABLE = {
  top: whole('N', 'flows in the table', { least: 0, fallback: 25 }),
  quiet: onOff('totals only', 'q'),
};

/** What Wireshark's engine is told, in the manner of tshark. */
export const DISSECTING = {
  keylog: path('FILE', 'keys of TLS (SSLKEYLOGFILE), so that filters and dissections see what they decrypt'),
  preference: repeated(
    freeText('NAME:VALUE', "a preference of Wireshark's dissectors, such as tcp.check_checksum:TRUE", { short: 'o' }),
  ),
  'decode-as': repeated(
    freeText('TABLE==PORT,NAME', 'what a port is decoded as, such as tcp.port==8888,http', { short: 'd' }),
  ),
};

/** A display filter. */
export const DISPLAY_FILTER = {
  'display-filter': freeText('FILTER', "only packets that a display filter lets through, in Wireshark's language", {
    short: 'Y',
  }),
};

const MOST_SECONDS = 86_400;
const quiet = (which: string, fallback: number): ReturnType<typeof whole<number>> =>
  whole('S', `seconds without a packet after which ${which} is over`, {
    least: 1,
    most: MOST_SECONDS,
    unit: 's',
    fallback,
  });

/** Commands that follow the flows of captures: how flows are told apart. */
export const VLAN = {
  vlan: onOff('VLAN tags keep flows apart: two tenants that use the same addresses are two'),
  'tcp-timeout': quiet('a flow of TCP', DEFAULT_TIMEOUTS.tcpEstablished),
  'udp-timeout': quiet('a flow of UDP', DEFAULT_TIMEOUTS.udp),
  'other-timeout': quiet('any other flow', DEFAULT_TIMEOUTS.other),
};

/** Commands that take several captures of one place. */
export const AS_ONE = {
  'as-one': onOff('the captures of the call are one, in the order of time: the files of a ring, of rotated captures'),
};

/** Commands that read captures to their end. */
export const READING = {
  ...VLAN,
  ...AS_ONE,
  'partial-ok': onOff('a capture of which only a part could be read is no error'),
};

/** Variables of threat rules. */
export const VARIABLES = {
  var: repeated(
    freeText('NAME=VALUE', "addresses or ports of a variable, such as HOME_NET=10.0.0.0/8; Suricata's own otherwise"),
  ),
  vars: path('FILE', 'variables in lines of NAME=VALUE, or those of a suricata.yaml'),
};

/** Which threat rules are asked, and how they are changed before. */
export const CHOICES = {
  disable: repeated(path('FILE', 'rules that are not asked: sid, gid:sid, re:…, group:…, filename:… (disable.conf)')),
  enable: repeated(path('FILE', 'rules that are asked though they are commented out or disabled (enable.conf)')),
  drop: repeated(path('FILE', 'rules whose action becomes drop (drop.conf)')),
  modify: repeated(path('FILE', 'changes of rules: sid "from" "to" (modify.conf)')),
};

/** Commands that tell of matches of threat rules. */
export const EVE = { eve: path('FILE', "write each match as an alert of Suricata's EVE too, JSON lines") };

/** Commands that ask threat rules beside what they judge by. */
export const RULES = {
  rules: repeated(
    path('FILE', "threat rules in Suricata's language, a file, a folder or a suricata.yaml; each match is a record"),
  ),
  ...VARIABLES,
  ...CHOICES,
  ...EVE,
};

/** Entries of lists that never hit. */
export const ALLOW = {
  allow: repeated(path('FILE', 'entries that never hit, in any form of a list; so are files that end in .allow')),
};

/** Commands that hold lists of indicators against what they judge. */
export const INDICATORS = {
  indicators: repeated(
    path(
      'FILE',
      'lists of indicators (abuse.ch, MISP, STIX, OpenIOC, plain), a file or a folder; each hit is a record',
    ),
  ),
  ...ALLOW,
};

export const MODEL = {
  model: path(
    'FILE',
    'a model of yours, also one of ml-random-forest, as JSON; `shipped` or `adopted` instead of a file. Without it the ' +
      'model that was adopted in the window judges, and where none was the shipped one',
  ),
};

/** Commands that judge against what was learned of a network. */
export const FOREIGN = {
  foreign: onOff('ignore the learned baseline of this network'),
  network: freeText('NAME', 'judge against the baseline that was learned by this name', NETWORK_NAME),
};

export const THREADS = {
  threads: whole('N', 'threads, on which results do not depend; without it 2 for files over 150 MB', {
    least: 1,
    most: 16,
  }),
};

/** Commands that print one report. */
export const AS_JSON = { json: onOff('as JSON') };
