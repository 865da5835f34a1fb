// The room where bytes become packets: containers, compression, endings. Knows nothing of protocols.
export { CaptureReader, isPlainFile, openCapture, PacketBytes, type OpenOptions, type OpenResult } from './open.ts';
export { CaptureStream } from './stream.ts';
export { DEFAULT_LIMITS, type InflateLimits } from './source.ts';
export type { CaptureInterface, CaptureMeta, Ending, PacketSink } from './types.ts';
