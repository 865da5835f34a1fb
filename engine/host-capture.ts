// The engine's door for capturing on the command line, apart so that scoring files starts without it.
export {
  beginRecord,
  type CaptureFiles,
  captureFolder,
  type CapturePlan,
  type CaptureSource,
  checkCaptureFilter,
  DEFAULT_BUFFER_MIB,
  DEFAULT_RING,
  endRecord,
  examine,
  type InterfaceChoice,
  interruptedCaptures,
  InterfaceWatch,
  LiveCapture,
  mendCapture,
  notPermitted,
  pruneCaptures,
  type Ring,
  sourceName,
  type StopAt,
} from './capture/index.ts';
export { alertRow, CaptureSession, judgedAlert, judgedIncidents, judgedRecord } from './desk/index.ts';
export { flowRecord } from './session/index.ts';
