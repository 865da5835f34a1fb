// The file of a capture is replaced, cut or removed while it is read, and its bytes are asked for.
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { packetRow } from '../../contract/index.ts';
import { pause } from '../capture/rig.ts';
import { SAMPLE } from '../state/rig.ts';
import { join } from 'node:path';
import type { Fault } from './fault.ts';
import { type Host, LIMIT } from './host.ts';
import type { World } from './world.ts';

const SOON = 150;
const PACKETS = 600;

/** Bytes, trees and reasons of what is not there any more: an answer, or words. */
async function look(w: World, host: Host): Promise<void> {
  await w.shown(host);
  const { flows } = w.flows;
  const said = [
    await host.ask(host.reading, 'bytes', { row: packetRow(w.whole(PACKETS)) }),
    await host.ask(host.reading, 'tree', { row: packetRow(w.whole(PACKETS)) }),
    await host.ask(host.reading, 'reasons', { flow: w.pick(flows) }),
  ];
  for (const one of said) if (one.at === 'refused' && one.why === '') w.trouble('something is refused without a word');
}

function changed(kind: string, change: (w: World) => void): Fault {
  return {
    kind,
    of: 'captures',
    bring: async (w, host) => {
      if (w.random() < 0.5) await w.shown(host);
      else await pause(w.whole(SOON));
      change(w);
      await look(w, host);
      // It is another capture now, or none: what is shown of it is not held to what it was.
      w.freshReplay();
      await w.open();
    },
  };
}

export const captureFaults: readonly Fault[] = [
  changed('capture that is read: cut', (w) => truncateSync(w.replay, w.whole(statSync(w.replay).size))),
  changed('capture that is read: removed', (w) => rmSync(w.replay)),
  changed('capture that is read: another file in its place', (w) => {
    const other = `${w.replay}.other`;
    if (w.random() < 0.5) copyFileSync(SAMPLE, other);
    else writeFileSync(other, Buffer.from(Array.from({ length: 4_000 }, () => w.whole(256))));
    renameSync(other, w.replay);
  }),
  changed('capture that is read: something written behind its end', (w) =>
    appendFileSync(w.replay, Buffer.from(Array.from({ length: 1 + w.whole(400) }, () => w.whole(256)))),
  ),
  {
    kind: 'segment of the live capture removed while it runs',
    of: 'captures',
    bring: async (w, host) => {
      const { run } = w;
      if (run === null) return;
      await host.until(() => run.tell(host) > 0, LIMIT);
      for (const name of readdirSync(run.folder).filter((n) => n.endsWith('.pcapng'))) rmSync(join(run.folder, name));
      await pause(w.whole(300));
      // What it held is gone by the campaign's doing; that must be said when it ends.
      await w.destroyed();
    },
  },
];
