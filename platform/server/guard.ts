// Who asks, and whether he may: the name that the server was asked at, the page that a request comes from, the session or
// key, and whose capture it is. A route says who it is for (`config.who`); one that says nothing is for accounts.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IncomingHttpHeaders } from 'node:http';
import { say } from '../../contract/index.ts';
import { type Asker, keyOwner, sessionOf } from '../accounts/index.ts';
import { same } from '../../web/guard.ts';
import { API, CSRF_HEADER } from '../contract.ts';
import { sharedBy } from '../team/index.ts';
import { isSecure, type Served, type ServerOptions } from './options.ts';
import { notHere, Refused } from './refusals.ts';

/** Who a route is for: anybody, an account by session or key, a session alone, an administrator's session. */
export type Who = 'anyone' | 'account' | 'session' | 'admin';

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly who?: Who;
    /** The route is about the capture `:id`, which has to be who asks for it; or about the one that `:token` shares. */
    readonly capture?: 'own' | 'shared';
  }
  interface FastifyRequest {
    asker: Asker | null;
    /** The capture that the route is about, once it is sure that who asks may have it. */
    capture: string;
  }
}

const SAFE: readonly string[] = ['GET', 'HEAD', 'OPTIONS'];
const BEARER = /^Bearer ([\w-]{20,200})$/;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];
/** Of a cookie, s; its session ends with it. */
const COOKIE_AGE = 14 * 86_400;

/** The host names, with ports, that a server answers at. @param port that it listens at */
export function hostsOf(options: ServerOptions, port: number): ReadonlySet<string> {
  const usual = options.tls === null ? 80 : 443;
  const withPort = (name: string): string => (port === usual ? name : `${name}:${port}`);
  const address = options.address.includes(':') ? `[${options.address}]` : options.address;
  const local = address === '127.0.0.1' || address === '[::1]' || address === 'localhost' ? LOOPBACK : [address];
  return new Set([...options.names.map((name) => name.toLowerCase()), ...local.map(withPort)]);
}

/**
 * The cookie's name: on TLS one that no other host and no plain connection can set. Else one that other servers of ours on
 * this host do not write over; browsers hand it to every port of the host all the same (RFC 6265, 8.5).
 */
export function cookieName(options: ServerOptions, port: number): string {
  return isSecure(options) ? '__Host-sightline' : `sightline-${port}`;
}

/** By the route that answers, since an address can be written in many ways (`/%61pi/…`). */
export function isApi(request: FastifyRequest): boolean {
  return request.routeOptions.url?.startsWith(API) === true;
}

export class Guard {
  private readonly served: Served;
  private hosts: ReadonlySet<string> = new Set();
  cookie = '';
  /** How a browser reaches the server. */
  address = '';

  constructor(served: Served) {
    this.served = served;
  }

  /** The server listens. */
  listening(port: number): void {
    this.hosts = hostsOf(this.served.options, port);
    this.cookie = cookieName(this.served.options, port);
    const [first] = this.hosts;
    this.address = `${isSecure(this.served.options) ? 'https' : 'http'}://${first}`;
  }

  /** Puts the checks before all routes. */
  watch(app: FastifyInstance): void {
    app.decorateRequest('asker', null);
    app.decorateRequest('capture', '');
    app.addHook('onRequest', async (request) => {
      this.checkHost(request);
      if (!isApi(request)) return;
      this.checkSite(request);
      request.asker = await this.askerOf(request);
      this.checkOrigin(request);
      this.checkWho(request);
      this.checkCsrf(request);
    });
    app.addHook('preHandler', async (request) => {
      const about = request.routeOptions.config.capture;
      if (about !== undefined) request.capture = await this.captureOf(request, about);
    });
  }

  /** A socket, or a request outside of the API, is asked for by a page of ours, at a name of ours. */
  ofOurPage({ host = '', origin }: IncomingHttpHeaders): boolean {
    const name = host.toLowerCase();
    return this.hosts.has(name) && origin === `${isSecure(this.served.options) ? 'https' : 'http'}://${name}`;
  }

