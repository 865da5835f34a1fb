// `npm run dev [-- FILE | --sample | --interface NAME] [--port N]`: the window in the browser, rebuilt and reloaded on
// every change. Installs and builds what is missing; scripts/dev/loop.mjs does the rest under the pinned Node.
import { handOver } from './node24.mjs';
import { buildHelper, install } from './setup.mjs';
import { startCall } from './start-call.mjs';

install();
const { words } = startCall('dev', process.argv.slice(2));
buildHelper();
handOver(['scripts/dev/loop.mjs', ...words]);
