// The room of live capture: the helper that opens interfaces, other sources, the files that grow, what stands in the way.
export { checkCaptureFilter } from './bpf.ts';
export { beginRecord, captureFolder, discardCapture, endRecord, interruptedCaptures, mendCapture, mendSegment, pruneCaptures, sessionRecord } from './captures.ts';
export { examine } from './doctor.ts';
export { askHelper, helperThere, runHelper, type HelperLine } from './helper.ts';
export { InterfaceWatch, notPermitted } from './interfaces.ts';
export { KeptPackets } from './kept.ts';
export { LiveCapture, type LiveStart } from './live.ts';
export { type CaptureFiles, type CapturePlan, type CaptureSource, DEFAULT_BUFFER_MIB, DEFAULT_RING, dumpcapCommand, EVERYTHING, helperArguments, type InterfaceChoice, NEVER, sourceName, sourceProblem, sshCommand, type StopAt } from './plan.ts';
