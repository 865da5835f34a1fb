// Hours of ordinary traffic to learn from, with a scan in the first hour and one in the third. Run by itself it writes
// the capture to the file that is named.
import { writeFileSync } from 'node:fs';
import { MadeCapture } from './evidence-kit.ts';

const HOUR = 3_600;
/** Seconds between requests. */
const EVERY = 20;
const HOSTS = 200;
const PORTS = 20;

/** Three hours: a request each 20 s to hosts in turn (180 an hour), 20 ports of a host tried after 30 and 150 minutes. */
export function threeHours(): Uint8Array {
  const capture = new MadeCapture();
  for (let i = 0; i < (3 * HOUR) / EVERY; i++)
    capture.http([{ target: `/${i}` }], { at: i * EVERY, to: `10.0.1.${i % HOSTS}` });
  for (let port = 1; port <= PORTS; port++) {
    capture.refused({ to: '10.0.0.9', port, at: HOUR / 2 + port });
    capture.refused({ to: '10.0.0.8', port, at: 2.5 * HOUR + port });
  }
  return capture.bytes();
}

if (import.meta.main) writeFileSync(process.argv[2]!, threeHours());
