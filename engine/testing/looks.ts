// Flows as judges see them, made by hand: what a test says of a flow, and nothing else, is odd about it.
import { english, flowRow } from '../../contract/index.ts';
import { IPPROTO_ICMP, IPPROTO_TCP, IPPROTO_UDP } from '../decode/index.ts';
import { type EvidencePeer, type FlowLook, type Judge, showsOf } from '../evidence/index.ts';
import { FlowColumns } from '../flow/index.ts';
import { type HttpExchange, type HttpRequest, nothingObserved, type Observed } from '../observe/index.ts';
import { type CertificateFacts, type FlowFacts, noFacts } from '../protocols/index.ts';

/** What is said of a flow; addresses are texts, ids are made of them. */
export interface MadeLook extends Partial<Omit<FlowLook, 'observed' | 'facts' | 'columns' | 'row'>> {
  readonly from?: string;
  readonly to?: string;
  readonly observed?: Partial<Observed>;
  readonly facts?: Partial<FlowFacts>;
}

/** A request that nobody answered: a GET without any field, but for what is said of it. */
export function askedFor(request: Partial<HttpRequest>): HttpExchange {
  return {
    request: {
      packet: 9,
      seconds: 0,
      method: 'GET',
      target: '/',
      host: null,
      agent: null,
      referer: null,
      origin: null,
      range: false,
      contentType: null,
      fieldNames: [],
      body: new Uint8Array(0),
      ...request,
    },
    response: null,
    done: true,
  };
}

/** What a judge found. */
export interface Seen {
  readonly rule: string;
  readonly points: number;
  readonly said: string;
  readonly peer: EvidencePeer;
  readonly packets: readonly number[];
}

const PRIVATE = /^(?:10|127|192\.168|172\.(?:1[6-9]|2\d|3[01]))\./;
const PROTOCOLS = { tcp: IPPROTO_TCP, udp: IPPROTO_UDP, icmp: IPPROTO_ICMP, other: 47 } as const;

/** Shows flows to one judge, in their order: those that show something it wants, as the book does. */
export class Looks {
  private readonly judge: Judge;
  private readonly columns = new FlowColumns();
  private readonly ids = new Map<string, number>();

  constructor(judge: Judge) {
    this.judge = judge;
  }

  /** One flow of its own, looked at once, when it is over (or as the test says). */
  see(made: MadeLook = {}): Seen[] {
    return this.again(this.columns.add(), made);
  }

  /** Looks at a flow that was made before, or at a row of the test's choice. */
  again(row: number, made: MadeLook): Seen[] {
    const { from = '10.0.0.5', to = '93.184.216.34', observed, facts, ...rest } = made;
    const transport = rest.transport ?? 'tcp';
    this.columns.ipProtocol[row] = PROTOCOLS[transport];
    const seen: Seen[] = [];
    // First bytes are bytes of payload: where a test says no more of it, they are all of it.
    const [there, back] = observed?.first ?? [];
    const whole = { ...nothingObserved(), payload: [there?.length ?? 0, back?.length ?? 0] as const, ...observed };
    const look: FlowLook = {
      row: flowRow(row),
      columns: this.columns,
      facts: facts === undefined ? null : { ...noFacts(), ...facts },
      observed: whole,
      exchanges: whole.http,
      over: true,
      initiator: this.id(from),
      responder: this.id(to),
      initiatorText: from,
      responderText: to,
      initiatorPublic: !PRIVATE.test(from),
      peerPublic: !PRIVATE.test(to),
      port: 443,
      transport,
      app: '',
      start: 1_000_000,
      end: (rest.start ?? 1_000_000) + 1,
      refused: false,
      began: true,
      names: [],
      popular: false,
      unresolved: false,
      ...rest,
    };
    if ((this.judge.wants & showsOf(look)) === 0) return [];
    this.judge.look(look, (rule, said, shown) => {
      const peer = shown?.peer ?? 'peer';
      seen.push({ rule: rule.name, points: rule.points, said: english(said), peer, packets: shown?.packets ?? [] });
    });
    return seen;
  }

  /** Names of the rules that one flow raised. */
  rules(made: MadeLook = {}): string[] {
    return this.see(made).map((s) => s.rule);
  }

  private id(address: string): number {
    const known = this.ids.get(address) ?? this.ids.size + 1;
    this.ids.set(address, known);
    return known;
  }
}

/** Rules that a fresh judge finds in one flow. */
export function rulesOf(make: () => Judge, made: MadeLook): string[] {
  return new Looks(make()).rules(made);
}

const DAY = 86_400;

/** A certificate of so many days; self-signed unless an issuer is said. */
export function madeCertificate(
  subject: string,
  o: { issuer?: string; days?: number; start?: number; names?: readonly string[] } = {},
): CertificateFacts {
  const issuer = o.issuer ?? subject;
  const notBefore = (o.start ?? 1_000_000) - (o.days ?? 400) * DAY;
  return {
    sha256: '00',
    sha1: '00',
    serial: '01',
    subject,
    issuer,
    selfSigned: issuer === subject,
    notBefore,
    notAfter: notBefore + 365 * DAY,
    keyType: 'rsa',
    keyBits: 2048,
    alternativeNames: o.names ?? [],
  };
}

/** Bytes of a text, one a character. */
export function latin(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, 'latin1'));
}
