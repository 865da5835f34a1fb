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
export function secretsOf(s: CaptureSession): readonly string[] {
  return s.reader?.stream.meta.tlsSecrets ?? [];
}
