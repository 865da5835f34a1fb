// The real server as a process of its own, for campaigns that kill it: `server.ts PLACE FOLDER PORT WORKERS LEASE`.
import { QueuedCaptures } from '../../platform/queue/index.ts';
import { startServer } from '../../platform/server/index.ts';
import { openStore } from '../../platform/store/index.ts';

const [place, folder, port, workers, lease] = process.argv.slice(2);
const sql = await openStore(place!);
const captures = new QueuedCaptures({
  sql,
  folder: folder!,
  workers: Number(workers),
  memory: 1_024,
  seconds: 120,
  lease: Number(lease),
});
await startServer({
  sql,
  captures,
  options: {
    address: '127.0.0.1',
    port: Number(port),
    names: [],
    tls: null,
    behindProxy: false,
    pages: null,
    version: 'campaign',
    perMinute: 1e9,
    pace: { bytes: 1, within: 60_000 },
    registration: 'off',
    limits: { fileBytes: 10_000_000, accountBytes: 1e10, waiting: 1_000 },
    onFault: (text) => console.error(text),
  },
});
process.send?.('listening');
process.on('disconnect', () => process.exit(0));
