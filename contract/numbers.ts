// Branded numbers: a number that is a row, an id or a unit never travels as a plain `number` in a public signature.
declare const brand: unique symbol;
type Branded<Name extends string> = number & { readonly [brand]: Name };

/** Index of a packet in its capture, from 0. The frame number that people see is this + 1. */
export type PacketRow = Branded<'PacketRow'>;
/** Index of a flow in its capture, from 0, in the order of first packets. */
export type FlowRow = Branded<'FlowRow'>;
/** Index into the address table of one capture. */
export type AddressId = Branded<'AddressId'>;
/** Index into the open-flow slots; reused after a flow completes. */
export type FlowSlot = Branded<'FlowSlot'>;
/** A count of bytes. */
export type Bytes = Branded<'Bytes'>;
