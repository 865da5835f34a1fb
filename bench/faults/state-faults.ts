// Files of state damaged, half written and emptied, while the product is stopped and while it runs. Labels whose own bytes
// the campaign destroyed may be gone, but not without a word.
import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { LABELS } from '../../contract/index.ts';
import { pause } from '../capture/rig.ts';
import { type Place, type State, STATES } from '../state/states.ts';
import type { Fault } from './fault.ts';
import type { World } from './world.ts';

const STORE = /^sightline\.sqlite/;
/** Files that labels themselves are in; what else lies beside them can be made again. */
const LABELS_IN = /^sightline\.sqlite(?:-wal)?$/;

/** Files that are kept, below the data folder and the cache; captures have their own faults. */
function files(w: World): string[] {
  const found = [w.data, join(w.cache, 'index')]
    .filter((folder) => existsSync(folder))
    .flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)))
    .filter((path) => !path.startsWith(`${w.captures}/`) && statSync(path, { throwIfNoEntry: false })?.isFile());
  return found.filter((path) => !path.includes('/log/'));
}

const noise = (w: World, count: number): Buffer => Buffer.from(Array.from({ length: count }, () => w.whole(256)));

/** Damages one file at random. @returns what was done */
function damage(w: World, path: string): string {
  const { size } = statSync(path);
  const bytes = readFileSync(path);
  const at = w.whole(Math.max(1, size));
  switch (w.whole(5)) {
    case 0:
      truncateSync(path, 0);
      return 'emptied';
    case 1:
      truncateSync(path, at);
      return `cut to ${at} of ${size} bytes`;
    case 2:
      noise(w, Math.min(1 + w.whole(64), size - at)).copy(bytes, at);
      writeFileSync(path, bytes);
      return `up to 64 random bytes at ${at} of ${size}`;
    case 3:
      writeFileSync(path, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(size - at)]));
      return `zeros from ${at} of ${size}`;
    default:
      writeFileSync(path, noise(w, Math.min(size, 8_192)));
      return 'random bytes instead';
  }
}

/** Labels may be gone where the file has them in it; where it is of the store at all, the next fault finds a new one. */
function hit(w: World, path: string): void {
  const name = relative(w.data, path);
  if (LABELS_IN.test(name)) w.destroyable();
  if (STORE.test(name)) w.renew();
}

async function labelMany(w: World): Promise<void> {
  for (let i = 0; i < 5; i++) await w.label(w.host!, w.whole(w.flows.rows.length), w.pick(LABELS));
}

/** Stops the host, in order or by a kill. */
async function stop(w: World): Promise<void> {
  const { host } = w;
  if (host === null) return;
  if (w.random() < 0.5) return w.killHost();
  await w.settle('whole');
  host.kill('SIGTERM');
  await host.ended;
  await w.fell();
}

const STOPPED: readonly State[] = STATES.filter(
  ({ file, state }) => !['data folder', 'cache folder', 'captures'].includes(file) && !state.startsWith('3 MB'),
);

export const stateFaults: readonly Fault[] = [
  {
    kind: 'state damaged at random while it is stopped',
    of: 'state',
    bring: async (w) => {
      await labelMany(w);
      await stop(w);
      const path = w.pick(files(w));
      const name = relative(w.rig.folder, path);
      w.note(`${name} ${damage(w, path)}`);
      hit(w, path);
    },
  },
  {
    kind: 'state of the list of the state campaign while it is stopped',
    of: 'state',
    bring: async (w, host) => {
      await labelMany(w);
      // A capture that is over stays there, as the list wants it.
      const folder = w.run?.folder ?? w.captures;
      await w.settle('whole', true);
      host.kill('SIGTERM');
      await host.ended;
      await w.fell();
      const place: Place = { data: w.data, cache: w.cache, capture: folder };
      const state = w.pick(STOPPED);
      w.note(`${state.file}, ${state.state}`);
      try {
        state.make(place);
      } catch {
        // The file is not there in this run.
        w.totals.add('without');
        return;
      }
      if (state.takesLabels) w.destroyable();
      w.strange(folder);
    },
  },
  {
    kind: 'state damaged at random while it runs',
    of: 'state',
    bring: async (w) => {
      await labelMany(w);
      const path = w.pick(files(w));
      const name = relative(w.rig.folder, path);
      w.note(`${name} ${damage(w, path)}`);
      hit(w, path);
      await labelMany(w);
      await pause(w.whole(200));
      if (w.random() < 0.5) await stop(w);
    },
  },
];
