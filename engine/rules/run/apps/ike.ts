// IKE of both versions (RFC 2408 and 2409, RFC 7296) as rules see it: every message is a transaction.
import { ApplicationReader, ascii } from '../application.ts';
import type { Transaction, TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';

const MAX_PAYLOADS = 128;
const MAX_TRANSFORMS = 64;
/** Kinds of payloads: those of version 1, and those of version 2. */
const KINDS: Readonly<Record<number, 'sa' | 'key' | 'nonce' | 'vendor'>> = {
  1: 'sa',
  4: 'key',
  10: 'nonce',
  13: 'vendor',
  33: 'sa',
  34: 'key',
  40: 'nonce',
  43: 'vendor',
};
const ENCRYPTED = new Set([46, 53]);
/** Attributes of version 1 (RFC 2409, appendix A). */
const ATTRIBUTES: Readonly<Record<number, string>> = {
  1: 'alg_enc',
  2: 'alg_hash',
  3: 'alg_auth',
  4: 'alg_dh',
  5: 'sa_group_type',
  11: 'sa_life_type',
  12: 'sa_life_duration',
  13: 'alg_prf',
  14: 'sa_key_length',
  15: 'sa_field_size',
};
/** Kinds of transforms of version 2 (RFC 7296, 3.3.2). */
const TRANSFORMS: Readonly<Record<number, string>> = {
  1: 'alg_enc',
  2: 'alg_prf',
  3: 'alg_auth',
  4: 'alg_dh',
  5: 'alg_esn',
};
export const SA_ATTRIBUTES: ReadonlySet<string> = new Set([...Object.values(ATTRIBUTES), ...Object.values(TRANSFORMS)]);

export class IkeReader extends ApplicationReader {
  readonly name = 'ike';

  bytes(dir: 0 | 1, data: Uint8Array): void {
    // On port 4500 four octets of zero stand before it (RFC 3948, 2.2).
    const c = new Cursor(
      data,
      data.length > 32 && data[0] === 0 && data[1] === 0 && data[2] === 0 && data[3] === 0 ? 4 : 0,
    );
    const [initiator, responder] = [c.take(8), c.take(8)];
    const next = c.u8();
    const version = c.u8() >> 4;
    const exchange = c.u8();
    const flags = c.u8();
    c.skip(8);
    if (!c.ok || (version !== 1 && version !== 2)) return;
    const t = this.open();
    const side = t.sides[dir];
    if (dir === 0) side.set('ike.init_spi', hex(initiator));
    else side.set('ike.resp_spi', hex(responder));
    side.number('ike.exchtype', exchange);
    if (version === 2 || (flags & 1) === 0) tellPayloads(t, dir, c, next, version);
    else t.event('ike.payload_extra_data_none', dir);
    t.finish();
  }
}

function hex(bytes: Uint8Array): Uint8Array {
  return ascii(Buffer.from(bytes).toString('hex'));
}

function tellPayloads(t: Transaction, dir: 0 | 1, c: Cursor, first: number, version: number): void {
  const side = t.sides[dir];
  let next = first;
  for (let i = 0; next !== 0 && c.left >= 4 && i < MAX_PAYLOADS; i++) {
    if (ENCRYPTED.has(next)) return;
    const kind = KINDS[next];
    next = c.u8();
    c.skip(1);
    const body = c.part(c.u16() - 4);
    if (!body.ok) {
      t.event('ike.malformed_data', dir);
      return;
    }
    switch (kind) {
      case 'vendor':
        if (dir === 0) side.add('ike.vendor', hex(body.rest()));
        break;
      case 'nonce':
        side.number('ike.nonce_payload_length', body.left);
        side.set('ike.nonce_payload', body.rest());
        break;
      case 'key':
        if (version === 2) body.skip(4);
        side.number('ike.key_exchange_payload_length', body.left);
        side.set('ike.key_exchange_payload', body.rest());
        break;
      case 'sa':
        // What was chosen stands in what comes back.
        if (dir === 1) tellChosen(side, body, version);
        break;
      case undefined:
    }
  }
}

/** The first proposal's transforms. */
function tellChosen(side: TransactionSide, c: Cursor, version: number): void {
  if (version === 1) c.skip(8);
  c.skip(2);
  const proposal = c.part(c.u16() - 4);
  proposal.skip(2);
  const spi = proposal.u8();
  const count = Math.min(MAX_TRANSFORMS, proposal.u8());
  proposal.skip(spi);
  for (let i = 0; i < count && proposal.left >= 8; i++) {
    proposal.skip(2);
    const transform = proposal.part(proposal.u16() - 4);
    if (version === 1) {
      transform.skip(4);
      tellAttributes(side, transform);
      continue;
    }
    const type = transform.u8();
    transform.skip(1);
    const id = transform.u16();
    const name = TRANSFORMS[type];
    if (transform.ok && name !== undefined) side.number(`ike.sa.${name}`, id);
  }
}

function tellAttributes(side: TransactionSide, c: Cursor): void {
  for (let i = 0; c.left >= 4 && i < MAX_TRANSFORMS; i++) {
    const type = c.u16();
    let value = c.u16();
    if ((type & 0x8000) === 0) {
      const size = value;
      value = size <= 6 ? c.number(size) : NaN;
      if (size > 6) c.skip(size);
    }
    const name = ATTRIBUTES[type & 0x7fff];
    if (c.ok && name !== undefined && Number.isFinite(value)) side.number(`ike.sa.${name}`, value);
  }
}
