// Addresses of headers that lie in packets' bytes beside those that a capture's table knows, under ids of their own: the
// table itself is what flows are made of, and stays as reading left it.
import { type AddressId, addressId } from '../../contract/index.ts';
import { AddressTable, NET_IP4, NET_IP6 } from '../decode/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Header } from './layer-list.ts';
import { larger } from './stream-ends.ts';

const NOBODY = addressId(0);

export class OwnAddresses {
  private readonly table = new AddressTable();
  /** By id of the capture's table; 0 for not yet. */
  private own = new Int32Array(1024);

  /** @param id of the capture's table @returns 0 for what is no IP address */
  of({ addresses }: Analysis, id: AddressId): AddressId {
    if (id >= this.own.length) this.own = larger(this.own, Math.max(id + 1, this.own.length * 2));
    const known = this.own[id]!;
    if (known > 0) return addressId(known);
    const kind = addresses.kind(id);
    if (kind !== NET_IP4 && kind !== NET_IP6) return NOBODY;
    const made = this.table.internBytes(kind, addresses.bytes(id), 0);
    this.own[id] = made;
    return made;
  }

  /** Source and destination of the IP header around a header. */
  around({ family, addresses, addressesAt }: Header): readonly [AddressId, AddressId] {
    const four = family === NET_IP4;
    const kind = four ? NET_IP4 : NET_IP6;
    const source = this.table.internBytes(kind, addresses, addressesAt);
    return [source, this.table.internBytes(kind, addresses, addressesAt + (four ? 4 : 16))];
  }

  /** The address at a place in a packet's bytes. @param kind NET_IP4 or NET_IP6 */
  at(kind: typeof NET_IP4 | typeof NET_IP6, buf: Uint8Array, at: number): AddressId {
    return this.table.internBytes(kind, buf, at);
  }
}
