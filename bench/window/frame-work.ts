// Work of a page's main thread between two frames, from Chromium's trace.
import type { CDPSession } from 'playwright';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly ts: number;
  readonly dur?: number;
  readonly tid: number;
  readonly pid: number;
  readonly args?: { readonly name?: string };
}

async function traced(session: CDPSession, run: () => Promise<void>): Promise<TraceEvent[]> {
  const events: TraceEvent[] = [];
  const collect = ({ value }: { value: unknown[] }): void => {
    for (const e of value) events.push(e as TraceEvent);
  };
  session.on('Tracing.dataCollected', collect);
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline', '__metadata'] },
  });
  await run();
  const done = new Promise((resolve) => {
    session.once('Tracing.tracingComplete', resolve);
  });
  await session.send('Tracing.end');
  await done;
  session.off('Tracing.dataCollected', collect);
  return events;
}

export interface Work {
  /** Milliseconds of main-thread work between one frame and the next. */
  readonly frames: readonly number[];
  /** Milliseconds by what the thread did, over all frames. */
  readonly kinds: ReadonlyMap<string, number>;
}

/** What a frame's work consists of. */
const KINDS = [
  'FunctionCall',
  'FireAnimationFrame',
  'UpdateLayoutTree',
  'Layout',
  'PrePaint',
  'Paint',
  'Layerize',
  'Commit',
];

function workOf(events: readonly TraceEvent[]): Work {
  const main = events
    .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
    .map((e) => `${e.pid} ${e.tid}`);
  const frames = new Map<string, number[]>();
  for (const e of events) {
    const key = `${e.pid} ${e.tid}`;
    if (e.name === 'FireAnimationFrame' && main.includes(key)) frames.set(key, [...(frames.get(key) ?? []), e.ts]);
  }
  const [thread, stamps] = [...frames].sort((a, b) => b[1].length - a[1].length)[0] ?? ['', []];
  stamps.sort((a, b) => a - b);
  const work = new Float64Array(stamps.length);
  const kinds = new Map<string, number>();
  for (const e of events) {
    if (`${e.pid} ${e.tid}` !== thread || e.dur === undefined) continue;
    if (KINDS.includes(e.name)) kinds.set(e.name, (kinds.get(e.name) ?? 0) + e.dur / 1000);
    if (!e.name.endsWith('RunTask')) continue;
    let i = stamps.length - 1;
    while (i >= 0 && stamps[i]! > e.ts + e.dur) i--;
    if (i >= 0) work[i]! += e.dur / 1000;
  }
  return { frames: [...work], kinds };
}

/** What the thread of the busiest page does while something runs. */
export async function mainThreadWork(session: CDPSession, run: () => Promise<void>): Promise<Work> {
  return workOf(await traced(session, run));
}
