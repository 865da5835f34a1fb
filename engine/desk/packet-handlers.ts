// What the desk answers about streams, objects, keys, dissectors and searching: one function a request kind.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  flowRow,
  type PacketWorkReplies,
  say,
  streamBytes,
  type StreamForm,
  streamLines,
  wholeLines,
} from '../../contract/index.ts';
import { writeWhole } from '../exchange/index.ts';
import { flowId } from '../session/index.ts';
import { flowSession, packetOf, viewOf, wantBytes, wantFlow } from './asked.ts';
import { Refused } from './desk.ts';
import { followFlow } from './follow.ts';
import type { Handlers } from './asker.ts';
import { followSource, treeSource } from './tree-source.ts';
import { plainName } from './save.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';
import { searchPackets } from './search.ts';
import type { CaptureSession } from './session.ts';

export const packetWorkHandlers: Pick<Handlers, keyof PacketWorkReplies> = {
  follow: (desk, _asker, b, turns) => {
    const flow = flowRow(b.flow);
    const s = flowSession(desk, flow);
    wantFlow(s, flow);
    return followFlow(followSource(s), desk.packetWork.deep, flow, b.kind, b.substream, turns);
  },
  nextStream: (desk, _asker, b) => {
    const flow = flowRow(b.flow);
    const c = flowSession(desk, flow).analysis.flows.columns;
    for (let f = b.flow + (b.forward ? 1 : -1); f >= 0 && f < c.count; f += b.forward ? 1 : -1)
      if (c.ipProtocol[f] === c.ipProtocol[flow] && c.hasPorts[f] === 1) return { flow: f };
    return { flow: null };
  },
  saveStream: async (desk, asker, b, turns) => {
    const flow = flowRow(b.flow);
    const s = flowSession(desk, flow);
    wantFlow(s, flow);
    const page = await followFlow(followSource(s), desk.packetWork.deep, flow, b.kind, b.substream, turns);
    const ending = b.as === 'raw' ? 'bin' : 'txt';
    const path = chosenPath(desk, b.path) ?? placeOf(s, `stream ${flowId(s.analysis, flow)} ${b.kind}`, ending);
    mkdirSync(dirname(path), { recursive: true });
    const text = (as: Exclude<StreamForm, 'raw'>): string =>
      `${wholeLines(streamLines(page, as, b.side, MISSING))
        .map((line) => line.text)
        .join('\n')}\n`;
    await writeWhole(path, b.as === 'raw' ? streamBytes(page, b.side) : text(b.as));
    return { file: fetchable(asker, path) };
  },
  saveField: async (desk, asker, b) => {
    const s = packetOf(desk, b.row);
    wantBytes(s, b.row);
    const answer = await desk.trees.tree(treeSource(s), b.row);
    if (!answer.ok) throw new Refused('failed', answer.message);
    const source = answer.tree.sources[b.source]?.bytes;
    if (source === undefined || b.to > source.length || b.from >= b.to)
      throw new Refused('not-found', say('no-such-bytes'));
    const path = chosenPath(desk, b.path) ?? placeOf(s, `packet ${b.row + 1} bytes ${b.from}-${b.to - 1}`, 'bin');
    mkdirSync(dirname(path), { recursive: true });
    await writeWhole(path, source.subarray(b.from, b.to));
    return { file: fetchable(asker, path) };
  },
  objects: (desk, _asker, b, turns) => desk.packetWork.objects.page(treeSource(desk.open()), b, turns),
  saveObjects: async (desk, asker, b, turns) => {
    const s = desk.open();
    const source = treeSource(s);
    const { objects } = desk.packetWork;
    const folder = `${plainName(s.options.name)} ${b.kind} objects ${stampNow()}`;
    const chosen = chosenPath(desk, b.path);
    const ways: Readonly<Record<typeof b.as, () => Promise<string>>> = {
      // Files go into a folder of their own, so that none takes another one's place.
      folder: async () => join(chosen ?? downloads(), folder),
      zip: async () => chosen ?? join(downloads(), `${folder}.zip`),
      one: async () =>
        chosen ?? join(downloads(), folder, await objects.nameOf(source, b.kind, b.picks?.[0] ?? 0, turns)),
    };
    const { files, saved } = await objects.save(source, b, await ways[b.as](), turns);
    return { files: files.slice(0, MAX_TOLD).map((file) => fetchable(asker, file)), saved };
  },
  keys: (desk, _asker, b) => {
    const { keys } = desk.packetWork;
    const path = chosenPath(desk, b.path);
    if (path !== null) keys.useFile(path);
    else keys.use(b.text);
    return keys.state(desk.session);
  },
  keyState: (desk) => desk.packetWork.keys.state(desk.session),
  preferences: (desk, _asker, b) => desk.packetWork.dissectors.page(b),
  prefer: async (desk, _asker, b) => ({ problem: await desk.packetWork.dissectors.prefer(b) }),
  decodeTable: (desk) => desk.packetWork.dissectors.decodeTable(),
  decodeAs: async (desk, _asker, b) => {
    const problem = await desk.packetWork.dissectors.decodeAs(b);
    if (problem !== null) throw new Refused('refused', problem);
    return desk.packetWork.dissectors.decodeTable();
  },
  search: (desk, asker, b, turns) =>
    searchPackets(desk.open(), viewOf(desk, asker, 'packets'), desk.packetWork.deep, b, desk.filters, turns),
};

/** As Wireshark and tshark write it into a stream. */
const MISSING = (bytes: number): string => `[${bytes} bytes missing in capture file]`;

/** Files of a folder that the window is told of one by one. */
const MAX_TOLD = 20;

function placeOf(s: CaptureSession, what: string, ending: string): string {
  return join(downloads(), `${plainName(s.options.name)} ${what} ${stampNow()}.${ending}`);
}
