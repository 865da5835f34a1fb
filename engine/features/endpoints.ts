// Group J: classes of endpoints. No address and no port number enters a vector.
import { IPPROTO_TCP, NET_IP4, NET_IP6, type AddressTable } from '../decode/index.ts';
import { byPorts, sameService, tcpPorts, udpPorts } from '../protocols/index.ts';
import { type AddressId, addressId } from '../../contract/index.ts';
import type { FactsGroup } from './context.ts';
import { packetsOf, payloadsOf } from './evidence.ts';
import { classes, feature, places, rowsOf } from './rows.ts';

const port = rowsOf(packetsOf(2, 'ports'));
const address = rowsOf(packetsOf(2, 'addresses'), 'context');

/** `portClass` tells it. */
const PORTS = classes(0, ['well-known', '知名'], ['registered', '注册'], ['dynamic', '动态']);
/** `scope` tells it. */
const SCOPES = classes(0, ['private', '私有'], ['public', '公共'], ['multicast or broadcast', '组播或广播']);

const FEATURES = [
  port('port_class_initiator', PORTS, 'initiator’s port (#)', '发起方的端口类别'),
  port('port_class_responder', PORTS, 'responder’s port (#)', '响应方的端口类别'),
  feature('app_known', 'flag', 'the protocol was recognised by its content', '已按内容识别协议', payloadsOf(2)),
  port('app_on_usual_port', 'flag', 'recognised protocol on its registered port', '协议使用其注册端口'),
  port('port_registered', 'flag', 'the responder’s port is registered for some protocol', '响应方端口已注册'),
  address('scope_initiator', SCOPES, 'initiator’s address (#)', '发起方的地址类别'),
  address('scope_responder', SCOPES, 'responder’s address (#)', '响应方的地址类别'),
];
const AT = places(FEATURES);

export const endpointGroup: FactsGroup = {
  letter: 'J',
  where: 'facts',
  title: 'Endpoints',
  source: 'engine/features/endpoints.ts',
  features: FEATURES,
  fill(v, out, at) {
    const c = v.columns;
    const row = v.row;
    const responderPort = c.responderPort[row]!;
    const app = v.service;
    let usual = 0;
    if (c.hasPorts[row] === 1) {
      const table = c.ipProtocol[row] === IPPROTO_TCP ? tcpPorts : udpPorts;
      usual = byPorts(table, responderPort, responderPort);
      out[at + AT.port_class_initiator] = portClass(c.initiatorPort[row]!);
      out[at + AT.port_class_responder] = portClass(responderPort);
    }
    out[at + AT.app_known] = app !== 0 ? 1 : 0;
    if (app !== 0) out[at + AT.app_on_usual_port] = sameService(usual, app) ? 1 : 0;
    out[at + AT.port_registered] = usual !== 0 ? 1 : 0;
    out[at + AT.scope_initiator] = scope(v.addresses, addressId(c.initiator[row]!));
    out[at + AT.scope_responder] = scope(v.addresses, addressId(c.responder[row]!));
  },
};

/** RFC 6335, 6. @returns a value of PORTS */
function portClass(of: number): number {
  if (of < 1024) return 0;
  return of < 49_152 ? 1 : 2;
}

/** RFC 1918, 3927, 4193, 4291, 6598. @returns a value of SCOPES */
function scope(addresses: AddressTable, id: AddressId): number {
  const kind = addresses.kind(id);
  const w = addresses.word(id, 0);
  if (kind === NET_IP4) {
    if (w >>> 28 >= 14) return 2;
    const a = w >>> 24;
    const b = (w >>> 16) & 255;
    return a === 10 ||
      a === 127 ||
      a === 0 ||
      (a === 172 && b >= 16 && b < 32) ||
      (a === 192 && b === 168) ||
      (a === 169 && b === 254) ||
      (a === 100 && b >= 64 && b < 128)
      ? 0
      : 1;
  }
  if (kind === NET_IP6) {
    if (w >>> 24 === 0xff) return 2;
    return w >>> 25 === 0x7e || w >>> 22 === 0x3fa || w === 0 ? 0 : 1;
  }
  return 1;
}
