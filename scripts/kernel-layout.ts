// Writes kernel/generated/layout.ts: what the kernel has to know of the engine's tables, names and marks. The engine's
// own files are the source; nothing is written down twice.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CAPTURE_GRADES, END_REASONS } from '../contract/index.ts';
import * as decode from '../engine/decode/index.ts';
import { QUANTILES } from '../engine/features/shape.ts';
import { STATE_FEATURES } from '../engine/features/state-part.ts';
import { printable } from '../engine/flow/byte-pool.ts';
import { KEY_WORDS, TUNNEL_HIGH, TUNNEL_LOW } from '../engine/flow/key.ts';
import { LAYER_FIELDS } from '../engine/flow/kernel-layers.ts';
import * as state from '../engine/flow/state.ts';
import * as timeouts from '../engine/flow/timeouts.ts';
import * as links from '../engine/read/link-types.ts';

const lines = ['// Written by scripts/kernel-layout.ts.'];

function constant(name: string, type: 'i32' | 'u32' | 'usize' | 'f64', value: number): void {
  lines.push(`export const ${name}: ${type} = ${value};`);
}

/** A table of numbers; the constant is its address. */
function table(name: string, type: 'u8' | 'f64', numbers: Iterable<number>): void {
  lines.push(`export const ${name}: usize = memory.data<${type}>([${[...numbers].join(', ')}]);`);
}

/** Both ends of each bin, in the unit of the values. */
function ranges(count: number, range: (bin: number) => readonly [number, number], unit: number): number[] {
  return Array.from({ length: count }, (_, bin) => range(bin).map((end) => end * unit)).flat();
}

/** `lastPacket` → `LAST_PACKET`. */
function upper(name: string): string {
  return name.replace(/[A-Z]/g, '_$&').toUpperCase();
}

/** Constants of a module by their names. */
function some(from: Readonly<Record<string, unknown>>, type: 'i32' | 'u32', names: readonly string[]): void {
  for (const name of names) {
    const value = from[name];
    if (typeof value !== 'number') throw new Error(`${name} is no number`);
    constant(name, type, value);
  }
}

// Offsets in bytes within a flow's part of each table.
for (const [name, at] of Object.entries(state.U)) constant(`U_${upper(name)}`, 'usize', at * 4);
for (const [name, at] of Object.entries(state.D)) constant(`D_${upper(name)}`, 'usize', at * 8);
for (const [name, at] of Object.entries(state.H)) constant(`H_${upper(name)}`, 'usize', at * 2);
constant('U_BYTES', 'usize', state.U_STRIDE * 4);
constant('D_BYTES', 'usize', state.D_STRIDE * 8);
constant('H_BYTES', 'usize', state.H_STRIDE * 2);
some(state, 'i32', ['LENGTH_BINS', 'GAP_BINS', 'MARKOV_LENGTHS', 'MARKOV_GAPS', 'SEQUENCE']);
some(state, 'u32', [
  'INITIATOR_LOW',
  'ESTABLISHED',
  'LINGERING',
  'FIN2',
  'FIN_ACKED2',
  'SEQUENCE_KNOWN2',
  'RESET',
  'SYN_SEEN',
  'SYN_ACK_SEEN',
  'RECENT_GAP2',
  'FIRST_SEQUENCE_KNOWN2',
  'ACKNOWLEDGED2',
  'REPLACED',
  'SHARED',
  'RESET_REVERSE',
  'MIDSTREAM',
  'OPTION_SACK',
  'OPTION_TIMESTAMPS',
  'OPTION_MSS',
  'OPTION_SCALE',
  'OPTIONS_SEEN',
]);
table('PRINTABLE', 'u8', printable);
table('LENGTH_RANGES', 'f64', ranges(state.LENGTH_BINS, state.lengthBinRange, 1));
table('GAP_RANGES', 'f64', ranges(state.GAP_BINS, state.gapBinRange, 1e-9));
some(timeouts, 'i32', ['CLASS_OTHER', 'CLASS_ESTABLISHED', 'CLASS_UDP', 'CLASS_LINGER']);
constant('CHECKPOINT_EVERY', 'f64', state.CHECKPOINT_EVERY);
for (const [i, reason] of END_REASONS.entries())
  constant(`END_${reason === 'capture-end' ? 'CAPTURE' : reason.replace('-', '_').toUpperCase()}`, 'i32', i);
for (const [i, grade] of CAPTURE_GRADES.entries()) constant(`GRADE_${grade.replace('-', '_').toUpperCase()}`, 'u32', i);
// Offsets in bytes of features within a vector.
for (const [i, { name }] of STATE_FEATURES.entries())
  constant(`F_${name.replace(/\W/g, '_').toUpperCase()}`, 'usize', i * 4);
constant('STATE_FEATURES', 'usize', STATE_FEATURES.length);
constant('QUANTILE_COUNT', 'usize', QUANTILES.length);
table(
  'QUANTILES',
  'f64',
  QUANTILES.map((percent) => percent / 100),
);
constant('KEY_WORDS', 'i32', KEY_WORDS);
constant('TUNNEL_LOW', 'u32', TUNNEL_LOW);
constant('TUNNEL_HIGH', 'u32', TUNNEL_HIGH);
constant('LAYERS_BYTES', 'i32', LAYER_FIELDS.length * 4);
some(
  decode,
  'i32',
  Object.keys(decode).filter((name) => /^(NET|FRAGMENT|TCP|TCPOPT|MARK|ETHERTYPE|IPPROTO)_/.test(name)),
);
some(
  links,
  'i32',
  Object.keys(links).filter((name) => /^(LINKTYPE|DLT)_/.test(name)),
);
for (const name of ['Ethernet', 'VLAN', 'IPv4', 'IPv6', 'TCP', 'UDP', 'ICMP', 'ICMPv6', 'Raw', 'SLL', 'MPTCP'] as const)
  constant(`P_${name.toUpperCase()}`, 'i32', decode.P[name]);

const [, , to] = process.argv;
const text = `${lines.join('\n')}\n`;
mkdirSync(dirname(to!), { recursive: true });
let before = '';
try {
  before = readFileSync(to!, 'utf8');
} catch {
  // There is none yet.
}
if (before !== text) writeFileSync(to!, text);
