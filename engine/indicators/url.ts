// URLs in one way of writing them: without scheme, user and fragment, host in lower case, without the port that goes
// without saying. `evil.example:8080/a?b`.
import { keyed } from '../../contract/index.ts';
import { domainToASCII } from 'node:url';

const FORM =
  /^(?:([a-z][a-z0-9+.-]*):\/\/)?(?:[^/?#@\\]*@)?(\[[0-9a-f:.]+\]|[^/?#:@\s[\]\\]+)(?::(\d{1,5}))?([/?#].*)?$/i;
const PORTS: Readonly<Record<string, number>> = keyed({ http: 80, https: 443, ftp: 21 });
const HOST = /^[a-z0-9_.-]+$/;

/** @returns null for what is no URL of a server */
export function urlText(text: string): string | null {
  const form = FORM.exec(text);
  if (form === null) return null;
  const [, scheme = '', host = '', port = '', rest = ''] = form;
  const known = scheme === '' ? 80 : PORTS[scheme.toLowerCase()];
  const name = hostText(host);
  if (known === undefined || name === null) return null;
  const n = port === '' ? known : Number(port);
  if (n === 0 || n > 65_535) return null;
  return `${name}${n === known ? '' : `:${n}`}${pathText(rest)}`;
}

function hostText(host: string): string | null {
  const lower = host.toLowerCase();
  if (lower.startsWith('[')) return lower;
  const name = HOST.test(lower) ? lower : domainToASCII(lower);
  if (name === '' || name.startsWith('.') || !HOST.test(name)) return null;
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

/** Path and query as they are compared: bytes that are no ASCII are escaped, escapes are in upper case. */
export function pathText(rest: string): string {
  const hash = rest.indexOf('#');
  const part = hash < 0 ? rest : rest.slice(0, hash);
  const whole = part.startsWith('/') ? part : `/${part}`;
  if (!/[%\x80-\uffff]/.test(whole)) return whole;
  return whole
    .replace(/[\x80-\uffff]+/g, (odd) => escaped(odd))
    .replace(/%[0-9a-f]{2}/gi, (code) => code.toUpperCase());
}

function escaped(text: string): string {
  return Array.from(Buffer.from(text, 'utf8'), (b) => `%${b.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}

/**
 * The URL of a request, written in the same way.
 * @param target as it was sent @param host of its field, or of the proxy's target @param port of the server
 */
export function requestUrl(target: string, host: string, port: number): string | null {
  const absolute = /^https?:\/\//i.test(target);
  if (absolute) return urlText(target);
  if (host === '' || !target.startsWith('/')) return null;
  const lower = host.trim().toLowerCase();
  const said = /:(\d{1,5})$/.exec(lower);
  const bare = said === null || lower.endsWith(']') ? lower : lower.slice(0, said.index);
  const n = said === null ? port : Number(said[1]);
  return `${bare}${n === 80 || n === 0 ? '' : `:${n}`}${pathText(latinOf(target))}`;
}

/** Bytes of a request's target come as Latin-1; what they mean is UTF-8. */
function latinOf(target: string): string {
  return /[\x80-\xff]/.test(target) ? Buffer.from(target, 'latin1').toString('utf8') : target;
}
