// A request's target as rules see it: percent codes undone, path put in order (RFC 3986, 5.2.4, 6.2.2).
import { hexDigit } from '../../transforms.ts';

const PERCENT = 0x25;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** The target without a scheme and host, path normalised, query decoded once. */
export function normalUri(raw: Uint8Array): Uint8Array {
  const target = withoutHost(raw);
  const query = target.indexOf(0x3f);
  const path = cleanPath(decoded(query < 0 ? target : target.subarray(0, query), true));
  if (query < 0) return path;
  const rest = decoded(target.subarray(query), false);
  const out = new Uint8Array(path.length + rest.length);
  out.set(path);
  out.set(rest, path.length);
  return out;
}

/** `http://host/path` asks a proxy: the path is what the server sees. */
function withoutHost(raw: Uint8Array): Uint8Array {
  const text = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.length, 2_048)).toString('latin1');
  const found = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(text);
  return found === null ? raw : raw.subarray(found[0].length);
}

function decoded(bytes: Uint8Array, isPath: boolean): Uint8Array {
  if (!bytes.includes(PERCENT) && !(isPath && bytes.includes(BACKSLASH))) return bytes;
  const out = new Uint8Array(bytes.length);
  let n = 0;
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!;
    const high = c === PERCENT ? hexDigit(bytes[i + 1]) : -1;
    const low = high < 0 ? -1 : hexDigit(bytes[i + 2]);
    if (low >= 0) {
      out[n++] = high * 16 + low;
      i += 2;
    } else out[n++] = isPath && c === BACKSLASH ? SLASH : c;
  }
  return out.subarray(0, n);
}

/** Takes `//`, `/./` and `/name/../` away. */
function cleanPath(path: Uint8Array): Uint8Array {
  const text = Buffer.from(path.buffer, path.byteOffset, path.length).toString('latin1');
  if (!text.includes('//') && !text.includes('/.')) return path;
  const out: string[] = [];
  const parts = text.replace(/\/{2,}/g, '/').split('/');
  for (const [i, part] of parts.entries()) {
    const last = i === parts.length - 1;
    if (part === '..') {
      if (out.length > 1) out.pop();
      if (last) out.push('');
    } else if (part !== '.') out.push(part);
    else if (last) out.push('');
  }
  return new Uint8Array(Buffer.from(out.join('/'), 'latin1'));
}
