// The other side of the stand-in's `utilityProcess.fork`: a process of its own that gives the program it is told to run
// `process.parentPort`, with the ports that came along tunnelled through the process's own channel.
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { PortMain } from './ports.ts';

/** Between the stand-in and this process. */
export type Tunnelled =
  | { readonly kind: 'message'; readonly message: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'closed'; readonly port: number };

const ends = new Map<number, MessagePort>();

function send(message: Tunnelled): void {
  process.send?.(message);
}

/** The end that the program has of a port that is in the other process. */
function far(port: number): PortMain {
  const { port1, port2 } = new MessageChannel();
  ends.set(port, port1);
  port1.on('message', (data: unknown) => send({ kind: 'port', port, data }));
  port1.on('close', () => {
    if (ends.delete(port)) send({ kind: 'closed', port });
  });
  return new PortMain(port2);
}

if (process.send !== undefined && process.argv[2] !== undefined) {
  const waiting: Tunnelled[] = [];
  let running = false;
  const parent = Object.assign(new EventEmitter(), {
    postMessage: (message: unknown) => send({ kind: 'message', message, ports: [] }),
  });
  const hear = (m: Tunnelled): void => {
    if (m.kind === 'message') parent.emit('message', { data: m.message, ports: m.ports.map(far) });
    else if (m.kind === 'port') ends.get(m.port)?.postMessage(m.data);
    else {
      const end = ends.get(m.port);
      ends.delete(m.port);
      end?.close();
    }
  };
  Object.assign(process, { parentPort: parent });
  process.on('message', (m) => {
    if (running) hear(m as Tunnelled);
    else waiting.push(m as Tunnelled);
  });
  process.on('disconnect', () => process.exit(0));
  await import(pathToFileURL(process.argv[2]).href);
  running = true;
  for (const m of waiting.splice(0)) hear(m);
}
