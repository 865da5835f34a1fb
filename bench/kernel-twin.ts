// The kernel beside its twin (engine/testing/flow-twin) on millions of random packets and on every capture of
// ../shared, whole and with bytes changed; every read of a packet is checked. Writes docs/kernel-twin.md.
// Options: --packets N.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { CapturedPacket, type PacketSink } from '../engine/read/index.ts';
import { corpusCaptures, feed, WITHOUT_SHARED } from '../engine/testing/captures.ts';
import { Beside } from '../engine/testing/flow-twin/beside.ts';
import { testRandom } from '../engine/testing/packets.ts';
import { RandomTraffic } from '../engine/testing/random-traffic.ts';

process.env['SIGHTLINE_KERNEL'] = 'checked';

const { values } = parseArgs({ options: { packets: { type: 'string', default: '10000000' } } });
const PACKETS = Number(values.packets);
/** Packets that one pair of tables sees. */
const AT_ONCE = 250_000;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

const began = performance.now();
let random = 0;
let flows = 0;
for (let seed = 1; random < PACKETS; seed++) {
  const beside = new Beside({ openFlows: 16 });
  const next = testRandom(seed);
  const traffic = new RandomTraffic(next);
  for (let i = 0; i < AT_ONCE && random < PACKETS; i++, random++) {
    const p = traffic.next();
    beside.packet(p);
    if (next() < 0.001) beside.tick(p.sec + next() * 100);
  }
  beside.finish();
  flows += beside.kernel.flows.columns.count;
}

/** Changes bytes of packets on their way, most of them in headers. */
class Changed implements PacketSink {
  private readonly packetOf = new CapturedPacket();
  private readonly next: () => number;
  private readonly to: PacketSink;

  constructor(next: () => number, to: PacketSink) {
    this.next = next;
    this.to = to;
  }

  packet(p: CapturedPacket): void {
    const bytes = p.buf.slice(p.off, p.off + p.cap);
    if (this.next() < 0.3) {
      for (let n = Math.floor(this.next() * 4); n >= 0; n--)
        bytes[Math.floor(this.next() * Math.min(bytes.length, 80))] = this.next() * 256;
    }
    const cap = this.next() < 0.1 ? Math.floor(this.next() * (p.cap + 1)) : p.cap;
    this.packetOf.place(bytes, 0, cap, p.fileOffset);
    this.packetOf.tell(p.wire, p.sec, p.nsec, p.link);
    this.to.packet(this.packetOf);
  }
}

let captures = 0;
let captured = 0;
let changed = 0;
if (WITHOUT_SHARED === false) {
  for (const [i, path] of corpusCaptures().entries()) {
    const beside = new Beside();
    if (!(await feed(path, beside))) continue;
    beside.finish();
    captures++;
    captured += beside.packets;
    const other = new Beside();
    await feed(path, new Changed(testRandom(i + 1), other));
    other.finish();
    changed += other.packets;
  }
}

const count = (n: number): string => n.toLocaleString('en');
const text = `# The kernel and its twin

Written by \`npm run campaign:kernel\` on ${new Date().toISOString().slice(0, 10)}: no difference. The twin is the flow
table in TypeScript, kept with the tests (\`engine/testing/flow-twin\`). Compared are: everything that the kernel tells
(beginnings, payloads, checkpoints, late packets, ends), the whole state of the flow at each checkpoint and end, all
columns of flows and packets. The kernel is the checked build: each read of a packet is held to the packet's end.

| what | packets |
|---|---|
| random traffic (${count(flows)} flows) | ${count(random)} |
| ${count(captures)} captures as they are | ${count(captured)} |
| the same with bytes changed and packets cut | ${count(changed)} |

It took ${Math.round((performance.now() - began) / 1000)} s.
`;
writeFileSync(join(ROOT, 'docs', 'kernel-twin.md'), text);
console.log(text);
