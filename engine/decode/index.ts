// The room where bytes become layers and columns. The state of a connection is not known here.
//
// The decoder finds, in place, the innermost IP header and its transport: `decoder.ts` reads link layers, `wlan.ts` and
// `radiotap.ts` 802.11, `pseudowire.ts` what follows MPLS labels, `network.ts` IP and above, `gre.ts` and `tunnels.ts`
// what GRE and UDP carry. docs/wrappers.md lists every wrapper that is entered, and those that are not. Offsets are
// written into one reused `Layers` object; nothing is allocated for a packet. Addresses are interned once
// (`addresses.ts`).
//
// `columns.ts` has 40 bytes a packet in SharedArrayBuffer chunks of 65,536 rows. Source, destination and ports come
// from the packet's flow and one direction bit; Info is made from the packet's bytes when a row is shown.
export { addressKey, AddressTable, addressText } from './addresses.ts';
export {
  BYTES_PER_PACKET,
  CHUNK_ROWS,
  chunkOver,
  flowOfOwner,
  inChunk,
  MARK_CUT,
  MARK_DAMAGED,
  MARK_FRAGMENT,
  MARK_GTP,
  MARK_LAYERS,
  MARK_REVERSE,
  NO_FLOW,
  PacketColumns,
  type ChunkSpill,
  type PacketChunk,
} from './columns.ts';
export * from './ether-types.ts';
export * from './ip-protocols.ts';
export { PacketDecoder } from './decoder.ts';
export * from './layers.ts';
export { P, protocolId, protocolName, protocolNames } from './protocol-ids.ts';
export { latin1, ownText } from './text.ts';
export { MARK_HEADER, MARK_WORDS, PLAIN_LINKS, ROW_WORDS, rowWordBit, type RowWord, wordsOf } from './row-header.ts';
export { tunnelPorts } from './tunnels.ts';
export { copyBytes, readU16, readU32, u16, u16le, u24, u24le, u32, u32le } from '../read/index.ts';
