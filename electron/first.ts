// Runs before anything else of the main process, by being its first import. Node has read NODE_OPTIONS and --inspect by
// then, so that these lines undo nothing: a packaged Sightline ends where its fuses let them through, and what it starts
// never hears of them. From a checkout they work, for those who develop it.
import { url } from 'node:inspector';
import { debuggedBy, VARIABLES } from './debugging.ts';

const why = debuggedBy({
  // Electron's own: set where its runtime was given a folder to run.
  fromCheckout: (process as { readonly defaultApp?: boolean }).defaultApp === true,
  argv: process.argv.slice(1),
  execArgv: process.execArgv,
  env: process.env,
  inspector: url(),
});
if (why !== null) {
  process.stderr.write(`Sightline does not start with ${why}: it would let others run code in it.\n`);
  process.exit(2);
}
for (const name of VARIABLES) delete process.env[name];
