// Branded numbers: rows and ids of a capture. Requests, pages, lists, filters, records and columns take and give them,
// so that the compiler refuses a packet's row where a flow's is wanted. Typed arrays hold them as numbers; what is read
// from there becomes a row by one of the functions below. The rooms that fill the columns (flow, protocols, workers)
// hand on the number of the packet under way and the open-flow slot as plain numbers.
declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Index of a packet in its capture, from 0. The frame number that people see is this + 1. */
export type PacketRow = Branded<'PacketRow'>;
/** Index of a flow in its capture, from 0, in the order of first packets. */
export type FlowRow = Branded<'FlowRow'>;
/** A row of one of the two lists. */
export type Row = PacketRow | FlowRow;
/** Index into the address table of one capture. */
export type AddressId = Branded<'AddressId'>;

/** A number that is known to be the row of a packet. Rows are counted by `for (let row = packetRow(0); …; row++)`. */
export function packetRow(index: number): PacketRow {
  return index as PacketRow;
}

/** A number that is known to be the row of a flow. */
export function flowRow(index: number): FlowRow {
  return index as FlowRow;
}

/** A number that is known to be the id of an address. */
export function addressId(index: number): AddressId {
  return index as AddressId;
}
