// Writing a rule from something that was seen: a name, a fingerprint, a certificate, bytes.
const MAX_MSG = 200;
/** Bytes of one content; longer selections are cut. */
export const MAX_CONTENT = 255;

/** From what a rule is written. */
export type RuleSubject =
  | { readonly of: 'bytes'; readonly bytes: Uint8Array; readonly transport: 'tcp' | 'udp' | 'ip'; readonly side: Side }
  | { readonly of: 'server-name'; readonly name: string; readonly quic: boolean }
  | { readonly of: 'dns-name'; readonly name: string }
  | { readonly of: 'host'; readonly host: string }
  | { readonly of: 'url'; readonly host: string | null; readonly uri: string }
  /** Serial number in hexadecimal digits. */
  | { readonly of: 'certificate'; readonly serial: string; readonly subject: string }
  | { readonly of: 'ja3' | 'ja3s' | 'ja4'; readonly value: string; readonly quic: boolean }
  | { readonly of: 'hassh'; readonly value: string; readonly server: boolean }
  | { readonly of: 'address'; readonly address: string };

/** The port of the one who answers, and whether the bytes go to it. */
export interface Side {
  readonly toServer: boolean;
  /** Null where the transport has no ports. */
  readonly port: number | null;
  /** The beginning of the connection was seen: only then is it established. */
  readonly established: boolean;
}

/** @param sid a free one @returns a rule in Suricata's language that matches what it was made from */
export function makeRule(subject: RuleSubject, sid: number): string {
  const { header, options, msg } = partsOf(subject);
  const all = [`msg:"${escaped(msg.slice(0, MAX_MSG))}"`, ...options, `sid:${sid}`, 'rev:1'];
  return `alert ${header} (${all.map((o) => `${o};`).join(' ')})`;
}

interface Parts {
  readonly header: string;
  readonly options: readonly string[];
  readonly msg: string;
}

const ANY = 'any any -> any any';

function partsOf(s: RuleSubject): Parts {
  switch (s.of) {
    case 'bytes':
      return bytesParts(s);
    case 'server-name':
      return exact(s.quic ? 'quic' : 'tls', s.quic ? 'quic.sni' : 'tls.sni', s.name, `Server name ${s.name}`);
    case 'dns-name':
      return exact('dns', 'dns.query', s.name.toLowerCase(), `DNS question for ${s.name}`, ['nocase']);
    case 'host':
      return exact('http', 'http.host', s.host.toLowerCase(), `HTTP host ${s.host}`);
    case 'url': {
      const host = s.host === null ? [] : ['http.host', content(s.host.toLowerCase()), bsize(s.host.toLowerCase())];
      // What is decoded and put in order on its way is asked for as it was sent.
      const buffer = /^[/][\w\-./?=&,;:@!$'()*~]*$/.test(s.uri) && !/[/.]{2}/.test(s.uri) ? 'http.uri' : 'http.uri.raw';
      const options = [...host, buffer, content(s.uri), bsize(s.uri)];
      return { header: `http ${ANY}`, options, msg: `URL ${s.host ?? ''}${s.uri}` };
    }
    case 'certificate': {
      const serial = colons(s.serial);
      return exact('tls', 'tls.cert_serial', serial, `Certificate ${serial} of ${s.subject}`);
    }
    case 'ja3':
      return exact(s.quic ? 'quic' : 'tls', 'ja3.hash', s.value, `JA3 ${s.value}`);
    case 'ja3s':
      return exact(s.quic ? 'quic' : 'tls', 'ja3s.hash', s.value, `JA3S ${s.value}`);
    case 'ja4':
      return exact(s.quic ? 'quic' : 'tls', 'ja4.hash', s.value, `JA4 ${s.value}`);
    case 'hassh':
      return exact('ssh', s.server ? 'ssh.hassh.server' : 'ssh.hassh', s.value, `HASSH ${s.value}`);
    case 'address':
      return { header: `ip any any <> ${s.address} any`, options: [], msg: `Traffic with ${s.address}` };
  }
}

function bytesParts({ bytes, transport, side }: Extract<RuleSubject, { of: 'bytes' }>): Parts {
  const { toServer, port, established } = side;
  const to = port === null ? 'any' : String(port);
  const header = toServer ? `${transport} any any -> any ${to}` : `${transport} any ${to} -> any any`;
  const direction = toServer ? 'to_server' : 'to_client';
  const flow = established && transport === 'tcp' ? [`flow:established,${direction}`] : [];
  const held = bytes.subarray(0, MAX_CONTENT);
  return { header, options: [...flow, content(held)], msg: `Bytes ${bytesText(held.subarray(0, 32))}` };
}

/** A buffer that holds this and nothing else. */
function exact(application: string, buffer: string, value: string, msg: string, more: readonly string[] = []): Parts {
  return { header: `${application} ${ANY}`, options: [buffer, content(value), ...more, bsize(value)], msg };
}

function bsize(value: string): string {
  return `bsize:${Buffer.byteLength(value)}`;
}

function content(value: string | Uint8Array): string {
  return `content:"${bytesText(typeof value === 'string' ? Buffer.from(value) : value)}"`;
}

/** Bytes as contents are written: what is printed stands for itself, all else, and the signs of rules, between pipes. */
function bytesText(bytes: Uint8Array): string {
  let out = '';
  let open = false;
  for (const b of bytes) {
    const plain = b >= 0x20 && b < 0x7f && !SIGNS.has(b);
    if (plain === open) out += '|';
    else if (!plain) out += ' ';
    out += plain ? String.fromCharCode(b) : b.toString(16).padStart(2, '0');
    open = !plain;
  }
  return open ? `${out}|` : out;
}

/** Quotation mark, semicolon, colon, backslash, pipe. */
const SIGNS = new Set([0x22, 0x3b, 0x3a, 0x5c, 0x7c]);

function escaped(text: string): string {
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '·').replace(/[\\";]/g, (sign) => `\\${sign}`);
}

function colons(hex: string): string {
  const digits = hex.replace(/[^0-9a-f]/gi, '').toUpperCase();
  return (`${digits.length % 2 === 0 ? '' : '0'}${digits}`.match(/../g) ?? []).join(':');
}
