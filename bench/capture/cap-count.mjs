// npm `cap` counting packets in a callback: what a program of that kind keeps at best. 'stall N' and 'stop' on stdin.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const [addon, name] = process.argv.slice(2);
const { Cap } = createRequire(import.meta.url)(addon);
const cap = new Cap();
const buffer = Buffer.alloc(65_535);
let packets = 0;
// Its own default buffer is 10 MB in its examples; 64 MB here, as our helper has.
cap.open(name, '', 64 * 1024 * 1024, buffer);
cap.setMinBytes?.(0);
// The addon does not hold its buffer: one that nobody refers to is collected under it.
cap.on('packet', (bytes) => {
  packets += bytes <= buffer.length ? 1 : 0;
});
console.log(JSON.stringify({ kind: 'started' }));
const wait = new Int32Array(new SharedArrayBuffer(4));
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line.startsWith('stall')) Atomics.wait(wait, 0, 0, Number(line.split(' ')[1]) * 1000);
  else {
    console.log(JSON.stringify({ kind: 'end', captured: packets }));
    process.exit(0);
  }
});
