// The room of live capture: the helper that opens interfaces, what it lists, checks and writes.
export { checkCaptureFilter } from './bpf.ts';
export { helperThere } from './helper.ts';
export { InterfaceWatch, notPermitted } from './interfaces.ts';
export { LiveCapture, type LiveOptions } from './live.ts';
