// The room of live capture: whatever the source, it makes segments grow on disk, and everything else reads them.
//
// `plan.ts` has the sources: the helper, dumpcap, tcpdump over ssh, a pipe, stdin, npm cap. All of it is carried out in
// one thread (`capture-thread.ts`) that keeps the process's priority; the thread with the pipeline steps back to nice 5
// when the first capture starts (Linux, where a priority is a thread's), so that children of the capture thread go
// before it. npm cap runs in a Node process of its own that speaks the helper's lines (`cap-process.ts`), since its
// addon knows a process's first event loop only. Where this process is root, it opens the folder or file itself and
// hands the helper a descriptor (`root-place.ts`), so that segments need no path.
//
// `doctor.ts` tries what can stand in the way, `linux-cause.ts` tells why Linux says no. libpcap does not say where a
// filter is wrong: `bpf.ts` finds the first word with which no completion makes a filter of the beginning, by halving,
// and opens no interface for it. `captures.ts` keeps the folders of captures: `session.json` says 'running' and
// `session.lock` is held as long as the host lives, which other pid namespaces see too; the next start offers what was
// interrupted and cuts the half of a block that may be at its end. `kept.ts` copies packets of alerted, labelled and tagged
// flows after their segment lost its name and before its file is let go, so that the ring never waits for a slow
// engine. Pausing lets the helper read on and throw away, so that nothing stale comes in when it goes on.
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
export { withoutWindow } from './own-window.ts';
export {
  type CaptureFiles,
  type CapturePlan,
  type CaptureSource,
  DEFAULT_BUFFER_MIB,
  DEFAULT_RING,
  EVERYTHING,
  type InterfaceChoice,
  NEVER,
  type Ring,
  sourceName,
  sourceProblem,
  type StopAt,
} from './plan.ts';
