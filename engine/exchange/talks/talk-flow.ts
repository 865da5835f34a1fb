// One flow whose application is read for logs: streams put together as rules have them, but handed on as they arrive.
import { type ApplicationReader, DONE, RuleFlow, type RulePacket, type Transaction } from '../../rules/index.ts';
import { type DnsExchange, DnsTalkReader } from './dns-reader.ts';
import { filesSaid, type FileSaid } from './file-said.ts';
import { type HttpSaid, httpSaid } from './http-said.ts';
import { QuicTalkReader } from './quic-reader.ts';
import type { Clock, Stamp } from './stamp.ts';
import { type TlsSaid, TlsTalkReader } from './tls-reader.ts';

/** Applications whose streams are read to their end. */
const READ: ReadonlySet<string> = new Set(['http1', 'http2', 'smtp', 'smb', 'ftp', 'ftp-data', 'nfs', 'dns', 'tls']);
const WEB: ReadonlySet<string> = new Set(['http1', 'http2']);

/** Where files come from, other than HTTP. */
export interface Carried {
  readonly at: Stamp;
  readonly application: string;
  /** 0 from whoever began. */
  readonly dir: 0 | 1;
  readonly file: FileSaid;
}

/** Hears of what a flow says, in the order in which it is complete. */
export interface TalkHeard {
  dns(exchange: DnsExchange): void;
  http(said: HttpSaid): void;
  carried(file: Carried): void;
}

export class TalkFlow extends RuleFlow {
  tls: { readonly said: TlsSaid; readonly at: Stamp } | null = null;
  quic: { readonly reader: QuicTalkReader; readonly at: Stamp } | null = null;
  /** Bytes that were acknowledged and never seen. */
  missed = 0;
  /** Applications that spoke on the flow, in order. */
  readonly services = new Set<string>();
  private readonly clock: Clock;
  private readonly heard: TalkHeard;
  private readonly missing: (dir: 0 | 1) => void;
  private readonly begun = new Map<Transaction, Stamp>();
  private readonly completed = new WeakSet<Transaction>();
  private requests = 0;

  constructor(transport: number, clock: Clock, heard: TalkHeard, missing: (dir: 0 | 1) => void) {
    super(transport, true, null);
    this.clock = clock;
    this.heard = heard;
    this.missing = missing;
    this.midstream = true;
  }

  protected override get carriesNone(): boolean {
    return this.applicationName !== 'unknown' && !READ.has(this.applicationName);
  }

  protected override reader(name: string): ApplicationReader | null {
    this.services.add(name);
    const at = this.clock.now;
    switch (name) {
      case 'dns':
      case 'mdns':
      case 'llmnr':
        return new DnsTalkReader(name, this.transport === 6, this.clock, (exchange) => this.heard.dns(exchange));
      case 'tls': {
        const reader = new TlsTalkReader();
        this.tls = { said: reader.said, at };
        return reader;
      }
      case 'quic': {
        const reader = new QuicTalkReader();
        this.quic = { reader, at };
        return reader;
      }
      default:
        return super.reader(name);
    }
  }

  override gap(dir: 0 | 1, count: number): void {
    this.missed += count;
    this.missing(dir);
    super.gap(dir, count);
  }

  /** Takes a segment; what lies in order is read at once. */
  segment(p: RulePacket): void {
    this.tcp(p);
    this.noticed.length = 0;
    this.streams[p.dir].handOnOrdered();
    for (const window of this.windows) window.looked();
    this.look();
  }

  override datagram(dir: 0 | 1, payload: Uint8Array): void {
    super.datagram(dir, payload);
    this.look();
  }

  /** Tells of transactions that are complete. @param all also of those that are not */
  private look(all = false): void {
    const { application } = this;
    if (application === null || application.transactions.length === 0) return;
    for (const t of application.transactions) {
      if (this.completed.has(t)) continue;
      if (!this.begun.has(t)) this.begun.set(t, this.clock.now);
      if (!t.done && !all) continue;
      this.complete(t, this.begun.get(t)!);
      this.completed.add(t);
      this.begun.delete(t);
    }
    // Nobody asks anything more of those that are complete.
    for (const dir of [0, 1] as const) application.allAsked(dir);
    application.sweep();
    if (this.begun.size > application.transactions.length + 1) this.forget(application.transactions);
  }

  /** Transactions that were given up leave nothing behind. */
  private forget(open: readonly Transaction[]): void {
    const kept = new Set(open);
    for (const t of this.begun.keys()) if (!kept.has(t)) this.begun.delete(t);
  }

  private complete(t: Transaction, at: Stamp): void {
    const files = [filesSaid(t.sides[0]), filesSaid(t.sides[1])] as const;
    if (WEB.has(t.application)) {
      this.heard.http(httpSaid(t, at, ++this.requests, files));
      return;
    }
    for (const dir of [0, 1] as const)
      for (const file of files[dir]) this.heard.carried({ at, application: t.application, dir, file });
  }

  /** Nothing more is read, so that what was held is given back. */
  readNoMore(): void {
    this.over();
    for (const stream of this.streams) stream.becomeDeaf();
    for (const window of this.windows) window.release();
    this.application = null;
    this.applicationName = 'failed';
  }

  /** Everything that waits is told. */
  over(): void {
    this.finish();
    if (this.application instanceof DnsTalkReader) this.application.finish();
    this.look(true);
    for (const t of this.begun.keys()) t.sides[0].reach(DONE);
    this.begun.clear();
  }
}
