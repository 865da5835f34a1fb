// The room where bytes become packets: containers, compression, endings. It knows nothing of protocols.
//
// `stream.ts` takes bytes in pieces of any size and walks records; pcap, pcapng, snoop, Network Monitor and ERF have a
// walker each. Bytes come from a file, stdin, a named pipe, the segments of a live capture, or an inflater (gzip, zstd,
// lz4, bzip2, xz). What is inflated or comes by a pipe is written once into a file of the cache folder, so that every
// packet can be read again by offset. A read takes 256 KiB, which fits a core's own cache: what was copied is still
// there when it is walked. Memory is bounded by one record. Which headers a pcap's records have is told by its first
// three records, as Wireshark does. What is no capture is named by its first bytes, with the command that converts it
// (`formats.ts`). How reading ended is a value (ok, partial, unreadable, refused) with the byte.
//
// `segments.ts` reads the segments of a live capture as one long pcapng whose offsets count from the first segment that
// ever was. Each is opened when it is named, so that one whose name the ring has removed can still be read. An engine
// that is more than a ring behind misses whole segments, counts them, and goes on.
export { copyBytes, readU16, readU32, u16, u16le, u24, u24le, u32, u32le } from './bytes.ts';
export {
  CaptureReader,
  openCapture,
  packetBytes,
  type PacketBytes,
  type OpenOptions,
  type OpenResult,
} from './open.ts';
export { machineName, removeLeftovers, runName } from './leftovers.ts';
export { lowerBound, lowerBoundBy } from './lower-bound.ts';
export { ReadAhead } from './read-ahead.ts';
export * from './link-types.ts';
export {
  captureFiles,
  folderSource,
  KEPT_FILE,
  type SegmentChange,
  Segments,
  SegmentSource,
  SESSION_FILE,
} from './segments.ts';
export { CaptureStream } from './stream.ts';
export {
  type ByteSource,
  compressionOf,
  DEFAULT_LIMITS,
  FileSource,
  unpacked,
  type InflateLimits,
  type SourceError,
  type StreamTally,
} from './source.ts';
export {
  CapturedPacket,
  emptyMeta,
  type CaptureInterface,
  type CaptureMeta,
  type Ending,
  type PacketSink,
} from './types.ts';
