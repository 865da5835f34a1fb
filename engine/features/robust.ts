// Features that say more of the laboratory than of the traffic, and are therefore in no model that judges elsewhere
// (docs/detection.md, 'The model'): models without them keep their threshold when its source changes.
import { FEATURES } from './schema.ts';

/** Names, or beginnings of names with a final `*`, and why. */
const LABORATORY: readonly (readonly [string, string])[] = [
  ['handshake_rtt', 'a LAN, or a NAT on the same machine, answers a SYN in a tenth of a millisecond'],
  ['client_rtt', 'where the capture was made, not what was captured'],
  ['first_response', 'the distance to the server, and a laboratory has none'],
  ['gap_fwd_min', 'the clock of the capturing machine'],
  ['gap_rev_min', 'the clock of the capturing machine'],
  ['gap_both_min', 'the clock of the capturing machine'],
  ['seq_gap_*', 'handshake times one by one'],
  ['markov_gap_*', 'the same times as a table'],
  ['markov_len_*', 'segment lengths one by one: what a network card merges'],
  ['hop_spread_*', 'where the capture was made'],
  ['tcp_fwd_zero_windows', 'slow virtual machines'],
  ['tcp_rev_zero_windows', 'slow virtual machines'],
  ['tcp_fwd_keep_alives', 'how long the capture ran'],
  ['tcp_rev_keep_alives', 'how long the capture ran'],
  ['name_ttl', 'which resolver was asked'],
  ['name_age', 'whether the capture began before the question'],
  ['port_class_initiator', 'the system’s range of ports'],
  ['one_way', 'where the capture was made'],
  ['ended_idle', 'whether the capture ran on after the flow'],
  ['dns_unanswered', 'where the capture was made'],
];

/** Names of the features that a judging model may use. */
export function robustFeatures(): ReadonlySet<string> {
  const dropped = (name: string): boolean =>
    LABORATORY.some(([l]) => (l.endsWith('*') ? name.startsWith(l.slice(0, -1)) : name === l));
  return new Set(FEATURES.flatMap((f) => (f.kind === 'context' || dropped(f.name) ? [] : [f.name])));
}
