// Requests to the server's API, each with the session's token, and answers as results.
import { type Message, say } from '../contract/index.ts';
import { API, CSRF_HEADER, type Capture, type Refusal, type RefusalCode } from '../platform/contract.ts';
import { usePages } from './state.ts';

export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly code: RefusalCode; readonly why: Message };

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** @param path below `/api/v1` @param body sent as JSON where it is not left out */
export async function ask<T>(method: Method, path: string, body?: unknown): Promise<Answer<T>> {
  const headers: Record<string, string> = { ...token() };
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(API + path, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
    });
  } catch {
    return unreachable();
  }
  const text = await response.text().catch(() => '');
  if (response.ok) return { ok: true, value: (text === '' ? null : JSON.parse(text)) as T };
  return refused(text);
}

export const get = <T>(path: string): Promise<Answer<T>> => ask<T>('GET', path);

/** Values of a query that are left out or empty are not sent. */
export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const said = Object.entries(values).filter(([, v]) => v !== undefined && v !== '');
  return said.length === 0 ? '' : `?${new URLSearchParams(said.map(([k, v]) => [k, String(v)])).toString()}`;
}

function token(): Readonly<Record<string, string>> {
  const csrf = usePages.getState().me?.csrf ?? null;
  return csrf === null ? {} : { [CSRF_HEADER]: csrf };
}

/** `fetch` does not tell how far a body is. @param told share from 0 to 1 @returns a way to break off, and the answer */
export function upload(
  file: File,
  told: (share: number) => void,
): { readonly stop: () => void; readonly answer: Promise<Answer<Capture>> } {
  const request = new XMLHttpRequest();
  const answer = new Promise<Answer<Capture>>((resolve) => {
    request.upload.addEventListener('progress', (e) => {
      if (e.lengthComputable) told(e.loaded / e.total);
    });
    request.addEventListener('load', () => {
      if (request.status === 201) resolve({ ok: true, value: JSON.parse(request.responseText) as Capture });
      else resolve(refused(request.responseText));
    });
    request.addEventListener('error', () => resolve(unreachable()));
    request.addEventListener('abort', () => resolve({ ok: false, code: 'bad-request', why: say('upload-stopped') }));
  });
  request.open('POST', `${API}/uploads${query({ name: file.name })}`);
  for (const [name, value] of Object.entries(token())) request.setRequestHeader(name, value);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.send(file);
  return { stop: () => request.abort(), answer };
}

function unreachable<T>(): Answer<T> {
  return { ok: false, code: 'fault', why: say('server-unreachable') };
}

function refused<T>(text: string): Answer<T> {
  try {
    const { error } = JSON.parse(text) as Refusal;
    if (error.code === 'not-signed-in') usePages.getState().signedOut();
    return { ok: false, code: error.code, why: error.message };
  } catch {
    return { ok: false, code: 'fault', why: say('server-unreachable') };
  }
}
