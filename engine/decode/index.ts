// The room where bytes become layers and columns: link layers, IP, transport, tunnels. State of a connection is not known here.
export { addressKey, AddressTable, addressText } from './addresses.ts';
export {
  BYTES_PER_PACKET,
  CHUNK_ROWS,
  chunkOver,
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
export { layerMarks } from './layer-marks.ts';
export { PacketDecoder } from './decoder.ts';
export * from './layers.ts';
export { P, protocolId, protocolName, protocolNames } from './protocol-ids.ts';
export { readU16, readU32, u16, u16le, u24, u32, u32le } from '../read/index.ts';
