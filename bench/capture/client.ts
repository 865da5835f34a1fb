// A window without a picture: the served window's host inside of a rig's namespace, where its socket is, and a client
// that asks it through the contract as a window does, over a bridge of its own.
import { type ChildProcess, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import {
  type Answer,
  decode,
  encode,
  english,
  type HostMessage,
  type Replies,
  type Request,
  type RequestKind,
} from '../../contract/index.ts';
import { connectInside } from './inside.ts';
import type { Rig } from './rig.ts';

const ROOT = join(import.meta.dirname, '..', '..');

export class Client {
  private readonly socket: WebSocket;
  private next = 1;
  private readonly waiting = new Map<number, (answer: Answer<RequestKind>) => void>();
  onNotice: (m: HostMessage) => void = () => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      const m = decode(new Uint8Array(data)) as HostMessage;
      if ('id' in m) {
        this.waiting.get(m.id)?.(m.answer);
        this.waiting.delete(m.id);
      } else this.onNotice(m);
    });
  }

  /** @throws what the host refuses, in English */
  async ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    const id = this.next++;
    const answer = new Promise<Answer<RequestKind>>((resolve) => {
      this.waiting.set(id, resolve);
    });
    this.socket.send(encode({ id, kind, body }));
    const a = await answer;
    if (!a.ok) throw new Error(english(a.message));
    return a.value as Replies[K];
  }

  close(): void {
    this.socket.close();
  }
}

export interface Served {
  readonly client: Client;
  /** The host with everything that it captures and scores. */
  readonly pid: number;
  readonly child: ChildProcess;
  /** One more window. */
  attach(): Promise<Client>;
  close(): Promise<void>;
}

/** How a host is started where it is not as usual. */
export interface HostWish {
  readonly environment: Readonly<Record<string, string>>;
  /** Options of Node. */
  readonly node: readonly string[];
  /** The folder that has `dist` in it. */
  readonly root: string;
}

async function started(child: ChildProcess): Promise<URL> {
  return new Promise<URL>((resolve, reject) => {
    let said = '';
    child.stdout!.on('data', (piece: Buffer) => {
      said += piece.toString();
      const found = /http:\S+/.exec(said);
      if (found) resolve(new URL(found[0]));
    });
    child.once('close', () => reject(new Error(said)));
  });
}

/** What captures a veth pair from its far end, in a ring that never ends by itself. */
export function captureOf(rig: Rig): Request<'capture'> {
  return {
    source: 'helper',
    interfaces: [rig.interface],
    host: '',
    path: '',
    filter: '',
    promiscuous: true,
    monitor: false,
    snapLength: 0,
    bufferMiB: 64,
    ring: { segmentBytes: 512_000_000, segmentSeconds: 0, segments: 8 },
    stop: { packets: 0, seconds: 0, bytes: 0 },
  };
}

/** Starts the host of a window in the far namespace and enters it. */
export async function served(rig: Rig, wish: Partial<HostWish> = {}): Promise<Served> {
  const environment = {
    SIGHTLINE_CACHE: `${rig.folder}/cache`,
    SIGHTLINE_DATA_HOME: `${rig.folder}/data`,
    ...wish.environment,
  };
  const child = rig.run([
    'env',
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    process.execPath,
    '--max-semi-space-size=4',
    ...(wish.node ?? []),
    join(wish.root ?? ROOT, 'dist', 'web', 'main.js'),
    '--no-browser',
  ]);
  const url = await started(child);
  const token = url.hash.replace('#token=', '');
  const within = [...rig.within.slice(1), 'curl', '-s', '-H', `Origin: ${url.origin}`, '--data-binary', token];
  const entered = spawnSync('ip', [...within, `${url.origin}/enter`], { encoding: 'utf8' }).stdout;
  const { secret } = JSON.parse(entered) as { secret: string };
  const attach = async (): Promise<Client> => {
    const socket = new WebSocket(`ws://${url.host}/contract`, ['sightline', secret], {
      headers: { Origin: url.origin },
      createConnection: () => connectInside(rig.far, Number(url.port)),
    } as never);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.on('error', () => undefined);
    return new Client(socket);
  };
  const client = await attach();
  return {
    client,
    pid: child.pid!,
    child,
    attach,
    close: async () => {
      client.close();
      child.kill('SIGTERM');
      await new Promise((resolve) => {
        child.once('close', resolve);
      });
    },
  };
}
