// `npm start [FILE…]`: installs and builds what is missing, then scores the given captures or the bundled sample.
import { join, resolve } from 'node:path';
import { handOver, ROOT } from './node24.mjs';
import { build, install } from './setup.mjs';

install();
build();
// npm runs scripts in the package's folder; a file is meant from where the user stands.
const from = process.env.INIT_CWD ?? process.cwd();
const files = process.argv.slice(2).map((a) => (a.startsWith('-') ? a : resolve(from, a)));
if (files.length === 0) console.error('No capture was given: scoring the bundled sample.\n');
handOver(['dist/cli/entry.js', 'score', ...(files.length > 0 ? files : [join(ROOT, 'assets', 'sample.pcapng')]), '--summary']);
