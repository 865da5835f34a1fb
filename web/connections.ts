// Connections to the served window. Errors of each are handled, so that a peer that resets at the wrong moment never
// ends the host. Connections that have not shown the session are bounded in number; the oldest is closed to make room,
// and is told why.
import type { Socket } from 'node:net';
import { log } from '../engine/host-options.ts';

/** Connections at once that have not shown the session. A browser holds six to an address. */
export const MAX_STRANGERS = 256;
/** Windows at once. */
export const MAX_WINDOWS = 64;

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  403: 'Forbidden',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
  503: 'Service Unavailable',
};

export class Connections {
  private readonly strangers = new Set<Socket>();

  get strangersNow(): number {
    return this.strangers.size;
  }

  /** A connection came. */
  take(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.strangers.delete(socket));
    this.strangers.add(socket);
    if (this.strangers.size <= MAX_STRANGERS) return;
    const [oldest] = this.strangers;
    this.strangers.delete(oldest!);
    // In the middle of an answer, a second one would be read as part of it.
    if (oldest!.bytesWritten > 0) oldest!.destroy();
    else refuseSocket(oldest!, 503, `More than ${MAX_STRANGERS} connections wait at Sightline; the oldest are closed.`);
  }

  /** Its owner has shown the session, or is given a file that only the session could name. */
  know(socket: Socket): void {
    this.strangers.delete(socket);
  }
}

/**
 * What its parser takes for no request ends a connection. One that came and said nothing is closed without a word: a
 * browser opens such ones ahead, and would take words that wait there for the answer of what it asks next.
 */
export function refuseBroken(code: string | undefined, socket: Socket): void {
  const isLate = code === 'ERR_HTTP_REQUEST_TIMEOUT';
  if (code === 'ECONNRESET' || (isLate && socket.bytesRead === 0)) socket.destroy();
  else if (code === 'HPE_HEADER_OVERFLOW') refuseSocket(socket, 431, 'The head of this request is too large.');
  else if (isLate) refuseSocket(socket, 408, 'This request did not come in time.');
  else refuseSocket(socket, 400, 'This is no request that a browser makes.');
}

/** Answers on a bare socket and closes it, whatever the other side still does. */
export function refuseSocket(socket: Socket, status: number, sentence: string): void {
  log('web', () => `a connection refused with ${status}: ${sentence}`);
  // Behind an answer that nobody takes, words would wait for ever.
  if (!socket.writable || socket.writableLength > 0) {
    socket.destroy();
    return;
  }
  const body = `${sentence}\n`;
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status] ?? 'Refused'}`,
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
