// The room of live capture: the helper that opens interfaces, other sources, the files that grow, what stands in the way.
export { checkCaptureFilter } from './bpf.ts';
export {
  beginRecord,
  captureFolder,
  discardCapture,
  endRecord,
  interruptedCaptures,
  mendCapture,
  mendSegment,
  pruneCaptures,
  sessionRecord,
} from './captures.ts';
export { examine } from './doctor.ts';
export { InterfaceWatch, notPermitted } from './interfaces.ts';
export { KeptPackets } from './kept.ts';
export { LiveCapture } from './live.ts';
export {
  type CaptureFiles,
  type CapturePlan,
  type CaptureSource,
  DEFAULT_BUFFER_MIB,
  DEFAULT_RING,
  EVERYTHING,
  NEVER,
  sourceName,
  sourceProblem,
  type StopAt,
} from './plan.ts';
