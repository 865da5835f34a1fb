// A body that comes too slowly is ended: whoever sends a byte a second would hold a connection, and room, for ever.
import { Transform, type Readable, type TransformCallback } from 'node:stream';
import type { Pace } from './options.ts';

class TooSlow extends Error {
  readonly statusCode = 408;
}

class Paced extends Transform {
  /** By which Fastify compares with Content-Length. */
  receivedEncodedLength = 0;
  private since = 0;
  private readonly timer: NodeJS.Timeout;

  constructor(from: Readable, { bytes, within }: Pace) {
    super();
    // Whoever reads it hears of its errors. Of a body that is refused by its length nobody reads a byte, and an error
    // that nobody hears would end the server.
    this.on('error', () => undefined);
    this.timer = setInterval(() => {
      // While what came was not taken on, it is us that are slow.
      const waits = this.readableLength > 0 || this.writableNeedDrain;
      if (!waits && this.since < bytes) this.destroy(new TooSlow());
      this.since = 0;
    }, within);
    this.timer.unref();
    from.on('error', (error) => this.destroy(error));
    from.on('close', () => {
      if (!this.writableEnded) this.destroy(new Error('the connection ended within a body'));
    });
  }

  override _transform(piece: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.receivedEncodedLength += piece.length;
    this.since += piece.length;
    done(null, piece);
  }

  override _flush(done: TransformCallback): void {
    clearInterval(this.timer);
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.timer);
    done(error);
  }
}

/** Whether a body was ended by its pace. */
export function isTooSlow(body: Readable): boolean {
  return body.errored instanceof TooSlow;
}

/** The same bytes; an error of status 408 where fewer than `pace.bytes` come in a stretch of `pace.within`. */
export function paced(from: Readable, pace: Pace): Readable {
  return from.pipe(new Paced(from, pace));
}
