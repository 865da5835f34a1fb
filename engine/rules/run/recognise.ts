// Which application speaks on a flow, by its first bytes and its ports.
import { type ApplicationReader, textOf } from './application.ts';
import { DnsReader } from './dns.ts';
import { Http1Reader } from './http1.ts';
import type { RuleFlow } from './rule-flow.ts';

const METHODS =
  /^(?:GET|POST|HEAD|PUT|DELETE|OPTIONS|CONNECT|TRACE|PATCH|PROPFIND|PROPPATCH|MKCOL|COPY|MOVE|LOCK|UNLOCK|SEARCH|REPORT|CHECKOUT|MERGE|BITS_POST|RPC_IN_DATA|RPC_OUT_DATA|SUBSCRIBE|UNSUBSCRIBE|NOTIFY|M-SEARCH|DESCRIBE)[ \t]/;

/** @returns the application's name, null while nobody can say */
export function recognise(dir: 0 | 1, bytes: Uint8Array, flow: RuleFlow, datagrams: boolean): string | null {
  const ports = [flow.serverPort, flow.clientPort];
  if (datagrams) {
    if (ports.includes(53) && looksLikeDns(bytes)) return 'dns';
    if (ports.includes(5353) && looksLikeDns(bytes)) return 'mdns';
    return null;
  }
  const start = textOf(bytes.subarray(0, 24));
  if (dir === 0 && METHODS.test(start)) return 'http1';
  if (dir === 1 && /^HTTP\/\d\.\d /.test(start)) return 'http1';
  if (ports.includes(53) && bytes.length >= 14 && looksLikeDns(bytes.subarray(2))) return 'dns';
  return null;
}

function looksLikeDns(b: Uint8Array): boolean {
  if (b.length < 12) return false;
  const questions = (b[4]! << 8) | b[5]!;
  const opcode = (b[2]! >> 3) & 15;
  return questions <= 64 && opcode <= 6;
}

/** @returns a reader of the application, null where its name is all that is known of it */
export function readerOf(name: string, flow: RuleFlow): ApplicationReader | null {
  switch (name) {
    case 'http1':
      return new Http1Reader();
    case 'dns':
    case 'mdns':
      return new DnsReader(name, flow.transport === 6);
    default:
      return null;
  }
}
