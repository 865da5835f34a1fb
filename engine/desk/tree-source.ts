// An open capture as dissect processes are given it.
import type { TreeSource } from '../dissect/index.ts';
import type { CaptureSession } from './session.ts';

/** A capture as dissectors are given it. */
export function treeSource(s: CaptureSession): TreeSource {
  return {
    analysis: s.analysis,
    bytes: s.packetBytes,
    path: s.shift.copy ?? s.dataPath,
    // Packets at other times are another capture for the engine.
    session: s.options.number + s.shift.version / 1_000_000,
    wholeBytes: s.wholeBytes,
    secrets: secretsOf(s),
    readable: (row) => s.readable(row),
  };
}

/** Key logs of TLS that a capture has within itself, as far as it is read. */
export function secretsOf(s: {
  readonly reader: { readonly stream: { readonly meta: { readonly tlsSecrets: readonly string[] } } } | null;
}): readonly string[] {
  return s.reader?.stream.meta.tlsSecrets ?? [];
}

/** The capture that a flow is followed in: a window's, or one that was read by itself. */
export interface FollowSource {
  readonly analysis: CaptureSession['analysis'];
  readonly packetBytes: CaptureSession['packetBytes'];
  readonly tree: TreeSource;
}

/** The capture as flows of it are followed. */
export function followSource(s: CaptureSession): FollowSource {
  return { analysis: s.analysis, packetBytes: s.packetBytes, tree: treeSource(s) };
}
