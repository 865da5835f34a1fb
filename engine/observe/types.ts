// What a flow's payloads show beyond its handshake, for evidence: requests and answers, calls, names, commands, first
// bytes. One object a flow that has any of it; everything in it is bounded.

/** Where nothing came: one for all. */
export const NO_BYTES: Uint8Array = new Uint8Array(0);

/** Bounds of what is kept of one flow. */
export const MAX_EXCHANGES = 300;
export const MAX_BODY = 512;
export const MAX_RAW_BODY = 4_096;
export const MAX_FIRST_BYTES = 96;
export const MAX_CALLS = 64;
export const MAX_NAMES = 64;
export const MAX_COMMANDS = 60;
export const MAX_DNS = 64;
export const MAX_SIGHTS = 32;

/** One request head of HTTP/1 (RFC 9112), with the first bytes of what it carries. */
export interface HttpRequest {
  /** Row of the packet in which the head ended. */
  readonly packet: number;
  /** Seconds since the epoch of that packet. */
  readonly seconds: number;
  readonly method: string;
  /** At most 2,048 characters. */
  readonly target: string;
  readonly host: string | null;
  readonly agent: string | null;
  readonly referer: string | null;
  readonly origin: string | null;
  readonly range: boolean;
  /** Lower case. */
  readonly contentType: string | null;
  /** Names of the fields in their order, lower case, at most 64. */
  readonly fieldNames: readonly string[];
  /** First 512 bytes of the body after chunks and gzip or deflate; there once the body is over. */
  body: Uint8Array;
}

/** One answer's head, with the first bytes of its body. */
export interface HttpResponse {
  readonly packet: number;
  readonly seconds: number;
  readonly status: number;
  /** Lower case. */
  readonly contentType: string | null;
  /** -1 where it is not said. */
  readonly contentLength: number;
  /** Content-Encoding, lower case, null without. */
  readonly encoding: string | null;
  /** First 512 bytes of the body after chunks and gzip or deflate; there once the body is over. */
  body: Uint8Array;
  /** Body bytes at hand as they came (chunks undone), at most 4,096; their entropy over the first 2,048, bits a byte. */
  rawBytes: number;
  entropy: number;
}

/** A request with its answer, in the order of the connection; either may be unseen. */
export interface HttpExchange {
  readonly request: HttpRequest | null;
  response: HttpResponse | null;
  /** Nothing more will be added to it. */
  done: boolean;
}

/** An interface that was bound (C706, 12.6.4.3), or an operation of one that was called. */
export interface RpcCall {
  readonly packet: number;
  /** UUID, lower case. */
  readonly uuid: string;
  /** -1 for a bind or alter context. */
  readonly operation: number;
  /** How often it was seen in the flow. */
  times: number;
}

/** What SMB 1 and 2 name. */
export interface SmbName {
  readonly packet: number;
  readonly what: 'share' | 'pipe' | 'file';
  /** As it was sent, at most 255 characters. A share is its last part: `ADMIN$`. */
  readonly name: string;
}

/** A command of SMTP or FTP, upper case, with its argument (at most 255 characters). */
export interface TextCommand {
  readonly packet: number;
  readonly verb: string;
  readonly argument: string;
}

export interface DnsSeen {
  readonly packet: number;
  /** Seconds since the epoch. */
  readonly seconds: number;
  readonly response: boolean;
  /** As it was sent, without the final dot. */
  readonly name: string;
  readonly type: number;
  readonly rcode: number;
  /** A and AAAA records of an answer. */
  readonly addresses: number;
  /** Length of the whole message, bytes. */
  readonly size: number;
  /** Names that an answer's CNAME records lead to; left out without. */
  readonly aliases?: readonly string[];
}

/** Something that a search through payload bytes found, with where it is. */
export interface Sight {
  /** Name of the pattern, as the tables of the searches have it. */
  readonly pattern: string;
  readonly packet: number;
  /** 0 from the initiator, 1 from the responder. */
  readonly dir: number;
  /** The text that matched, at most 120 characters, bytes as Latin-1. */
  readonly text: string;
}

/** Echo requests and replies of a flow of ICMP. */
export interface EchoFacts {
  requests: number;
  replies: number;
  /** Different first 32 bytes of payloads, counted up to 32. */
  starts: number;
  /** Different payload lengths of requests in classes of 32 bytes, counted up to 49. */
  lengthClasses: number;
  longestRequest: number;
  /** First 64 bytes of the first request's payload. */
  first: Uint8Array;
}

export interface Observed {
  /** Requests and answers in their order, at most MAX_EXCHANGES. */
  readonly http: readonly HttpExchange[];
  /** Requests that were seen, also those beyond the bound. */
  readonly httpRequests: number;
  readonly rpc: readonly RpcCall[];
  readonly smb: readonly SmbName[];
  readonly commands: readonly TextCommand[];
  readonly dns: readonly DnsSeen[];
  readonly sights: readonly Sight[];
  /** Kerberos message types of the flow (RFC 4120, 5.10), in their order, at most 32; errors as 1000 + code. */
  readonly kerberos: readonly number[];
  /** LDAP operations (RFC 4511, 4.1.1: application tags), in their order, at most 32. */
  readonly ldap: readonly number[];
  readonly echo: EchoFacts | null;
  /** First payload bytes of the initiator and of the responder, at most MAX_FIRST_BYTES each. */
  readonly first: readonly [Uint8Array, Uint8Array];
  /** Payload bytes on the wire of each direction. */
  readonly payload: readonly [number, number];
  /** Packet that carried the first payload of each direction, -1 without. */
  readonly firstPacket: readonly [number, number];
  /** Seconds since the epoch of that packet, 0 without. */
  readonly firstSeconds: readonly [number, number];
}

export function nothingObserved(): Observed {
  return {
    http: [],
    httpRequests: 0,
    rpc: [],
    smb: [],
    commands: [],
    dns: [],
    sights: [],
    kerberos: [],
    ldap: [],
    echo: null,
    first: [new Uint8Array(0), new Uint8Array(0)],
    payload: [0, 0],
    firstPacket: [-1, -1],
    firstSeconds: [0, 0],
  };
}
