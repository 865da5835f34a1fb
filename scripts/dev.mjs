// `npm run dev [-- FILE | --sample | --interface NAME] [--port N]`: the window in the browser, rebuilt and reloaded on
// every change. Installs and builds what is missing; scripts/dev/loop.mjs does the rest under the pinned Node.
import { handOver } from './node24.mjs';
import { buildHelper, install } from './setup.mjs';

if (process.argv.includes('--help')) {
  console.log('npm run dev [-- FILE | --sample | --interface NAME [--filter EXPRESSION]] [--port N]');
  process.exit(0);
}
install();
buildHelper();
handOver(['scripts/dev/loop.mjs', ...process.argv.slice(2)]);
