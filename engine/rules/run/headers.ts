// Whether a packet's protocol, flow and places are those of a rule's header.
import { IPPROTO_ICMP, IPPROTO_ICMPV6, IPPROTO_TCP, IPPROTO_UDP } from '../../decode/index.ts';
import type { Signature } from '../signature.ts';
import { IPPROTO_SCTP, type RulePacket } from './packet.ts';
import type { RuleFlow } from './rule-flow.ts';

export function transportFits(rule: Signature, p: RulePacket, flow: RuleFlow | null): boolean {
  return isOfTransport(rule, p) && (rule.applications.length === 0 || isOfApplication(rule, flow));
}

function isOfApplication({ applications }: Signature, flow: RuleFlow | null): boolean {
  if (flow === null) return false;
  if (applications.includes(flow.applicationName)) return true;
  if (flow.application === null) return false;
  return flow.application.transactions.some((t) => applications.includes(t.application));
}

function isOfTransport(rule: Signature, p: RulePacket): boolean {
  const ipProtocol = p.transport;
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

/** Whether a packet's addresses and ports are those of the rule's header, either way for `<>`. */
export function placesFit(rule: Signature, p: RulePacket): boolean {
  if (!p.isIp) return rule.source.any && rule.destination.any && rule.sourcePort.any && rule.destinationPort.any;
  const { sourcePort: sp, destinationPort: dp } = p;
  const hasPorts = p.pseudo || p.layers.hasPorts;
  if (portsFit(rule, sp, dp, hasPorts) && addressesFit(rule, p, false)) return true;
  return rule.bothWays && portsFit(rule, dp, sp, hasPorts) && addressesFit(rule, p, true);
}

function portsFit(rule: Signature, sp: number, dp: number, hasPorts: boolean): boolean {
  return (
    (rule.sourcePort.any || (hasPorts && rule.sourcePort.has(sp))) &&
    (rule.destinationPort.any || (hasPorts && rule.destinationPort.has(dp)))
  );
}

function addressesFit({ source, destination }: Signature, p: RulePacket, turned: boolean): boolean {
  if (p.is4) {
    const [from, to] = turned ? [p.destination4, p.source4] : [p.source4, p.destination4];
    return (source.any || source.has4(from)) && (destination.any || destination.has4(to));
  }
  const [from, to] = turned ? [p.destination, p.source] : [p.source, p.destination];
  return (source.any || source.has(from)) && (destination.any || destination.has(to));
}
