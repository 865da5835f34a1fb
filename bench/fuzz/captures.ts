// `npm run campaign:mutations [-- SEED SECONDS]`: real captures with bytes changed, through the whole engine. Nothing
// may throw or take 2 s.
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { foreignBaseline } from '../../engine/detect/index.ts';
import { PacketDecoder } from '../../engine/decode/index.ts';
import { packetInfo } from '../../engine/protocols/index.ts';
import { CaptureStream, type PacketSink } from '../../engine/read/index.ts';
import { flowRecord, Scorer, shippedFile, usableModel } from '../../engine/session/index.ts';
import { seeded } from '../../engine/learn/index.ts';
import { captureFiles } from '../oracle/campaign.ts';

const seed = Number(process.argv[2] ?? 1);
const seconds = Number(process.argv[3] ?? 60);
const model = usableModel(shippedFile(fileURLToPath(new URL('../..', import.meta.url))));
const random = seeded(seed);
const files = [...captureFiles()].filter((f) => statSync(f).size < 40_000);
const decoder = new PacketDecoder();
const until = Date.now() + seconds * 1000;
let runs = 0;
let slowest = 0;

/** Changes some bytes behind the file header: all ones, zero, one bit, anything. */
function mutate(bytes: Uint8Array): void {
  const changes = 1 + Math.floor(random() * Math.max(4, bytes.length / 200));
  for (let k = 0; k < changes; k++) {
    const at = 24 + Math.floor(random() * Math.max(1, bytes.length - 24));
    bytes[at] = changed(bytes[at]!);
  }
}

function changed(byte: number): number {
  const kind = random();
  if (kind < 0.3) return 0xff;
  if (kind < 0.5) return 0;
  if (kind < 0.6) return byte ^ (1 << Math.floor(random() * 8));
  return Math.floor(random() * 256);
}

while (Date.now() < until) {
  const file = files[Math.floor(random() * files.length)]!;
  const bytes = new Uint8Array(readFileSync(file));
  mutate(bytes);
  const started = Date.now();
  try {
    const scorer = new Scorer(
      { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: '/tmp', keepPackets: random() < 0.5 },
      {
        flow: (a, f) => {
          flowRecord(a, 'fuzz', f.row);
        },
      },
    );
    const sink: PacketSink = {
      packet: (p) => {
        const { buf, off, cap, wire, link } = p;
        scorer.analysis.packet(p);
        const layers = decoder.decode(buf, off, cap, link, wire);
        for (const protocol of ['TLSv1.2', 'DNS', 'HTTP']) packetInfo(layers, buf, protocol);
      },
    };
    const stream = new CaptureStream(sink);
    stream.push(bytes);
    stream.ending();
    await scorer.finish();
  } catch (error) {
    writeFileSync('/tmp/sightline-fuzz-crash.pcap', bytes);
    console.error(`${file} with seed ${seed}, run ${runs}: the bytes are in /tmp/sightline-fuzz-crash.pcap`);
    throw error;
  }
  slowest = Math.max(slowest, Date.now() - started);
  if (Date.now() - started > 2_000) throw new Error(`${file}: ${Date.now() - started} ms`);
  runs++;
}
const text =
  `# Mutated captures\n\nWritten by \`npm run campaign:mutations\` on ${new Date().toISOString().slice(0, 10)}: ` +
  `${runs} captures with changed bytes in ${seconds} s (seed ${seed}), none threw, the slowest took ${slowest} ` +
  'ms.\n';
writeFileSync(fileURLToPath(new URL('../../docs/mutations.md', import.meta.url)), text);
console.log(text);
