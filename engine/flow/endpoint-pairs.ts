// Endpoints of packets without a flow: each pair of MAC addresses has a number.
import { ADDRESS_MAC, type AddressTable, type Layers } from '../decode/index.ts';

/** More than addresses can be. */
const STRIDE = 67_108_864;

export class EndpointPairs {
  /** Two address ids a pair, 0 where there is none. */
  readonly ids: number[] = [];
  private readonly numbers = new Map<number, number>();
  private readonly addresses: AddressTable;

  constructor(addresses: AddressTable) {
    this.addresses = addresses;
  }

  /** @param l its MAC addresses are offsets in `buf` @returns the number of the packet's pair */
  number(l: Layers, buf: Uint8Array): number {
    const source = this.idAt(buf, l.macSource);
    const destination = this.idAt(buf, l.macDestination);
    const key = source * STRIDE + destination;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.ids.length / 2;
      this.ids.push(source, destination);
      this.numbers.set(key, number);
    }
    return number;
  }

  private idAt(buf: Uint8Array, at: number): number {
    return at >= 0 ? this.addresses.internBytes(ADDRESS_MAC, buf, at) : 0;
  }
}
