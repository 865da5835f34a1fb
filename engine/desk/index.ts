// The room that serves windows: the open capture, its lists, alerts and labels, answered request by request.
export { plainCapture } from './capture-source.ts';
export { Desk, type DeskOptions, Refused } from './desk.ts';
export { deskOptions } from './options.ts';
export { serve, type Served, type Wire } from './serve.ts';
export { judgedRecord } from './save.ts';
export { alertRow } from './detail.ts';
export { CaptureSession } from './session.ts';
