// The room where bytes become packets: containers, compression, endings. Knows nothing of protocols.
export { readU16, readU32, u16, u16le, u24, u32, u32le } from './bytes.ts';
export {
  CaptureReader,
  openCapture,
  packetBytes,
  type PacketBytes,
  type OpenOptions,
  type OpenResult,
} from './open.ts';
export { machineName, removeLeftovers, runName } from './leftovers.ts';
export { lowerBound } from './lower-bound.ts';
export { captureFiles, folderSource, KEPT_FILE, Segments, SegmentSource, SESSION_FILE } from './segments.ts';
export { CaptureStream } from './stream.ts';
export {
  type ByteSource,
  DEFAULT_LIMITS,
  FileSource,
  unpacked,
  type InflateLimits,
  type SourceError,
  type StreamTally,
} from './source.ts';
export type { CaptureInterface, CaptureMeta, Ending, PacketSink } from './types.ts';
