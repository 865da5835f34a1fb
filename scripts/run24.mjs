// Runs a TypeScript file of the repository under the pinned Node:
// node scripts/run24.mjs [node options] FILE [arguments].
import { spawnSync } from 'node:child_process';
import { node24, ROOT } from './node24.mjs';
import { build, install } from './setup.mjs';

install();
build();
const done = spawnSync(node24(), process.argv.slice(2), { cwd: ROOT, stdio: 'inherit' });
process.exit(done.status ?? 2);
