// Whether there is a newer release: asked when a person asks, and believed only with a signature. A release has a notice,
// `latest.json`, and beside it `latest.json.sig`, the Ed25519 signature (RFC 8032) of its bytes in base64.
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorText, type Message, plainText, type ReleaseAnswer, type ReleaseFile, say } from '../../contract/index.ts';
import { readPlain } from '../store/index.ts';

/** Where notices lie and who signs them: `assets/releases.json`, which whoever publishes fills. */
export interface ReleaseSource {
  /** An https address, or a file. */
  readonly address: string | null;
  /** Ed25519, PEM. More than one while a key is changed for another. */
  readonly keys: readonly string[];
}

/** What runs here: what a notice is held against. */
export interface Running {
  readonly version: string;
  readonly platform: string;
  readonly arch: string;
}

interface Notice {
  readonly version: string;
  readonly released: string;
  readonly until: string;
  readonly page: string;
  readonly files: readonly (ReleaseFile & { readonly system: string; readonly arch: string })[];
}

export const NOTICE_FORMAT = 'sightline-release';
const NOTICE_BYTES = 65_536;
const SIGNATURE_BYTES = 256;
const PATIENCE = 10_000;
const NUMBERS = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const FILE_NAME = /^[\w.+-]{1,120}$/;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_HOPS = 5;
const LOOPBACK = new Set(['127.0.0.1', '[::1]', 'localhost']);

/** @param root the product's own folder @returns what this build was given; neither where nothing was */
export function releaseSource(root: string): ReleaseSource {
  const path = join(root, 'assets', 'releases.json');
  if (!existsSync(path)) return { address: null, keys: [] };
  const said = JSON.parse(readFileSync(path, 'utf8')) as ReleaseSource;
  return { address: said.address, keys: said.keys };
}

/**
 * Asks for the notice of the newest release and tells how it stands to what runs here. Nothing of this machine goes
 * out but the request itself. A notice has a last day, so that an old one cannot be shown for ever.
 *
 * @param now ms since the epoch
 */
export async function lookForRelease(source: ReleaseSource, running: Running, now: number): Promise<ReleaseAnswer> {
  const failed = (said: Message): ReleaseAnswer => ({ kind: 'unknown', said });
  if (source.address === null || source.keys.length === 0) return failed(say('release-nowhere'));
  const keys = keysOf(source.keys);
  if (keys === null) return failed(say('release-no-key'));
  const text = await bytesAt(source.address, NOTICE_BYTES);
  if (!(text instanceof Uint8Array)) return failed(text);
  const signature = await bytesAt(`${source.address}.sig`, SIGNATURE_BYTES);
  if (!(signature instanceof Uint8Array)) return failed(signature);
  const signed = Buffer.from(Buffer.from(signature).toString('latin1').trim(), 'base64');
  if (!keys.some((key) => verify(null, text, key, signed))) return failed(say('release-not-signed'));
  const notice = noticeIn(Buffer.from(text).toString('utf8'));
  if (notice === null) return failed(say('release-damaged'));
  if (now > Date.parse(`${notice.until}T23:59:59Z`)) return failed(say('release-old', { until: notice.until }));
  const { version, released, page } = notice;
  if (compared(version, running.version) <= 0) return { kind: 'newest', version: running.version, released };
  const files = notice.files
    .filter((f) => f.system === running.platform && f.arch === running.arch)
    .map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  return { kind: 'newer', version, own: running.version, released, page, files };
}

/** @returns Ed25519 keys, or null where one is none */
function keysOf(texts: readonly string[]): KeyObject[] | null {
  try {
    const keys = texts.map((text) => createPublicKey(text));
    return keys.every((key) => key.asymmetricKeyType === 'ed25519') ? keys : null;
  } catch {
    return null;
  }
}

/** A signed notice, checked all the same: what signs it can be wrong. @returns null where it is not one */
export function noticeIn(text: string): Notice | null {
  let raw: Partial<Record<keyof Notice | 'format', unknown>> | null;
  try {
    raw = JSON.parse(text) as typeof raw;
  } catch {
    return null;
  }
  if (typeof raw !== 'object' || raw === null || raw.format !== NOTICE_FORMAT || !Array.isArray(raw.files)) return null;
  const { version, released, until, page } = raw;
  if (typeof version !== 'string' || !NUMBERS.test(version)) return null;
  if (typeof released !== 'string' || typeof until !== 'string' || !DATE.test(released) || !DATE.test(until))
    return null;
  if (typeof page !== 'string' || !/^https:\/\/[^\s]{1,500}$/.test(page) || plainText(page) !== page) return null;
  const files = raw.files as Notice['files'];
  const isFile = (f: Partial<Notice['files'][number]> | null): boolean =>
    typeof f?.name === 'string' &&
    FILE_NAME.test(f.name) &&
    typeof f.system === 'string' &&
    typeof f.arch === 'string' &&
    Number.isSafeInteger(f.bytes) &&
    typeof f.sha256 === 'string' &&
    /^[\da-f]{64}$/.test(f.sha256);
  return files.length <= 100 && files.every(isFile) ? { version, released, until, page, files } : null;
}

/** @returns below 0 where `a` is older than `b`; what has no three numbers is older than what has */
function compared(a: string, b: string): number {
  const [x, y] = [a, b].map((v) => (NUMBERS.exec(v.replace(/[-+].*$/, '')) ?? []).slice(1).map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (x![i] ?? -1) - (y![i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Follows to other addresses, each of which has to be one that may be asked. @returns null where one is none */
async function answerOf(address: string, signal: AbortSignal): Promise<Response | null> {
  let url = URL.parse(address);
  for (let hop = 0; ; hop++) {
    const mayAsk = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));
    if (url === null || !mayAsk) return null;
    const headers = { 'user-agent': 'sightline', accept: '*/*' };
    const answer = await fetch(url, { headers, signal, redirect: 'manual' });
    const next = answer.headers.get('location');
    if (!REDIRECTS.has(answer.status) || next === null || hop === MOST_HOPS) return answer;
    await answer.body?.cancel();
    url = URL.parse(next, url.href);
  }
}

/** A file, or what an address answers, whole and not larger than it may be. @returns the sentence where it is not had */
async function bytesAt(address: string, most: number): Promise<Uint8Array | Message> {
  if (!/^[a-z]+:\/\//i.test(address)) {
    const read = readPlain(address, most);
    if (read.kind === 'text') return Buffer.from(read.text);
    return say('release-file', { path: address, why: read.kind === 'none' ? say('is-not-there') : read.message });
  }
  try {
    const answer = await answerOf(address, AbortSignal.timeout(PATIENCE));
    if (answer === null) return say('release-address', { address });
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel();
      return say('release-answer', { status: answer.status });
    }
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of answer.body) {
      size += piece.length;
      if (size > most) return say('release-large', { bytes: most });
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  } catch (error) {
    const cause = error instanceof Error ? (error.cause ?? error) : error;
    return say('release-unreached', { why: errorText(cause) });
  }
}
