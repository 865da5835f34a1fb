// What rules ask of a packet's headers and of its flow's numbers.
import { passes } from '../integers.ts';
import type { PacketAsk } from '../signature.ts';
import { IPPROTO_TCP } from '../../decode/index.ts';
import type { RulePacket } from './packet.ts';
import type { RuleFlow } from './rule-flow.ts';

/** Reputations of addresses by category. */
export interface Reputations {
  of(address: bigint, category: string): number | null;
}

export function packetPasses(ask: PacketAsk, p: RulePacket, flow: RuleFlow | null, reputations: Reputations): boolean {
  switch (ask.of) {
    case 'number':
      return numberPasses(ask, p, flow);
    case 'flags':
      return flagsPass(ask, ask.field === 'tcp' ? p.tcpFlags : p.fragmentBits);
    case 'sameip':
      return p.isIp && p.source === p.destination;
    case 'address':
      return p.isIp && ask.set.has(ask.side === 'source' ? p.source : p.destination);
    case 'reputation':
      return reputed(ask, p, reputations);
    case 'event':
      return flow?.events.has(ask.event) === true || p.events.has(ask.event);
    case 'application':
      return applicationPasses(ask, flow);
    case 'streamSize':
      return streamPasses(ask, flow);
    case 'checksum': {
      const fits = p.checksum(ask.layer);
      return fits !== null && fits === ask.valid;
    }
    case 'rpc':
      return rpcPasses(ask, p.payload, p.layers.ipProtocol === IPPROTO_TCP);
  }
}

function applicationPasses(ask: Extract<PacketAsk, { of: 'application' }>, flow: RuleFlow | null): boolean {
  const now = flow?.applicationName ?? 'unknown';
  const name = ask.side === 'original' ? (flow?.originalName ?? now) : now;
  if (name === 'unknown' && !ask.names.includes('unknown')) return false;
  return ask.names.includes(name) !== ask.not;
}

function numberPasses(ask: Extract<PacketAsk, { of: 'number' }>, p: RulePacket, flow: RuleFlow | null): boolean {
  const { field, test } = ask;
  if (field.startsWith('flow.')) {
    if (flow === null) return false;
    const values = flowNumbers(field, flow);
    return values.some((n) => passes(test, n));
  }
  if (field.startsWith('vlan.id')) return vlanPasses(field, test, p.vlans);
  const n = p.headerNumber(field);
  return n !== null && passes(test, n);
}

function vlanPasses(
  field: string,
  test: Extract<PacketAsk, { of: 'number' }>['test'],
  ids: readonly number[],
): boolean {
  const which = field.slice('vlan.id.'.length);
  if (which === '') return ids.some((n) => passes(test, n));
  if (which === 'all') return ids.length > 0 && ids.every((n) => passes(test, n));
  if (which === 'count' || which === 'nb') return passes(test, ids.length);
  const id = ids.at(Number(which));
  return id !== undefined && passes(test, id);
}

function flowNumbers(field: string, flow: RuleFlow): readonly number[] {
  const [name, side = ''] = field.split('_');
  if (name === 'flow.age') return [Math.max(0, flow.lastSeconds - flow.firstSeconds)];
  const [to, back] = name === 'flow.pkts' ? flow.packets : flow.wire;
  if (side === 'toserver') return [to];
  if (side === 'toclient') return [back];
  return side === 'either' ? [to, back] : [to + back];
}

function flagsPass(ask: Extract<PacketAsk, { of: 'flags' }>, flags: number | null): boolean {
  if (flags === null) return false;
  const seen = flags & ~ask.ignored;
  switch (ask.mode) {
    case '=':
      return seen === ask.bits;
    case '+':
      return (seen & ask.bits) === ask.bits;
    case '*':
      return (seen & ask.bits) !== 0;
    case '!':
      return (seen & ask.bits) !== ask.bits;
  }
}

function reputed(ask: Extract<PacketAsk, { of: 'reputation' }>, p: RulePacket, reputations: Reputations): boolean {
  if (!p.isIp) return false;
  const one = (address: bigint): boolean => {
    const said = reputations.of(address, ask.category);
    if (ask.test === 'isset' || ask.test === 'isnotset') return (said !== null) === (ask.test === 'isset');
    return said !== null && passes(ask.test, said);
  };
  switch (ask.side) {
    case 'src':
      return one(p.source);
    case 'dst':
      return one(p.destination);
    case 'both':
      return one(p.source) && one(p.destination);
    case 'any':
      return one(p.source) || one(p.destination);
  }
}

function streamPasses(ask: Extract<PacketAsk, { of: 'streamSize' }>, flow: RuleFlow | null): boolean {
  if (flow === null || flow.transport !== IPPROTO_TCP) return false;
  const [client, server] = flow.streams.map((s) => s.seen) as [number, number];
  switch (ask.side) {
    case 'client':
      return passes(ask.test, client);
    case 'server':
      return passes(ask.test, server);
    case 'both':
      return passes(ask.test, client) && passes(ask.test, server);
    case 'either':
      return passes(ask.test, client) || passes(ask.test, server);
  }
}

/** A call of ONC RPC (RFC 5531): program, version, procedure. */
function rpcPasses(ask: Extract<PacketAsk, { of: 'rpc' }>, b: Uint8Array, overTcp: boolean): boolean {
  const at = overTcp ? 4 : 0;
  if (b.length < at + 24) return false;
  const word = (i: number): number => new DataView(b.buffer, b.byteOffset + at + i * 4, 4).getUint32(0);
  if (word(1) !== 0 || word(2) !== 2 || word(3) !== ask.program) return false;
  return (ask.version === null || ask.version === word(4)) && (ask.procedure === null || ask.procedure === word(5));
}