  setCookie(reply: FastifyReply, secret: string): void {
    const secure = isSecure(this.served.options);
    reply.setCookie(this.cookie, secret, { path: '/', httpOnly: true, sameSite: 'strict', secure, maxAge: COOKIE_AGE });
  }

  clearCookie(reply: FastifyReply): void {
    const secure = isSecure(this.served.options);
    reply.clearCookie(this.cookie, { path: '/', httpOnly: true, sameSite: 'strict', secure });
  }

  /** The session's cookie as the browser sent it, or null. */
  cookieOf(request: FastifyRequest): string | null {
    return request.cookies[this.cookie] ?? null;
  }

  /** A name that somebody's DNS points at this server is refused: its pages would be of our origin. */
  private checkHost(request: FastifyRequest): void {
    const host = (request.headers.host ?? '').toLowerCase();
    if (!this.hosts.has(host)) throw new Refused('wrong-host', say('wrong-host'));
  }

  /** No page of another site reads the API, whatever cookies a browser sends along. */
  private checkSite(request: FastifyRequest): void {
    const site = request.headers['sec-fetch-site'];
    if (site !== undefined && site !== 'same-origin' && site !== 'none')
      throw new Refused('wrong-origin', say('wrong-origin'));
  }

  /** A request that changes something comes from a page of ours; a script with a key is no page. */
  private checkOrigin(request: FastifyRequest): void {
    if (SAFE.includes(request.method) || request.headers.authorization !== undefined) return;
    const { origin, host } = request.headers;
    const own = `${isSecure(this.served.options) ? 'https' : 'http'}://${(host ?? '').toLowerCase()}`;
    const ours = origin === undefined ? request.headers['sec-fetch-site'] === 'same-origin' : origin === own;
    if (!ours) throw new Refused('wrong-origin', say('wrong-origin'));
  }

  /** And shows the token of its session, which no other page can read. */
  private checkCsrf(request: FastifyRequest): void {
    const session = request.asker?.session ?? null;
    if (SAFE.includes(request.method) || session === null || this.whoOf(request) === 'anyone') return;
    const shown = request.headers[CSRF_HEADER];
    if (typeof shown !== 'string' || !same(shown, session.csrf))
      throw new Refused('no-csrf-token', say('no-csrf-token'));
  }

  private whoOf(request: FastifyRequest): Who {
    return request.routeOptions.config.who ?? 'account';
  }

  private checkWho(request: FastifyRequest): void {
    const who = this.whoOf(request);
    if (who === 'anyone') return;
    const { asker } = request;
    if (asker === null) throw new Refused('not-signed-in', say('not-signed-in'));
    if (who !== 'account' && asker.session === null) throw new Refused('not-allowed', say('key-cannot'));
    if (who === 'admin' && !asker.admin) throw new Refused('not-allowed', say('not-an-admin'));
  }

  /** A request with a key is that key's alone: a cookie beside it counts for nothing. */
  private async askerOf(request: FastifyRequest): Promise<Asker | null> {
    const { authorization } = request.headers;
    if (authorization !== undefined) {
      const key = BEARER.exec(authorization)?.[1];
      return key === undefined ? null : keyOwner(this.served.sql, key, Date.now());
    }
    const cookie = this.cookieOf(request);
    return cookie === null ? null : sessionOf(this.served.sql, cookie, Date.now());
  }

  /** One that is somebody else's is as one that is not there. */
  private async captureOf(request: FastifyRequest, about: 'own' | 'shared'): Promise<string> {
    const { id = '', token = '' } = request.params as { readonly id?: string; readonly token?: string };
    const { sql } = this.served;
    const owned = (): Promise<{ id: string } | null> =>
      sql.row('SELECT id FROM captures WHERE id = $1 AND owner = $2', [id, request.asker?.account ?? '']);
    const found = about === 'own' ? ((await owned())?.id ?? null) : await sharedBy(sql, token, Date.now());
    if (found === null) throw notHere();
    return found;
  }
}
