// Where live packets come from beside the helper: ssh, dumpcap, pipes, and what a user types for them.
import { type Attack, instead, type Mitigation } from '../types.ts';

const SHELL: Attack = {
  stride: 'E',
  threat: 'a filter or an interface’s name is run by the shell of the other machine',
  test: ['engine/capture/plan.test.ts', 'what ssh hands to the shell over there arrives as the words that were meant'],
};
const OPTIONS: Attack = {
  stride: 'E',
  threat: 'a host or an interface that is an option of ssh or tcpdump',
  test: ['engine/capture/plan.test.ts', 'hosts and interfaces that are options in disguise are refused'],
};
const FILTER: Attack = {
  stride: 'D',
  threat: 'a capture filter that no program can be handed',
  test: ['engine/capture/bpf.test.ts', 'filters that no program can be handed, and long ones, are answered'],
};
const LENGTH: Attack = {
  stride: 'D',
  threat: 'a capture filter that is checked for ever',
  test: [
    'scripts/faults-native.test.ts',
    '4,096 characters are checked in time; longer ones and NUL are refused in words',
  ],
};
const OWN: Attack = {
  stride: 'I',
  threat: 'the window’s own connection is captured, and with it what it shows',
  test: ['engine/capture/plan.test.ts', 'the window is left out of a capture of loopback, and of nothing else'],
};

export const SOURCES: readonly Mitigation[] = [
  instead(
    'SRC-01',
    'words are quoted for the other shell',
    'engine/capture/plan.ts',
    '...remote.map(quotedWord)]',
    '...remote]',
    SHELL,
  ),
  instead(
    'SRC-02',
    'a host is a host',
    'engine/capture/plan.ts',
    "if (s.kind === 'ssh' && !HOST.test(s.host)) return say('no-host', { host: s.host.slice(0, 80) });",
    '',
    OPTIONS,
  ),
  instead(
    'SRC-03',
    'an interface is no option',
    'engine/capture/plan.ts',
    "(i) => i.startsWith('-') || i.length",
    '(i) => i.length',
    OPTIONS,
  ),
  instead(
    'SRC-04',
    'the window’s own connection is left out',
    'engine/capture/own-window.ts',
    'return filter.length > LONGEST_FILTER ? null : { ...source, filter };',
    'return null;',
    OWN,
  ),
  instead(
    'SRC-05',
    'a filter has no NUL',
    'engine/capture/bpf.ts',
    "if (nul >= 0) return { at: nul, length: 1, message: say('no-nul-here') };",
    '',
    FILTER,
  ),
  instead(
    'SRC-06',
    'a filter is so long only',
    'engine/capture/bpf.ts',
    'if (filter.length > LONGEST_FILTER) {',
    'if (filter.length > 1e9) {',
    LENGTH,
  ),
  instead(
    'SRC-07',
    'a filter is no option',
    'engine/capture/plan.ts',
    "'--',\n    c.filter.trim()",
    'c.filter.trim()',
    SHELL,
  ),
];
