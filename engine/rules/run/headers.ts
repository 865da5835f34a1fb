// Whether a packet's protocol, flow and places are those of a rule's header.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../decode/index.ts';
import type { Signature } from '../signature.ts';
import { IPPROTO_SCTP, type RulePacket } from './packet.ts';
import type { RuleFlow } from './rule-flow.ts';

export function transportFits(rule: Signature, p: RulePacket, flow: RuleFlow | null): boolean {
  const ipProtocol = p.transport;
  if (rule.applications.length > 0 && (flow === null || flow.application === null)) {
    if (flow === null || !rule.applications.includes(flow.applicationName)) return false;
  }
  if (rule.applications.length > 0 && !rule.applications.includes(flow!.applicationName)) {
    if (!flow!.application!.transactions.some((t) => rule.applications.includes(t.application))) return false;
  }
  switch (rule.transport) {
    case 'any':
    case 'ip':
      if (rule.protocol === 'ipv4') return p.layers.net === 4;
      if (rule.protocol === 'ipv6') return p.layers.net === 6;
      return p.isIp;
    case 'pkthdr':
    case 'ether':
      return true;
    case 'arp':
      return !p.isIp;
    case 'tcp':
    case 'tcp-pkt':
    case 'tcp-stream':
      return ipProtocol === IPPROTO_TCP;
    case 'udp':
      return ipProtocol === IPPROTO_UDP;
    case 'sctp':
      return ipProtocol === IPPROTO_SCTP;
    case 'icmp':
      if (rule.protocol === 'icmpv4') return ipProtocol === IPPROTO_ICMP;
      if (rule.protocol === 'icmpv6') return ipProtocol === IPPROTO_ICMPV6;
      return ipProtocol === IPPROTO_ICMP || ipProtocol === IPPROTO_ICMPV6;
  }
}

export function flowFits(rule: Signature, p: RulePacket, flow: RuleFlow | null): boolean {
  const { direction, established, fragments } = rule.flow;
  if (fragments !== 'any' && (p.layers.fragment !== 0) !== (fragments === 'only')) return false;
  if (direction === 'both' && established === 'any') return true;
  if (flow === null) return false;
  if (direction !== 'both' && (direction === 'toServer' ? 0 : 1) !== p.dir) return false;
  if (established === 'any') return true;
  const state = p.transport === IPPROTO_TCP ? flow.stateBefore : flow.state;
  return (state !== 'new') === (established === 'yes');
}

export function placesFit(
  rule: Signature,
  source: bigint,
  sp: number,
  destination: bigint,
  dp: number,
  p: RulePacket,
): boolean {
  if (!p.isIp) return rule.source.any && rule.destination.any && rule.sourcePort.any && rule.destinationPort.any;
  const hasPorts = p.pseudo || p.layers.hasPorts;
  return (
    (rule.sourcePort.any || (hasPorts && rule.sourcePort.has(sp))) &&
    (rule.destinationPort.any || (hasPorts && rule.destinationPort.has(dp))) &&
    (rule.source.any || rule.source.has(source)) &&
    (rule.destination.any || rule.destination.has(destination))
  );
}
