// `npm start [FILE…]`: installs and builds what is missing, then scores the given captures or the bundled sample.
import { join } from 'node:path';
import { handOver, ROOT } from './node24.mjs';
import { build, install } from './setup.mjs';

install();
build();
const files = process.argv.slice(2);
if (files.length === 0) console.error('No capture was given: scoring the bundled sample.\n');
handOver(['dist/cli/entry.js', 'score', ...(files.length > 0 ? files : [join(ROOT, 'assets', 'sample.pcapng')]), '--summary']);
