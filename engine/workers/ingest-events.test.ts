import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layers } from '../decode/index.ts';
import { type IngestListener, PayloadTime } from '../flow/index.ts';
import { flowRow } from '../../contract/index.ts';
import { EventBuffer, EventReader, EventWriter } from './ingest-events.ts';

test('events carry seconds before 1970 and beyond 32 bits to the other thread', () => {
  const buffer = new EventBuffer(new SharedArrayBuffer(65_536));
  const writer = new EventWriter(buffer, { take: () => 0 }, () => assert.fail('full'));
  const stamps = [
    0, 1, 1_735_732_800, 4_294_967_295, 4_294_967_296, 5_680_281_600, -1, -31_449_600, 8_639_999_999_999,
    -8_640_000_000_000,
  ];
  const l = new Layers();
  l.fragment = 2;
  l.fragmentEnds = true;
  l.damaged = true;
  for (const sec of stamps) {
    writer.payload(1, 1, l, new Uint8Array(0), new PayloadTime().of(5, sec, 7), true);
    writer.checkpoint(1, flowRow(2), 8, sec, 9);
    writer.late(flowRow(2), 1, 60, sec, 9, 7);
  }
  const heard: number[] = [];
  const flags: unknown[] = [];
  const to: IngestListener = {
    began: () => undefined,
    payload: (_slot, dir, layers, _buf, { seconds }, whole) => {
      flags.push(dir, layers.fragment, layers.fragmentEnds, layers.damaged, whole);
      return heard.push(seconds);
    },
    checkpoint: (_slot, _row, _packets, sec) => {
      heard.push(sec);
    },
    completed: () => undefined,
    late: (_row, dir, _wire, sec) => {
      flags.push(dir);
      heard.push(sec);
    },
  };
  new EventReader().read(buffer, writer.at, new Uint8Array(0), new Uint16Array(65_536), to, {
    began: () => undefined,
    vector: () => undefined,
    named: () => undefined,
  });
  assert.deepEqual(
    heard,
    stamps.flatMap((s) => [s, s, s]),
  );
  assert.deepEqual(
    flags,
    stamps.flatMap(() => [1, 2, true, true, true, 1]),
  );
});

test('events carry what is asked of a payload: ports or ICMP type, what TCP acknowledges', () => {
  const buffer = new EventBuffer(new SharedArrayBuffer(65_536));
  const writer = new EventWriter(buffer, { take: () => 0 }, () => assert.fail('full'));
  const tcp = new Layers();
  Object.assign(tcp, { hasPorts: true, sourcePort: 65_535, destinationPort: 80, ipProtocol: 6, net: 6, ahead: -5 });
  Object.assign(tcp, { tcpSequence: 4_294_967_295, tcpAcknowledgement: 4_000_000_000, tcpFlags: 0x18 });
  Object.assign(tcp, { payloadAt: 70, payloadLength: 9, payloadWire: 3_000_000_000, payloadNumber: 3 });
  const icmp = new Layers();
  Object.assign(icmp, { ipProtocol: 1, net: 4, icmpType: 11, icmpCode: 1 });
  const told = [tcp, icmp].map((l) => ({ ...l }));
  for (const l of [tcp, icmp]) writer.payload(1, 0, l, new Uint8Array(0), new PayloadTime(), true);
  const heard: Layers[] = [];
  const to: IngestListener = {
    began: () => undefined,
    payload: (_slot, _dir, l) => heard.push({ ...l } as Layers),
    checkpoint: () => undefined,
    completed: () => undefined,
    late: () => undefined,
  };
  new EventReader().read(buffer, writer.at, new Uint8Array(0), new Uint16Array(65_536), to, {
    began: () => undefined,
    vector: () => undefined,
    named: () => undefined,
  });
  const asked = (l: Partial<Layers>): unknown[] => [
    ...[l.hasPorts, l.sourcePort, l.destinationPort, l.ipProtocol, l.net, l.icmpType, l.icmpCode, l.ahead],
    ...[l.tcpSequence, l.tcpAcknowledgement, l.tcpFlags, l.payloadAt, l.payloadLength, l.payloadWire],
    l.payloadNumber,
  ];
  assert.deepEqual(heard.map(asked), told.map(asked));
});
