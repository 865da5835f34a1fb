// What a service's row says, and how rows are asked: in their order, by a payload's first byte.
import type { Payload } from './payload.ts';
import { serviceId } from './ports.ts';

/**
 * What a test says of a payload. 'wait': this one may be it, a later payload will tell (the test keeps a hint), and
 * nothing further down is asked of this one.
 */
export type Said = boolean | 'wait';

/** Where the Protocol column asks for a service. */
export type Shown =
  /** Whatever the ports are registered for. */
  | 'any'
  /** As 'any' but on QUIC's port, where tshark asks QUIC alone. */
  | 'off-quic'
  /** Only where neither port is registered. */
  | 'unregistered';

/** One way in which first payloads tell a service. A service may have several rows. */
export interface Service {
  /** As it is spelled in ports.ts. */
  readonly name: string;
  /**
   * 'certain': bytes that nothing else has, so its place among the certain rows does not matter. 'likely': a shape that
   * other bytes may have by chance; asked after all certain rows of the transport, and order decides.
   */
  readonly certainty: 'certain' | 'likely';
  /** Bytes that the payload has at least. Left out: the shortest text of `begins`, or 1. */
  readonly least?: number;
  /** First bytes that it may have. Left out: those of `begins`, or any. */
  readonly first?: readonly number[];
  /**
   * Texts, a byte each character, of which the payload begins with one. While fewer bytes are there, more are waited
   * for.
   */
  readonly begins?: readonly string[];
  /** Test of a payload whose length, first byte and beginning are right. Left out: that is all. */
  is?(p: Payload): Said;
  /**
   * Where the Protocol column shows it. Left out: the column tells it in another way or, as tshark does, by port alone.
   */
  readonly column?: Shown;
  /** What the column calls it, where tshark has another word; a function where the payload tells it. */
  readonly shows?: string | ((p: Payload) => number);
  /** False: the column shows it and the flow's service is not told by it. */
  readonly flow?: false;
}

/** A row made ready to be asked. */
interface Ready {
  readonly id: number;
  readonly least: number;
  readonly first: readonly number[] | null;
  readonly is: (p: Payload) => Said;
  readonly shows: (p: Payload) => number;
  readonly row: Service;
}

/** Rows by first byte. */
type Index = readonly (readonly Ready[])[];

/** All bytes of which something is true, as a row's first bytes. */
export function bytesWhere(test: (byte: number) => boolean): number[] {
  return Array.from({ length: 256 }, (_, byte) => byte).filter(test);
}

/** First bytes from one to another, both of them too. */
export function bytesFrom(low: number, high: number): number[] {
  return bytesWhere((byte) => byte >= low && byte <= high);
}

/** The services of a transport. */
export class ServiceTable {
  readonly rows: readonly Service[];
  private readonly flow: Index;
  private readonly column: Readonly<Record<Shown, Index>>;

  /** @throws where a name is not one of ports.ts, or a 'certain' row stands behind a 'likely' one */
  constructor(rows: readonly Service[]) {
    this.rows = rows;
    const likely = rows.findIndex((row) => row.certainty === 'likely');
    const late = likely < 0 ? undefined : rows.slice(likely).find((row) => row.certainty === 'certain');
    if (late !== undefined)
      throw new Error(`'${late.name}' is certain and stands behind '${rows[likely]!.name}', which is only likely`);
    const ready = rows.map(readied);
    const shown = (column: Shown): Index => byFirstByte(ready.filter(({ row }) => row.column === column));
    this.flow = byFirstByte(ready.filter(({ row }) => row.flow !== false));
    this.column = { any: shown('any'), 'off-quic': shown('off-quic'), unregistered: shown('unregistered') };
  }

  /** What a flow speaks by one of its payloads. @returns protocol id, 0 when it tells nothing (yet) */
  service(p: Payload): number {
    return ask(this.flow, p)?.id ?? 0;
  }

  /** Whether the Protocol column asks for any service by such a first byte. */
  shows(first: number, where: Shown): boolean {
    return this.column[where][first]!.length > 0;
  }

  /** What the Protocol column says of a payload by its content. @returns protocol id, 0 when it tells nothing */
  shown(p: Payload, where: Shown): number {
    return ask(this.column[where], p)?.shows(p) ?? 0;
  }
}

function ask(index: Index, p: Payload): Ready | null {
  if (p.size <= 0) return null;
  const rows = index[p.bytes[p.at]!]!;
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i]!;
    if (p.size < row.least) continue;
    const said = row.is(p);
    if (said === true) return row;
    if (said === 'wait') return null;
  }
  return null;
}

function byFirstByte(rows: readonly Ready[]): Index {
  return Array.from({ length: 256 }, (_, byte) => rows.filter(({ first }) => first === null || first.includes(byte)));
}

function readied(row: Service): Ready {
  const id = serviceId(row.name);
  const { begins, shows } = row;
  const starts = begins?.map((text) => text.charCodeAt(0)) ?? null;
  return {
    id,
    least: row.least ?? Math.min(...(begins?.map((text) => text.length) ?? [1])),
    first: row.first ?? starts,
    is: tested(row),
    shows: typeof shows === 'function' ? shows : constant(shows === undefined ? id : serviceId(shows)),
    row,
  };
}

function constant(id: number): () => number {
  return () => id;
}

/** The whole test of a row but for length and first byte. */
function tested(row: Service): (p: Payload) => Said {
  const { begins, is } = row;
  if (begins === undefined) {
    if (is === undefined) throw new Error(`'${row.name}' has neither 'begins' nor a test`);
    return is;
  }
  const [only] = begins;
  const begun =
    begins.length === 1 ? (p: Payload) => p.begins(only!) : (p: Payload) => begins.some((text) => p.begins(text));
  return is === undefined ? begun : (p) => begun(p) && is(p);
}
