// Disks without room, and folders that nothing may be written to, under captures and under state.
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { LABELS } from '../../contract/index.ts';
import { pause } from '../capture/rig.ts';
import type { Fault } from './fault.ts';
import { type Host, LIMIT } from './host.ts';
import { LiveRun } from './live-run.ts';
import type { World } from './world.ts';

const PIECE = Buffer.alloc(65_536);

/** Takes all room of a disk. @returns gives it back */
export function fill(folder: string): () => void {
  const path = join(folder, 'filled by the campaign');
  const fd = openSync(path, 'w');
  for (let size = PIECE.length; size >= 1; size = Math.floor(size / 2)) {
    try {
      for (;;) writeSync(fd, PIECE, 0, size);
    } catch {
      /* no room for a piece of this size */
    }
  }
  closeSync(fd);
  return () => rmSync(path, { force: true });
}

/** Nothing new may be written below a folder, as the host sees it. @returns takes it back */
function readOnly(host: Host, folder: string): (() => void) | null {
  if (!host.mount('mount', '--rbind', folder, folder)) return null;
  if (!host.mount('mount', '-o', 'remount,bind,ro', folder)) return null;
  return () => host.mount('umount', '-R', '-l', folder);
}

/** Labels while nothing can be kept: either it is kept or it is refused. */
async function labelSome(w: World, host: Host, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    const said = await w.label(host, w.whole(w.flows.rows.length), w.pick(LABELS));
    if (said === 'gone') return w.trouble('the host ended');
  }
}

/** The capture that runs has no more room: it says so and keeps what it has. */
async function fullCaptures(w: World, host: Host): Promise<void> {
  const empty = fill(w.captures);
  try {
    w.run?.tell(host);
    if (!(await host.until(() => host.live.state?.phase !== 'live', LIMIT)))
      return w.trouble('the capture is shown as running though its disk is full');
    const { message } = host.live.state!;
    if (message?.say !== 'stopped-disk') w.trouble(`a full disk is said as '${message?.say ?? 'nothing'}'`);
    w.run?.tell(host);
    await labelSome(w, host, 3);
    // Another one has nowhere to go; its packets have numbers of their own.
    await w.run?.drop();
    const again = await LiveRun.begin(host, w.rig);
    if (typeof again === 'string') {
      if (host.below('sightline-capture').length > 0) w.trouble('a capture was refused and its helper runs');
    } else {
      if (!(await host.until(() => host.live.state?.phase !== 'live', LIMIT)))
        w.trouble('a capture runs on a disk without room');
      again.tell(host);
      const { lost } = await again.cut();
      again.remove();
      if (lost.length > 0) w.trouble(`${lost.length} packets that were told as captured are not on the full disk`);
    }
  } finally {
    empty();
  }
}

async function fullState(w: World, host: Host): Promise<void> {
  const empty = fill(w.data);
  try {
    await labelSome(w, host, 6);
    await host.ask(host.reading, 'lastPlace', { keep: null });
    if (w.random() < 0.4) {
      await w.killHost();
      empty();
      return;
    }
  } finally {
    empty();
  }
  await labelSome(w, host, 2);
}

export const diskFaults: readonly Fault[] = [
  { kind: 'disk full under captures', of: 'disks', bring: fullCaptures },
  { kind: 'disk full under state', of: 'disks', bring: fullState },
  {
    kind: 'folder of captures read-only',
    of: 'disks',
    bring: async (w, host) => {
      await w.settle('whole');
      const back = readOnly(host, w.captures);
      if (back === null) return w.totals.add('without');
      try {
        const begun = await LiveRun.begin(host, w.rig);
        if (typeof begun === 'string') {
          if (begun === '') w.trouble('a capture is refused without a word');
        } else {
          w.trouble('a capture begins where nothing can be written');
          await begun.cut();
        }
        await labelSome(w, host, 2);
      } finally {
        back();
      }
    },
  },
  {
    kind: 'folder of state read-only',
    of: 'disks',
    bring: async (w, host) => {
      const back = readOnly(host, w.data);
      if (back === null) return w.totals.add('without');
      try {
        await labelSome(w, host, 4);
        await host.ask(host.reading, 'lastPlace', { keep: null });
        await pause(w.whole(100));
        if (w.random() < 0.3) await w.killHost();
      } finally {
        back();
      }
    },
  },
  {
    kind: 'cache folder removed while it runs',
    of: 'disks',
    bring: async (w, host) => {
      await pause(w.whole(100));
      rmSync(w.cache, { recursive: true, force: true, maxRetries: 10, retryDelay: 20 });
      if (w.random() < 0.5) mkdirSync(w.cache, { mode: 0o700 });
      await labelSome(w, host, 1);
    },
  },
];
