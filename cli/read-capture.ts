// A capture that was read to its end, with what is asked of its packets afterwards: for commands that filter, dissect,
// follow and count.
import { statSync } from 'node:fs';
import { Analysis, type CaptureMeta, type Ending, openCapture, type PacketBytes, packetBytes } from '../engine/host.ts';
import { type Subject, type TreeSource, unscored } from '../engine/host-filter.ts';
import { type Folders, stop, telling } from './context.ts';
import { Progress } from './progress.ts';
import type { FileInput } from './tally.ts';
import { terminal } from './terminal.ts';

export interface ReadCapture {
  readonly name: string;
  readonly analysis: Analysis;
  readonly bytes: PacketBytes;
  /** What the file says beside packets. */
  readonly meta: CaptureMeta;
  readonly ending: Ending;
  /** What Wireshark's engine gets packets from. */
  readonly tree: TreeSource;
  /** What filters look at; nothing in it was scored. */
  readonly subject: Subject;
  close(): void;
}

export type CaptureRead =
  | { readonly ok: true; readonly capture: ReadCapture }
  | { readonly ok: false; readonly ending: Ending };

let captures = 0;

/** @returns how it ended where nothing of it could be read */
export async function readCapture({ path, name }: FileInput, folders: Folders): Promise<CaptureRead> {
  const analysis = new Analysis({ completed: () => undefined }, { timeouts: telling.timeouts });
  const opened = openCapture(path, analysis, { cacheFolder: folders.cache });
  if (!opened.ok) return { ok: false, ending: opened.ending };
  const { reader } = opened;
  const progress = new Progress(name, terminal.spoken && !terminal.shown);
  const discard = (): void => {
    if (opened.temporary) reader.discard();
  };
  try {
    while (!stop.asked && (await reader.step()))
      progress.update(reader.source.taken(), reader.source.size, analysis.packetCount);
    analysis.finish();
    const ending = reader.ending();
    const bytes = packetBytes(reader.source.path);
    const stat = statSync(reader.source.path);
    const tree: TreeSource = {
      analysis,
      bytes,
      path: reader.source.path,
      session: ++captures,
      wholeBytes: stat.isFile() ? stat.size : null,
      secrets: reader.stream.meta.tlsSecrets,
    };
    const close = (): void => {
      bytes.close();
      discard();
    };
    return {
      ok: true,
      capture: { name, analysis, bytes, meta: reader.meta, ending, tree, subject: unscored(analysis, bytes), close },
    };
  } catch (error) {
    discard();
    throw error;
  } finally {
    progress.clear();
    reader.close();
  }
}
