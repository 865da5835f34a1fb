// Of whom matches are counted, and what tells one match from another.
import type { Signature } from '../signature.ts';
import type { RulePacket } from './packet.ts';

/** What makes a match another one for `unique_on`, 0 where all count. */
export function uniqueOf(rule: Signature, p: RulePacket): number {
  const unique = rule.threshold?.unique ?? null;
  if (unique === null) return 0;
  return unique === 'src_port' ? p.sourcePort : p.destinationPort;
}

export function trackKey(rule: Signature, p: RulePacket): string {
  switch (rule.threshold!.track) {
    case 'by_src':
      return `${p.source}`;
    case 'by_dst':
      return `${p.destination}`;
    case 'by_both':
      return `${p.source} ${p.destination}`;
    case 'by_rule':
      return '';
    case 'by_flow': {
      const ends = [`${p.source}:${p.sourcePort}`, `${p.destination}:${p.destinationPort}`].sort();
      return ends.join(' ');
    }
  }
}
