// Zeek's logs of captures: conn, dns, ssl, http, x509, files (docs/zeek-logs.md). Beside the engine's flows a second walk
// through the capture tells what they said.
import { hash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { protocolName } from '../../decode/index.ts';
import type { Analysis } from '../../session/index.ts';
import type { FileSaid } from '../talks/file-said.ts';
import { fieldOf, type HttpMessage, type HttpSaid } from '../talks/http-said.ts';
import type { Carried } from '../talks/talk-flow.ts';
import type { Stamp } from '../talks/stamp.ts';
import type { TlsSaid } from '../talks/tls-reader.ts';
import { nameOf, type TalkEnds, TalkWalk } from '../talks/walk.ts';
import { commitAll, WriteError } from '../whole-file.ts';
import { CONN, type ConnLine } from './conn.ts';
import { DNS, type DnsLine, isLogged } from './dns.ts';
import { type FileLine, FILES } from './files.ts';
import { fileId, fileName, HTTP, type HttpLine } from './http.ts';
import { type ZeekForm, ZeekLog } from './log.ts';
import { serviceWords } from './services.ts';
import { SSL, type SslLine } from './ssl.ts';
import { certificateTold, X509, type X509Line } from './x509.ts';

/** Zeek's words of applications whose files it logs. */
const SOURCES: Readonly<Record<string, string>> = { smtp: 'SMTP', smb: 'SMB', 'ftp-data': 'FTP_DATA', nfs: 'NFS' };
const START: Stamp = { seconds: 0, nanoseconds: 0 };
/** Certificates that are remembered as told. */
const MOST_SHOWN = 1_000_000;
const HASHES = ['MD5', 'SHA1', 'SHA256'];

export type ZeekName = 'conn' | 'dns' | 'ssl' | 'http' | 'x509' | 'files';

export class ZeekLogs {
  private readonly conn: ZeekLog<ConnLine>;
  private readonly dns: ZeekLog<DnsLine>;
  private readonly ssl: ZeekLog<SslLine>;
  private readonly http: ZeekLog<HttpLine>;
  private readonly x509: ZeekLog<X509Line>;
  private readonly files: ZeekLog<FileLine>;
  /** Certificates that were told, with how they were shown. */
  private readonly shown = new Set<string>();
  private last: Stamp = START;
  private lines = 0;

  /** @param folder is made where it is not there @throws WriteError */
  constructor(folder: string, form: ZeekForm) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new WriteError(folder, error);
    }
    const open: ZeekLog<never>[] = [];
    const log = <T>(name: ZeekName, columns: ConstructorParameters<typeof ZeekLog<T>>[2]): ZeekLog<T> => {
      const made = new ZeekLog<T>(folder, name, columns, form);
      open.push(made as unknown as ZeekLog<never>);
      return made;
    };
    try {
      this.conn = log('conn', CONN);
      this.dns = log('dns', DNS);
      this.ssl = log('ssl', SSL);
      this.http = log('http', HTTP);
      this.x509 = log('x509', X509);
      this.files = log('files', FILES);
    } catch (error) {
      for (const made of open) made.file.discard();
      throw error;
    }
  }

  private get all(): readonly ZeekLog<never>[] {
    const { conn, dns, ssl, http, x509, files } = this;
    return [conn, dns, ssl, http, x509, files] as unknown as readonly ZeekLog<never>[];
  }

  /** What is to be given the capture's packets again. @param analysis of the same capture, read with its packets kept */
  walk(analysis: Analysis): TalkWalk {
    const { columns } = analysis.flows;
    return new TalkWalk(analysis, {
      dns: (ends, exchange) => {
        if (isLogged(exchange)) this.write(this.dns, ends, { ends, exchange });
      },
      http: (ends, said) => this.request(ends, said),
      carried: (ends, carried) => this.carried(ends, carried),
      tls: (ends, said, at) => this.handshake(ends, said, at),
      quic: (ends, { said }, at) => {
        if (said.client !== null) this.write(this.ssl, ends, { ends, said, at });
      },
      over: (ends) => {
        const app = protocolName(columns.app[ends.row]!);
        this.last = ends.last;
        this.write(this.conn, ends, { ends, services: serviceWords(ends.services, app, ends.ipProtocol) });
      },
    });
  }

  private write<T>(log: ZeekLog<T>, { first }: { readonly first: Stamp }, line: T): void {
    log.begin(first);
    log.write(line);
    this.lines++;
  }

  private request(ends: TalkEnds, said: HttpSaid): void {
    // Zeek reads HTTP/1 alone.
    if (said.application !== 'http1') return;
    this.write(this.http, ends, { ends, said });
    for (const dir of [0, 1] as const) {
      const message = dir === 0 ? said.request : said.answer;
      (message?.files ?? []).forEach((file, i) => {
        this.write(this.files, ends, {
          ends,
          fuid: fileId(ends, said.depth, dir, i),
          at: said.at,
          source: 'HTTP',
          dir,
          file,
          name: fileName(message, file),
          total: totalOf(message, file),
          analyzers: hashesOf(file),
        });
      });
    }
  }

  private carried(ends: TalkEnds, { at, application, dir, file }: Carried): void {
    const source = SOURCES[application];
    if (source === undefined || file.size === 0) return;
    const fuid = nameOf('F', `${ends.uid} ${application} ${this.files.lines}`);
    const base = { ends, fuid, at, source, dir, file, name: file.name, total: null };
    this.write(this.files, ends, { ...base, analyzers: hashesOf(file) });
  }

  private handshake(ends: TalkEnds, said: TlsSaid, at: Stamp): void {
    if (said.history === '') return;
    this.write(this.ssl, ends, { ends, said, at });
    for (const side of [0, 1] as const)
      said.chains[side].forEach((der, place) => this.certificate(ends, at, der, side === 1, place));
  }

  private certificate(ends: TalkEnds, at: Stamp, der: Uint8Array, ofClient: boolean, place: number): void {
    const certificate = certificateTold(der);
    const mime = place === 0 ? 'application/x-x509-user-cert' : 'application/x-x509-ca-cert';
    const dir = ofClient ? 0 : 1;
    const file: FileSaid = {
      name: '',
      mime,
      size: der.length,
      md5: hash('md5', der, 'hex'),
      sha1: hash('sha1', der, 'hex'),
      sha256: hash('sha256', der, 'hex'),
    };
    const fuid = nameOf('F', `${ends.uid} x509 ${dir} ${place}`);
    const analyzers = [...HASHES, ...(certificate === null ? [] : ['X509'])];
    const base = { ends, fuid, at, source: 'SSL', dir, file, name: null, total: null } as const;
    this.write(this.files, ends, { ...base, analyzers });
    if (certificate === null) return;
    const line: X509Line = { at, certificate, ofHost: place === 0, ofClient };
    const key = `${certificate.fingerprint} ${line.ofHost} ${ofClient}`;
    if (this.shown.has(key)) return;
    if (this.shown.size < MOST_SHOWN) this.shown.add(key);
    this.write(this.x509, ends, line);
  }

  /** Puts the logs in their places. @returns how many lines each has @throws WriteError */
  async close(): Promise<Readonly<Record<string, number>>> {
    for (const log of this.all) log.end(this.last);
    await commitAll(this.all.map((log) => log.file));
    return Object.fromEntries(this.all.map((log) => [log.name, log.lines]));
  }

  /** Leaves nothing behind. */
  discard(): void {
    for (const log of this.all) log.file.discard();
  }
}

function hashesOf(file: FileSaid): readonly string[] {
  return file.sha256 === '' ? [] : HASHES;
}

/** What the message said that its only file would have. */
function totalOf(message: HttpMessage | null, file: FileSaid): number | null {
  const said = /^\d{1,15}$/.exec(fieldOf(message, 'content-length') ?? '');
  return said === null || message!.files.length !== 1 || message!.sent !== file.size ? null : Number(said[0]);
}
