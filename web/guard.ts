// Who may talk to the served window: someone who had the one-time link, from a page of ours, at our own address. Nobody
// else on this machine or on the web. There is no cookie: browsers give those to every port of a machine, and so to the
// server of another user. The link's token stands behind the '#', which no browser sends; the page gives it once for
// the session's secret, keeps that for its origin alone (sessionStorage), and shows it in a header or as the socket's
// subprotocol.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WINDOW_POLICY } from '../contract/index.ts';

/** Header of requests that need the session. */
export const SECRET_HEADER = 'x-sightline-session';
/** The subprotocol that is answered; the secret is offered beside it and never repeated. */
export const SUBPROTOCOL = 'sightline';

export class Guard {
  private readonly secret = randomBytes(32).toString('base64url');
  private token: string | null = null;
  port = 0;

  /** A new link's token; the one before it is void. */
  newToken(): string {
    this.token = randomBytes(24).toString('base64url');
    return this.token;
  }

  /** Takes a token once. @returns the session's secret, or null */
  redeem(token: string): string | null {
    if (this.token === null || !same(token, this.token)) return null;
    this.token = null;
    return this.secret;
  }

  /** The address that was asked for is ours: a name that someone's DNS points at us is refused. */
  hostAllowed(request: IncomingMessage): boolean {
    return request.headers.host === `127.0.0.1:${this.port}` || request.headers.host === `localhost:${this.port}`;
  }

  /** A request that changes something comes from our own page. */
  originAllowed(request: IncomingMessage): boolean {
    const { origin, host } = request.headers;
    return origin === `http://${host}` && this.hostAllowed(request);
  }

  /** The request shows the session's secret. */
  known(request: IncomingMessage): boolean {
    const shown = request.headers[SECRET_HEADER];
    return typeof shown === 'string' && same(shown, this.secret);
  }

  /** The socket that is asked for offers the session's secret as a subprotocol. */
  knownSocket(request: IncomingMessage): boolean {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim());
    return offered.includes(SUBPROTOCOL) && offered.some((p) => same(p, this.secret));
  }
}

export function same(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

/** Headers of every answer: only our own files run, no page may frame this one, and types are not guessed. */
export const HEADERS: Record<string, string> = {
  'Content-Security-Policy': WINDOW_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};
