// Whoever takes an answer a byte a second would hold a connection, a file and the memory of what waits, for ever.
import type { Socket } from 'node:net';
import { log } from '../../engine/host-options.ts';
import type { Pace } from './options.ts';

/** Stretches of the pace of bodies: what is sent counts by whole pieces of a stream, of 64 KiB. */
const STRETCHES = 6;

/** Bytes that the system has taken for the other side. Node counts those that wait among those that were written. */
function taken(socket: Socket): number {
  return socket.bytesWritten - socket.writableLength;
}

/**
 * Ends a connection on which something waits all the time and that takes fewer than `pace.bytes` in a stretch of
 * `pace.within`, over six stretches. One on which nothing waits may be silent for as long as it likes. A window's
 * socket has limits of its own (`web/`): it is left alone once it is one.
 */
export function endSlowReader(socket: Socket, { bytes, within }: Pace): () => void {
  let before = taken(socket);
  let stretches = 0;
  const timer = setInterval(() => {
    if (socket.writableLength === 0) stretches = 0;
    else if (++stretches === 1) before = taken(socket);
    // The first stretch began somewhere within.
    if (stretches <= STRETCHES) return;
    if (taken(socket) - before < bytes * STRETCHES) {
      log('web', () => `${socket.remoteAddress}: too slow, ${socket.writableLength}`);
      socket.destroy();
    }
    stretches = 0;
  }, within);
  timer.unref();
  const end = (): void => clearInterval(timer);
  socket.once('close', end);
  return end;
}
