// A live capture with the whole pipeline, driven by lines on stdin: 'stall N' blocks it for N seconds, 'stop' ends it.
// Each tenth of a second, and at the end, one JSON line says where it is.
import { packetRow, SaidError } from '../../contract/index.ts';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { baselineFrom, shippedFile, usableModel } from '../../engine/session/index.ts';
import { DEFAULT_TIMEOUTS } from '../../engine/flow/index.ts';
import { beginRecord, CaptureSession, LiveCapture } from '../../engine/host-capture.ts';
import { DEFAULT_RING, EVERYTHING, NEVER } from '../../engine/capture/index.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const [name, folder, segmentMB] = process.argv.slice(2);
const model = usableModel(shippedFile(ROOT));
const ring = segmentMB === undefined ? DEFAULT_RING : { ...DEFAULT_RING, segmentBytes: Number(segmentMB) * 1e6 };
const started = await LiveCapture.start({
  source: { kind: 'helper', interfaces: [name!], ...EVERYTHING },
  files: { kind: 'ring', folder: folder!, prefix: 'bench', ...ring },
  stop: NEVER,
  application: 'bench',
  helper: join(ROOT, 'dist', 'native', 'sightline-capture'),
});
if (!started.ok) throw new SaidError(started.message);
const { live } = started;
beginRecord(folder!, 'bench', '');
const session = new CaptureSession({
  number: 1,
  path: folder!,
  name: 'bench',
  source: 'live',
  interface: name!,
  captureFilter: '',
  live,
  model,
  baseline: baselineFrom(model, null),
  cacheFolder: folder!,
  timeouts: DEFAULT_TIMEOUTS,
  changed: () => undefined,
  alerted: () => undefined,
});
session.start();
const say = (kind: string): void => {
  const { drops, flows, firstOnDisk } = session.state({ dissect: 'missing', allowed: () => false, learning: null });
  console.log(
    JSON.stringify({
      kind,
      at: Date.now(),
      captured: live.packets,
      analysed: session.analysis.packetCount,
      flows,
      firstOnDisk,
      behind: drops.behind,
      missed: live.segments.missed,
      kernel: drops.kernel,
      interface: drops.interface,
      rss: process.memoryUsage.rss(),
      info: session.analysis.packetCount > 0 ? session.info(packetRow(0)) : '',
    }),
  );
};
say('started');
setInterval(() => say('status'), 100);
const wait = new Int32Array(new SharedArrayBuffer(4));
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.startsWith('stall')) Atomics.wait(wait, 0, 0, Number(line.split(' ')[1]) * 1000);
  else
    void session.stop().then(() => {
      say('end');
      process.exit(0);
    });
});
