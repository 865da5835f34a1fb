// Loaded into the host before anything else (`node --import`): knows the threads of the process by name, and ends one
// when the campaign says so over a socket. The product is not changed by it otherwise.
import { existsSync, rmSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { createServer } from 'node:net';

const threads = process.getBuiltinModule('node:worker_threads');
const { Worker, isMainThread, BroadcastChannel } = threads;
const place = process.env['SIGHTLINE_FAULTS'];
/** Of the threads of one process. */
const channel = new BroadcastChannel('sightline-faults');
channel.unref();
/** Threads that this thread began. */
const own = new Map();

class KnownWorker extends Worker {
  constructor(file, options) {
    super(file, options);
    const { threadId } = this;
    const name = options?.name ?? 'unnamed';
    own.set(threadId, this);
    tell({ began: threadId, name });
    this.once('exit', () => {
      own.delete(threadId);
      tell({ over: threadId });
    });
  }
}
threads.Worker = KnownWorker;
syncBuiltinESMExports();

/** All threads of the process, where this is its first one. */
const all = new Map();

function know(message) {
  if (message.began !== undefined) all.set(message.began, message.name);
  if (message.over !== undefined) all.delete(message.over);
}

/** A channel does not tell its own thread. */
function tell(message) {
  if (isMainThread) know(message);
  channel.postMessage(message);
}

function end(thread) {
  void own.get(thread)?.terminate();
}

channel.addEventListener('message', ({ data }) => {
  if (isMainThread) know(data);
  if (data.end !== undefined) end(data.end);
});

if (isMainThread && place !== undefined && !existsSync(place)) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    let said = '';
    socket.on('data', (piece) => {
      said += piece;
      if (!said.endsWith('\n')) return;
      const name = said.trim();
      const found = [...all].filter(([, known]) => known === name).map(([thread]) => thread);
      const chosen = found.at(-1);
      if (chosen !== undefined) {
        end(chosen);
        channel.postMessage({ end: chosen });
      }
      socket.end(JSON.stringify({ ended: chosen ?? null, threads: [...all.values()] }));
    });
  });
  server.listen(place);
  server.unref();
  process.on('exit', () => rmSync(place, { force: true }));
}
