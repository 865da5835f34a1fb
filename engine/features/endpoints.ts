// Group J: classes of endpoints. No address and no port number enters a vector.
import { NET_IP4, NET_IP6, type AddressTable } from '../decode/index.ts';
import { byPorts, sameService, tcpPorts, udpPorts } from '../protocols/index.ts';
import type { AddressId } from '../../contract/index.ts';
import { feature, packetsOf, type FactsGroup } from './context.ts';

const ports = packetsOf(2, 'ports');
const addresses = packetsOf(2, 'addresses');

export const endpointGroup: FactsGroup = {
  letter: 'J',
  where: 'facts',
  title: 'Endpoints',
  source: 'features/endpoints.ts',
  features: [
    feature(
      'port_class_initiator',
      'class',
      'initiator’s port (0 well-known, 1 registered, 2 dynamic)',
      '发起方的端口类别',
      ports,
    ),
    feature(
      'port_class_responder',
      'class',
      'responder’s port (0 well-known, 1 registered, 2 dynamic)',
      '响应方的端口类别',
      ports,
    ),
    feature('app_known', 'flag', 'the protocol was recognised by its content', '已按内容识别协议', {
      by: 'packets',
      dir: 2,
      payload: true,
    }),
    feature('app_on_usual_port', 'flag', 'recognised protocol on its registered port', '协议使用其注册端口', ports),
    feature(
      'port_registered',
      'flag',
      'the responder’s port is registered for some protocol',
      '响应方端口已注册',
      ports,
    ),
    feature(
      'scope_initiator',
      'class',
      'initiator’s address (0 private, 1 public, 2 multicast or broadcast)',
      '发起方的地址类别',
      addresses,
      'context',
    ),
    feature(
      'scope_responder',
      'class',
      'responder’s address (0 private, 1 public, 2 multicast or broadcast)',
      '响应方的地址类别',
      addresses,
      'context',
    ),
  ],
  fill(v, out, at) {
    const c = v.columns;
    const row = v.row;
    const hasPorts = c.hasPorts[row] === 1;
    const protocol = c.ipProtocol[row]!;
    const responderPort = c.responderPort[row]!;
    const table = protocol === 6 ? tcpPorts : udpPorts;
    const app = v.service;
    const usual = hasPorts ? byPorts(table, responderPort, responderPort) : 0;
    out[at] = hasPorts ? portClass(c.initiatorPort[row]!) : NaN;
    out[at + 1] = hasPorts ? portClass(responderPort) : NaN;
    out[at + 2] = app !== 0 ? 1 : 0;
    out[at + 3] = app === 0 ? NaN : sameService(usual, app) ? 1 : 0;
    out[at + 4] = usual !== 0 ? 1 : 0;
    out[at + 5] = scope(v.addresses, c.initiator[row]! as AddressId);
    out[at + 6] = scope(v.addresses, c.responder[row]! as AddressId);
  },
};

/** RFC 6335, 6. */
function portClass(port: number): number {
  return port < 1024 ? 0 : port < 49_152 ? 1 : 2;
}

/** RFC 1918, 3927, 4193, 4291, 6598. */
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
