import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { inChunk, protocolName } from '../decode/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis } from '../session/index.ts';
import { clientHello, packetsOf, pcap, tcp, testRandom, udp } from '../testing/packets.ts';
import { noHints, Payload } from './payload.ts';
import { byPorts, PORT_ROWS, portTable, serviceId, tcpPorts, udpPorts, type PortRow } from './ports.ts';
import { ServiceTable, type Service } from './services.ts';
import { TCP_SERVICES } from './tcp-services.ts';
import { UDP_SERVICES } from './udp-services.ts';

const hex = (text: string): Uint8Array => Buffer.from(text.replaceAll(' ', ''), 'hex');
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1');
const zeros = (count: number): string => '00'.repeat(count);
/** Payloads of a flow; the row has to recognise the last. */
type Example = readonly (string | Uint8Array)[];

/** An example of each row, in the table's order; where it is 'answered', the last payload comes from the other side. */
const OVER_TCP: readonly (readonly [string, Example, 'answered'?])[] = [
  ['TLS', [clientHello('a')]],
  ['BitTorrent', ['\x13BitTorrent protocol........']],
  ['MQTT', [hex('101000044d5154540402003c000474657374')]],
  ['RDP', [hex('0300000b06e00000000000')]],
  ['DCERPC', [hex('05000b03100000001400000001000000d016d016')]],
  ['Socks', [hex('05020002')]],
  ['Socks', [hex('04010050c0a80001414200')]],
  ['TELNET', [hex('fffd18fffd20')]],
  ['SMB', [hex(`00000054ff534d42${zeros(84)}`)]],
  ['SMB2', [hex(`00000054fe534d42${zeros(84)}`)]],
  ['STUN', [hex('000100002112a442000102030405060708090a0b')]],
  ['STUN', [hex('010100002112a442000102030405060708090a0b')]],
  ['SSH', ['SSH-2.0-x\r\n']],
  ['HTTP2', ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n']],
  ['VNC', ['RFB 003.008\n']],
  ['RTSP', ['RTSP/1.0 200 OK\r\n\r\n']],
  ['XMPP/XML', ["<?xml version='1.0'?><stream:stream to='a'>"]],
  ['XMPP/XML', ["<stream:stream to='a'>"]],
  ['XMPP/XML', ['<?xml version="1.0"?><stream:stream to="a">']],
  ['RSYNC', ['@RSYNCD: 31.0\n']],
  ['AMQP', ['AMQP\0\0\x09\x01']],
  ['RMI', ['JRMI\0\x02K']],
  ['Ceph', ['ceph v2\n']],
  ['GIOP', [hex('47494f5001020000000000100000000000000000')]],
  ['FIX', ['8=FIX.4.2\x019=5\x01']],
  ['NATS', ['NATS/1.0 OK\r\n']],
  ['HTTP', ['GET /x HTTP/1.1\r\nHost: a\r\n\r\n']],
  ['SMTP', ['220 mx ESMTP ready\r\n']],
  ['FTP', ['220 FTP ready\r\n']],
  ['SMTP', ['220 hello\r\n', 'EHLO me\r\n']],
  ['POP', ['+OK POP3 ready\r\n']],
  ['IMAP', ['* OK ready\r\n']],
  ['IMAP', ['a1 LOGIN me pass\r\n']],
  ['POP', ['+OK ready\r\n', 'USER me\r\n']],
  ['FTP', ['331 Password\r\n']],
  ['FTP', ['220 hello\r\n', 'USER me\r\n']],
  ['SIP', ['BYE sip:a@b SIP/2.0\r\n']],
  ['RTSP', ['DESCRIBE rtsp://a/b RTSP/1.0\r\n']],
  ['OpenVPN', [hex(`000e 38 ${'11'.repeat(8)} 00 00000000`)]],
  ['DNS', [hex('001d abcd01000001000000000000076578616d706c6503636f6d0000010001')]],
];

const dhcp = hex(`010106${zeros(233)}63825363${zeros(4)}`);
const rtp = (number: number): Uint8Array => hex(`8000000${number}0000000${number}01020304${'05'.repeat(40)}`);
const wireGuard = (counter: number): Uint8Array => hex(`04000000 01020304 0${counter}${zeros(7)} ${'09'.repeat(16)}`);

const OVER_UDP: readonly (readonly [string, Example, 'answered'?])[] = [
  ['STUN', [hex('000100002112a442000102030405060708090a0b')]],
  ['DHCP', [dhcp]],
  ['WireGuard', [hex(`01000000${'09'.repeat(144)}`)]],
  ['BitTorrent', ['d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe']],
  ['BitTorrent', [hex('00000417271019800000000001020304')]],
  ['SSDP', ['M-SEARCH * HTTP/1.1\r\n\r\n']],
  ['SSDP', ['NOTIFY * HTTP/1.1\r\n\r\n']],
  ['SSDP', ['HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n']],
  ['SIP', ['OPTIONS sip:a@b SIP/2.0\r\n\r\n']],
  ['DTLS', [hex(`16fefd00000000000000000010${'01'.repeat(16)}`)]],
  ['DTLS', [hex(`16fefd00000000000000000400${'01'.repeat(16)}`)]],
  ['QUIC', [hex(`c00000000108${'01'.repeat(30)}`)]],
  ['GQUIC', [hex(`0d${'01'.repeat(8)}51303433${'00'.repeat(12)}`)]],
  ['SMB', [hex(`1102${zeros(80)}ff534d42${zeros(30)}`)]],
  ['PNIO-CM', [hex(`040020${zeros(21)}dea00001${zeros(60)}`)]],
  ['STUN', [hex('000100000102030405060708090a0b0c0d0e0f10')]],
  ['MPEG TS', [hex(`47${zeros(187)}`)]],
  ['BT-DHT', ['d2:ro2:it is bencoded']],
  ['BitTorrent', [hex(`41000102${zeros(16)}`), hex(`21000102${zeros(16)}`)], 'answered'],
  ['WireGuard', [hex(`04000000${'09'.repeat(60)}`)]],
  ['WireGuard', [wireGuard(1), wireGuard(2)]],
  ['OpenVPN', [hex(`38${'11'.repeat(8)}00 00000000`), hex(`40${'11'.repeat(25)}`)]],
  ['NTP', [hex(`e3000000${zeros(36)}e0000000${zeros(4)}`)]],
  ['DNS', [hex('abcd01000001000000000000076578616d706c6503636f6d0000010001')]],
  ['DHCPv6', [hex('01abcdef0001000400010203')]],
  ['RTCP', [hex('81c9000701020304'), hex(`81c90007${'01'.repeat(28)}`)]],
  ['RTCP', [hex('80c9000101020304')]],
  ['RTP', [rtp(1), rtp(2), rtp(3)]],
];

/** A row by itself, asked for the flow. */
function alone(row: Service): ServiceTable {
  return new ServiceTable([{ ...row, flow: undefined }]);
}

const TABLES = [
  { transport: 'tcp', table: TCP_SERVICES, examples: OVER_TCP, ports: tcpPorts },
  { transport: 'udp', table: UDP_SERVICES, examples: OVER_UDP, ports: udpPorts },
] as const;

function bytesOf(part: string | Uint8Array): Uint8Array {
  return typeof part === 'string' ? latin(part) : part;
}

test('each row recognises its example, under a name that ports.ts knows', () => {
  for (const { transport, table, examples } of TABLES) {
    assert.deepEqual(
      table.rows.map(({ name }) => name),
      examples.map(([name]) => name),
      `an example for each row over ${transport}, in the table's order`,
    );
    for (const [i, row] of table.rows.entries()) {
      const p = new Payload();
      const only = alone(row);
      const [, example, answered] = examples[i]!;
      const parts = example.map(bytesOf);
      const last = parts.pop()!;
      // Of what comes before, the row itself or another keeps a hint.
      for (const b of parts) if (only.service(p.set(b, 0, b.length, b.length)) === 0) table.service(p);
      p.dir = answered === 'answered' ? 1 : 0;
      const found = only.service(p.set(last, 0, last.length, last.length));
      assert.equal(protocolName(found), row.name, `row ${i} over ${transport}`);
      assert.equal(found, serviceId(row.name));
    }
  }
});

/**
 * What the Protocol column calls an example's last payload where the row says no other word and a further walk does.
 */
const WALKED: Readonly<Record<string, string>> = { SMB: 'SMB', SMB2: 'SMB2' };

test('what a row shows in the column the flow is told by too, on ports that say nothing', () => {
  for (const { transport, table, examples, ports } of TABLES) {
    assert.equal(byPorts(ports, 40_000, 7_777), 0);
    for (const [i, row] of table.rows.entries()) {
      if (row.column === undefined) continue;
      const data = bytesOf(examples[i]![1].at(-1)!);
      const [from, to] = ['10.0.0.1:40000', '10.0.0.2:7777'];
      const frame =
        transport === 'tcp' ? tcp(from!, to!, { flags: 'PA', seq: 1, ack: 1, data }) : udp(from!, to!, data);
      const services: number[] = [];
      const analysis = new Analysis({ completed: (a, slot) => services.push(a.inspector.service(slot)) });
      new CaptureStream(analysis).push(pcap(packetsOf([frame])));
      const shown = protocolName(analysis.packets.chunk(packetRow(0)).protocol[inChunk(packetRow(0))]!);
      analysis.finish();
      const said = `row ${i} (${row.name}) over ${transport}`;
      if (typeof row.shows === 'function') assert.match(shown, new RegExp(`^${row.name}`), said);
      else assert.equal(shown, WALKED[row.name] ?? row.shows ?? row.name, said);
      assert.equal(protocolName(services[0]!), row.flow === false ? 'UNKNOWN' : row.name, said);
    }
  }
});

test('no two certain rows claim the same bytes, so that their order hides nothing', () => {
  const random = testRandom(23);
  const below = (n: number): number => Math.floor(random() * n);
  for (const { transport, table, examples } of TABLES) {
    const certain = table.rows.flatMap((row) => (row.certainty === 'certain' ? [{ row, only: alone(row) }] : []));
    const whole = examples.flatMap(([, parts]) => parts.map(bytesOf));
    const p = new Payload();
    let claimed = 0;
    for (let round = 0; round < 20_000; round++) {
      // Examples with some bytes changed, two of them together, and bytes by chance.
      const from = round % 4 === 3 ? new Uint8Array(below(300)).map(() => below(256)) : whole[below(whole.length)]!;
      const b = round % 4 === 2 ? Uint8Array.from([...from, ...whole[below(whole.length)]!]) : Uint8Array.from(from);
      for (let n = below(4); n > 0 && b.length > 0; n--) b[below(Math.min(b.length, 24))] = below(256);
      p.set(b, 0, b.length, b.length + (random() < 0.1 ? below(40) : 0));
      const names = new Set<string>();
      for (const { row, only } of certain) {
        p.hints = noHints();
        if (only.service(p) !== 0) names.add(row.name);
      }
      if (names.size > 0) claimed++;
      const both = [...names].sort().join(' and ');
      assert.ok(names.size < 2, `${both} over ${transport}: ${Buffer.from(b).toString('hex')}`);
    }
    assert.ok(claimed > 3_000, `${claimed} of 20,000 over ${transport} were claimed`);
  }
});

test('rows that are wrong are refused when they are loaded, with what to do', () => {
  const row = (over: Partial<Service>): Service => ({ name: 'SSH', certainty: 'certain', begins: ['x'], ...over });
  assert.throws(() => new ServiceTable([row({ name: 'Redis' })]), /'Redis', which ports.ts does not know: add it/);
  assert.throws(() => new ServiceTable([row({ name: 'ssh' })]), /'ssh', which ports.ts does not know: write 'SSH'/);
  assert.throws(() => new ServiceTable([row({ shows: 'Xmpp' })]), /does not know/);
  assert.throws(
    () => new ServiceTable([row({ name: 'DNS', certainty: 'likely' }), row({})]),
    /'SSH' is certain and stands behind 'DNS', which is only likely/,
  );
  assert.throws(() => new ServiceTable([{ name: 'SSH', certainty: 'certain' }]), /neither 'begins' nor a test/);
});

test('the ports’ table refuses a port twice, a name twice, and zero', () => {
  const table = (...rows: PortRow[]): Uint16Array => portTable(rows, 'tcp');
  assert.throws(() => table(['Git', 'tcp', 9418], ['GIT', 'tcp', 9418]), /'Git' and 'GIT' both claim tcp port 9418/);
  assert.throws(() => table(['X11', 'tcp', [6000, 6063]], ['IRC', 'tcp', 6010]), /'X11' and 'IRC' both claim/);
  assert.throws(() => table(['FIX', 'tcp', 0]), /0 of 'FIX' is no port/);
  assert.throws(() => table(['FIX', 'tcp', [9, 8]]), /9 to 8 of 'FIX' is no port/);
  assert.throws(() => table(['FIX', 'tcp']), /'FIX' over tcp has no port/);
  assert.throws(() => table(['DNS', 'tcp', 53], ['DNS', 'tcp', 54]), /two rows are called 'DNS' over tcp/);
  // Other transports have ports of their own.
  assert.equal(protocolName(table(['DNS', 'tcp', 53], ['MDNS', 'udp', 53])[53]!), 'DNS');
  // Names that differ by case alone were two protocols once.
  const plain = PORT_ROWS.map(([name, transport]) => `${name.toLowerCase()} ${transport}`);
  assert.equal(new Set(plain).size, plain.length);
});
