// Who may talk to the served window: someone who had the one-time link, from a page of ours, at our own address. Nobody else on this machine or on the web.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { WINDOW_POLICY } from '../contract/index.ts';


export class Guard {
  private readonly secret = randomBytes(32).toString('base64url');
  private token: string | null = null;
  port = 0;

  /** Cookies do not know ports: each server has its own name. */
  private get cookie(): string {
    return `sightline-${this.port}`;
  }

  /** A new link's token; the one before it is void. */
  newToken(): string {
    this.token = randomBytes(24).toString('base64url');
    return this.token;
  }

  /** Takes a token once. @returns the cookie to set, or null */
  redeem(token: string | null): string | null {
    if (token === null || this.token === null || !same(token, this.token)) return null;
    this.token = null;
    return `${this.cookie}=${this.secret}; Path=/; HttpOnly; SameSite=Strict`;
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

  known(request: IncomingMessage): boolean {
    const found = (request.headers.cookie ?? '').split(';').map((c) => c.trim()).find((c) => c.startsWith(`${this.cookie}=`));
    return found !== undefined && same(found.slice(this.cookie.length + 1), this.secret);
  }
}

function same(a: string, b: string): boolean {
  const x = Buffer.from(a);
  const y = Buffer.from(b);
  return x.length === y.length && timingSafeEqual(x, y);
}

/** What every answer says: nothing but our own files runs, nothing is framed, nothing is sniffed. */
export const HEADERS: Record<string, string> = {
  'Content-Security-Policy': WINDOW_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=()',
};
