// Ports as Electron's main and utility processes have them, over Node's: the same calls, a message as an event's `data`.
import type { MessagePort } from 'node:worker_threads';

type Heard = (event: { readonly data: unknown; readonly ports: readonly object[] }) => void;

/** Holds what comes until somebody starts it, as Electron's does. */
export class PortMain {
  readonly port: MessagePort;
  constructor(port: MessagePort) {
    this.port = port;
  }

  on(event: 'message' | 'close', listener: Heard): void {
    if (event === 'close') this.port.once('close', () => listener({ data: undefined, ports: [] }));
    else {
      const hear = (data: unknown): void => listener({ data, ports: [] });
      this.started.then(() => this.port.on('message', hear)).catch(() => undefined);
    }
  }

  postMessage(message: unknown): void {
    this.port.postMessage(message);
  }

  start(): void {
    this.begin();
  }

  close(): void {
    this.port.close();
  }

  private begin: () => void = () => undefined;
  private readonly started = new Promise<void>((resolve) => {
    this.begin = resolve;
  });
}
