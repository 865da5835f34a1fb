// What is odd about heads of HTTP/1 messages (RFC 9110, RFC 9112), by the names of `app-layer-event`. Looked for where a
// rule asks for an event of HTTP, and nowhere else.

/** Fields of one message that are no oddity yet. */
const MANY_FIELDS = 1_024;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const HOST = /^(?:\[[0-9a-f:.]+\]|[\w.-]*)$/i;
const CODINGS: ReadonlySet<string> = new Set([
  'gzip',
  'x-gzip',
  'deflate',
  'x-deflate',
  'br',
  'zstd',
  'compress',
  'x-compress',
  'lzma',
  'identity',
  'none',
  '',
]);

interface Fields {
  /** All values of each name, in small letters. */
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly odd: Set<string>;
}

/** @param head of a request as latin1 text, with its first line */
export function requestOddities(head: string): ReadonlySet<string> {
  const { values, odd } = fieldsOf(head, 'request');
  const line = /^[^\n]*/.exec(head)![0].replace(/\r$/, '');
  if (/^[ \t]/.test(line)) odd.add('request_line_leading_whitespace');
  const [, gap = ' ', target = '', rest = ''] = /^\s*\S+(\s+)(\S*)(.*)$/s.exec(line) ?? [];
  if (gap !== ' ') odd.add('method_delim_non_compliant');
  const before = /^\s+/.exec(rest)?.[0] ?? ' ';
  if (before !== ' ') odd.add('uri_delim_non_compliant');
  const named = /^[a-z][\w+.-]*:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:]*)(?::([^/]*))?/i.exec(target);
  const host = values.get('host')?.[0];
  // What CONNECT asks for is a host.
  const connects = /^\s*CONNECT\s/.test(line);
  if (host === undefined && named === null && !connects && /HTTP\/1\.1\s*$/.test(rest)) odd.add('missing_host_header');
  const [, name = '', port] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(host ?? '') ?? [];
  if (host !== undefined && named !== null && named[1]!.toLowerCase() !== name.toLowerCase())
    odd.add('host_header_ambiguous');
  if (!HOST.test(name)) odd.add('request_header_host_invalid');
  if (named !== null && !HOST.test(named[1]!)) odd.add('request_uri_host_invalid');
  if (!isPort(port)) odd.add('invalid_server_port_in_request');
  if (!isPort(named?.[2])) odd.add('invalid_authority_port');
  return odd;
}

/** @param head of an answer as latin1 text, with its first line */
export function responseOddities(head: string): ReadonlySet<string> {
  const { values, odd } = fieldsOf(head, 'response');
  const [, protocol = '', status = ''] = /^\s*(\S*)\s*(\S*)/.exec(head) ?? [];
  if (!/^HTTP\/\d\.\d$/.test(protocol)) odd.add('response_invalid_protocol');
  if (!/^[1-9]\d\d$/.test(status)) odd.add('response_invalid_status');
  const transfer = (values.get('transfer-encoding') ?? []).join(',').toLowerCase();
  if (transfer.includes('chunked')) {
    if (transfer.trim() !== 'chunked') odd.add('response_abnormal_transfer_encoding');
    if (protocol === 'HTTP/1.0' || protocol === 'HTTP/0.9') odd.add('response_chunked_old_proto');
  }
  const codings = (values.get('content-encoding') ?? []).join(',').toLowerCase().split(',');
  if (!codings.every((c) => CODINGS.has(c.trim()))) odd.add('abnormal_ce_header');
  if (/^\s*multipart\/byteranges/i.test(values.get('content-type')?.[0] ?? ''))
    odd.add('response_multipart_byteranges');
  return odd;
}

function isPort(said: string | undefined): boolean {
  return said === undefined || (/^\d{1,5}$/.test(said.trim()) && Number(said) > 0 && Number(said) < 65_536);
}

function fieldsOf(head: string, kind: 'request' | 'response'): Fields {
  const odd = new Set<string>();
  const values = new Map<string, string[]>();
  const lines = head.split('\n', MANY_FIELDS * 2).slice(1);
  let last: string[] | null = null;
  let count = 0;
  for (const ended of lines) {
    const line = ended.replace(/\r$/, '');
    if (line === '') break;
    if (/^[ \t]/.test(line)) {
      if (last === null) odd.add(`invalid_${kind}_field_folding`);
      else last[last.length - 1] += ` ${line.trim()}`;
      continue;
    }
    if (++count > MANY_FIELDS) {
      odd.add(`${kind}_too_many_headers`);
      break;
    }
    const colon = line.indexOf(':');
    if (colon < 0) {
      odd.add(`${kind}_field_missing_colon`);
      continue;
    }
    const name = line.slice(0, colon);
    if (!TOKEN.test(name)) odd.add(`${kind}_header_invalid`);
    last = kept(values, name.trim().toLowerCase(), line.slice(colon + 1).trim());
    if (last.length > 1) odd.add(`${kind}_header_repetition`);
  }
  lengthOddities(values, kind, odd);
  return { values, odd };
}

function kept(values: Map<string, string[]>, name: string, value: string): string[] {
  const known = values.get(name);
  if (known === undefined) {
    const first = [value];
    values.set(name, first);
    return first;
  }
  known.push(value);
  return known;
}

/** What says where a body ends (RFC 9112, 6). */
function lengthOddities(values: ReadonlyMap<string, readonly string[]>, kind: string, odd: Set<string>): void {
  const lengths = values.get('content-length') ?? [];
  if (lengths.length > 1) odd.add(`duplicate_content_length_field_in_${kind}`);
  if (!lengths.every((l) => /^\d+$/.test(l))) odd.add(`invalid_content_length_field_in_${kind}`);
  const transfer = values.get('transfer-encoding');
  if (transfer !== undefined && !/\bchunked\b/i.test(transfer.join(',')))
    odd.add(`invalid_transfer_encoding_value_in_${kind}`);
}
