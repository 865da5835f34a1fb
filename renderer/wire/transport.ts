// How messages travel: a MessagePort that the desktop shell hands over, or a WebSocket to the server that sent this
// page.
import { enter, SUBPROTOCOL, type Refusal } from './entry.ts';
import { decode, encode, transferable, type HostMessage, type RequestMessage } from '../../contract/index.ts';

export interface Transport {
  send(message: RequestMessage): void;
  close(): void;
}

export interface TransportEvents {
  message(message: HostMessage): void;
  open(): void;
  closed(): void;
  /** The host is there and does not let this page in. */
  refused(why: Refusal): void;
}

/** A file or folder that a person chose: the path is to be shown, the grant is what requests name it by. */
export interface Chosen {
  readonly path: string;
  readonly grant: string;
}

/** What the desktop shell puts into the page (electron/preload.ts); absent in a browser. */
export interface Shell {
  readonly platform: string;
  /** A native dialog. @returns what was chosen, null for nothing */
  chooseFile(): Promise<Chosen | null>;
  chooseSave(name: string): Promise<Chosen | null>;
  /** To read of it. */
  chooseFolder(): Promise<Chosen | null>;
  /** To write into it. */
  chooseSaveFolder(): Promise<Chosen | null>;
  choosePipe(): Promise<Chosen | null>;
  /** Of a file that was dropped or chosen; null where it is none of the machine's. */
  grantOf(file: File): Promise<Chosen | null>;
  /** Shows something beside the window. @returns whether the desktop can */
  notify(told: { readonly title: string; readonly body: string; readonly about: string }): Promise<boolean>;
  /** What was pressed, by what it was `about`. */
  onNotified(listener: (about: string) => void): void;
  onCommand(listener: (command: string) => void): void;
}

declare global {
  interface Window {
    readonly sightline?: Shell;
  }
}

export const shell: Shell | null = window.sightline ?? null;

export function connect(events: TransportEvents): Transport {
  return shell === null ? overSocket(events) : overPort(events);
}

function overSocket(events: TransportEvents): Transport {
  let socket: WebSocket | null = null;
  let given = false;
  const attach = (secret: string): void => {
    socket = new WebSocket(socketAddress(), [SUBPROTOCOL, secret]);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => events.open();
    socket.onclose = () => events.closed();
    socket.onmessage = (event: MessageEvent<ArrayBuffer>) => {
      const message = decode(new Uint8Array(event.data));
      if (message !== null) events.message(message as HostMessage);
    };
  };
  void enter().then((entry) => {
    if (given) return;
    if (entry.kind === 'in') attach(entry.secret);
    else if (entry.kind === 'away') events.closed();
    else events.refused(entry.why);
  });
  return {
    send: (message) => {
      if (socket?.readyState === WebSocket.OPEN) socket.send(encode(message));
    },
    close: () => {
      given = true;
      socket?.close();
    },
  };
}

/** Beside this page: at the root of a server of one person, below the window's own address on the platform. */
function socketAddress(): URL {
  const address = new URL('contract', location.href);
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
  address.hash = '';
  return address;
}

/** The shell posts one port to the window when its host is ready. */
function overPort(events: TransportEvents): Transport {
  let port: MessagePort | null = null;
  const take = (event: MessageEvent<unknown>): void => {
    if (event.source !== window || event.data !== 'sightline-port' || event.ports.length !== 1) return;
    port = event.ports[0]!;
    port.onmessage = (m: MessageEvent<HostMessage>) => events.message(m.data);
    events.open();
  };
  window.addEventListener('message', take);
  return {
    send: (message) => port?.postMessage(message, transferable(message)),
    close: () => {
      window.removeEventListener('message', take);
      port?.close();
    },
  };
}
