// `sightline rules`: threat rules in Suricata's language, checked, asked of captures, explained and measured.
import { CHOICES, EVE, RECORDS, VARIABLES } from '../common-flags.ts';
import { UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { EveFile } from '../eve-file.ts';
import { freeText, onOff, path, repeated, whole } from '../flags.ts';
import { RecordWriter } from '../output.ts';
import { checkRules } from '../rule-check.ts';
import { wantedRules } from '../rule-explain.ts';
import { calledRules, ruleCall, sayUnread } from '../rule-files.ts';
import { profileRules } from '../rule-profile.ts';
import { testRules } from '../rule-test.ts';
import { Tally } from '../tally.ts';
import { terminal } from '../terminal.ts';

const WHAT = ['check', 'test', 'profile'] as const;
type What = (typeof WHAT)[number];

/** Captures may stand beside the rules: no file of rules is called so. */
const CAPTURE = /\.(?:pcap|pcapng|cap|snoop|erf)(?:\.(?:gz|zst|lz4|bz2|xz))?$/i;

/** Options of one of the three. */
const ONLY: Readonly<Record<string, readonly What[]>> = {
  capture: ['test', 'profile'],
  explain: ['test'],
  packet: ['test'],
  eve: ['test'],
  top: ['profile'],
};

export const command = defineCommand({
  name: 'rules',
  summary: "Rules in Suricata's language: checked, asked of captures, explained, measured",
  usage: 'check FILE|FOLDER… | test FILE|FOLDER… CAPTURE… | profile FILE|FOLDER… CAPTURE…',
  takesPaths: true,
  flags: {
    capture: repeated(
      path(
        'FILE',
        'test, profile: a capture that the rules are asked of, whatever its name; *.pcap and its like need no --capture',
      ),
    ),
    explain: repeated(
      freeText('SIDS', 'test: why these rules match or do not, step by step: sids or gid:sid between commas, or all'),
    ),
    packet: whole('N', 'test: explain at this packet, from 1; without it where each rule came furthest', { least: 1 }),
    ...EVE,
    top: whole('N', 'profile: rules in the table (25 without it)', { least: 1 }),
    ...VARIABLES,
    ...CHOICES,
    ...RECORDS,
    'partial-ok': onOff('a capture of which only a part could be read is no error'),
  },
  examples: [
    'sightline rules check local.rules',
    'sightline rules test local.rules capture.pcap --explain 1000001',
    'sightline rules test rules/ --capture capture.pcap --var HOME_NET=192.168.1.0/24 --eve eve.json',
    'sightline rules profile rules/ --capture capture.pcap --disable disable.conf',
  ],
  run: async (o, words, folders) => {
    const [said, ...named] = words;
    const paths = named.filter((path) => !CAPTURE.test(path));
    const captures = [...o.capture, ...named.filter((path) => CAPTURE.test(path))];
    const what = WHAT.find((w) => w === said);
    if (what === undefined) throw new UsageError('rules takes check, test or profile, then files of rules');
    if (paths.length === 0) throw new UsageError(`rules ${what} takes files or folders of rules`);
    const given = { capture: captures.length > 0, explain: o.explain.length > 0, packet: o.packet !== null };
    for (const [name, isGiven] of Object.entries({ ...given, eve: o.eve !== null, top: o.top !== null }))
      if (isGiven && !ONLY[name]!.includes(what))
        throw new UsageError(`--${name} is for rules ${ONLY[name]!.join(' and ')}`);
    if (o.packet !== null && o.explain.length === 0) throw new UsageError('--packet belongs to --explain');
    if (what !== 'check' && captures.length === 0) throw new UsageError('say of which capture: --capture FILE');
    const wanted = o.explain.length === 0 ? null : wantedRules(o.explain);
    const rules = calledRules(await ruleCall(paths, o));
    sayUnread(rules);
    const out = {
      writer: new RecordWriter(o.output),
      asJson: o.json || o.output !== null || (!terminal.shown && !o.summary),
    };
    if (what === 'check') return checkRules(rules, out);
    const tally = new Tally(o['partial-ok']);
    if (what === 'profile') return profileRules(rules, { ...out, captures, top: o.top ?? 25 }, tally, folders);
    const eve = o.eve === null ? null : new EveFile(o.eve, o.output);
    return testRules(rules, { ...out, captures, eve, wanted, packet: o.packet }, tally, folders);
  },
});
