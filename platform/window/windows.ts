// All windows that a server has open: one process for a capture that is looked at, whoever looks. The process that was
// looked at longest ago goes where there would be too many.
import { rmSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { DeskOptions } from '../../engine/host-desk.ts';
import { SUBPROTOCOL } from '../../web/guard.ts';
import { type StillMay, WindowHost } from './host.ts';

/** Below it each window has its address. */
export const WINDOW = '/window';
const MOST_HOSTS = 8;
const MOST_MESSAGE = 4 * 1024 * 1024;

export interface Looked {
  readonly capture: string;
  /** Where its bytes stand. */
  readonly path: string;
  readonly name: string;
  readonly stillMay: StillMay;
}

export class Windows {
  private readonly desk: Omit<DeskOptions, 'cacheFolder' | 'dataFolder'>;
  private readonly fresh: () => string;
  private readonly hosts = new Map<string, WindowHost>();
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE,
    perMessageDeflate: false,
    handleProtocols: () => SUBPROTOCOL,
  });

  /** @param fresh makes a folder for a window's process */
  constructor(desk: Omit<DeskOptions, 'cacheFolder' | 'dataFolder'>, fresh: () => string) {
    this.desk = desk;
    this.fresh = fresh;
  }

  /** @returns the address of a window on a capture, good once */
  open({ capture, path, name, stillMay }: Looked): string {
    const host = this.of(capture) ?? this.begin(capture, path, name);
    return `${WINDOW}/${host.id}/#token=${host.newToken(stillMay)}`;
  }

  host(id: string): WindowHost | null {
    return this.hosts.get(id) ?? null;
  }

  /** Windows on a capture that is gone go too. */
  drop(capture: string): void {
    this.of(capture)?.end();
  }

  /**
   * A socket is asked for, by a page of ours (the caller has looked). Its secret is offered as a subprotocol and never
   * repeated.
   * @returns false where nobody is to attach; the socket is untouched then
   */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<boolean> {
    const id = new RegExp(`^${WINDOW}/([\\w-]{22})/contract$`).exec(request.url ?? '')?.[1];
    const host = id === undefined ? null : this.host(id);
    if (host === null || host.full) return false;
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim());
    const secret = offered.find((p) => p !== SUBPROTOCOL) ?? '';
    if (!offered.includes(SUBPROTOCOL) || !(await host.knows(secret))) return false;
    this.server.handleUpgrade(request, socket, head, (ws: WebSocket) => host.attach(ws, secret));
    return true;
  }

  close(): void {
    for (const host of this.hosts.values()) host.end();
    this.server.close();
  }

  private of(capture: string): WindowHost | null {
    return [...this.hosts.values()].find((host) => host.alive && host.capture === capture) ?? null;
  }

  private begin(capture: string, path: string, name: string): WindowHost {
    const [oldest] = this.hosts.values();
    if (this.hosts.size >= MOST_HOSTS) oldest!.end();
    const scratch = this.fresh();
    try {
      const host: WindowHost = new WindowHost({
        capture,
        path,
        name,
        scratch,
        desk: this.desk,
        ended: () => this.hosts.delete(host.id),
      });
      this.hosts.set(host.id, host);
      return host;
    } catch (error) {
      rmSync(scratch, { recursive: true, force: true });
      throw error;
    }
  }
}
