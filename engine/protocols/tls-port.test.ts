// What the Protocol column says of bytes on TLS's port that are no record of it, as tshark 4.0 does.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packetRow } from '../../contract/index.ts';
import { CaptureStream } from '../read/index.ts';
import { Analysis, packetRecord } from '../session/index.ts';
import { packetsOf, pcap, tcp, testRandom } from '../testing/packets.ts';

function protocol(data: Uint8Array): string {
  const analysis = new Analysis({ completed: () => undefined });
  new CaptureStream(analysis).push(
    pcap(packetsOf([tcp('10.0.0.1:4000', '10.0.0.2:443', { flags: 'PA', seq: 1, ack: 1, data })])),
  );
  analysis.finish();
  return packetRecord(analysis, packetRow(0), null).protocol;
}

test('text on port 443, and what is too short for a record, is TCP; other bytes are SSL', () => {
  const random = testRandom(3);
  for (let i = 0; i < 200; i++) {
    const text = Uint8Array.from({ length: 8 + Math.floor(random() * 40) }, () => 0x61 + Math.floor(random() * 26));
    assert.equal(protocol(text), 'TCP');
    const other = Uint8Array.from({ length: 8 + Math.floor(random() * 40) }, () => 0xa0 + Math.floor(random() * 80));
    assert.equal(protocol(other), 'SSL');
  }
  for (let size = 1; size < 5; size++) assert.equal(protocol(new Uint8Array(size).fill(0xee)), 'TCP');
});
