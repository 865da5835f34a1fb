// A capture as filters look at it where nothing was scored: the command line, and comparisons with other tools.
import type { PacketRow } from '../../contract/index.ts';
import { inChunk, PacketDecoder, protocolName } from '../decode/index.ts';
import { packetInfo } from '../protocols/index.ts';
import { type PacketBytes, ReadAhead } from '../read/index.ts';
import type { Analysis } from '../session/index.ts';
import type { Subject } from './subject.ts';

export function unscored(analysis: Analysis, bytes: PacketBytes): Subject {
  const flows = analysis.flows.columns.count;
  const decoder = new PacketDecoder();
  const ahead = new ReadAhead();
  const read = (row: PacketRow): Uint8Array => {
    const chunk = analysis.packets.chunk(row);
    return ahead.read(bytes, chunk.offset[inChunk(row)]!, chunk.captured[inChunk(row)]!);
  };
  const layers: Subject['layers'] = (row) => {
    const captured = read(row);
    const chunk = analysis.packets.chunk(row);
    const i = inChunk(row);
    return decoder.decode(captured, 0, captured.length, chunk.link[i]!, chunk.wire[i]!);
  };
  return {
    analysis,
    verdict: new Uint8Array(flows),
    score: new Float32Array(flows),
    label: new Uint8Array(flows),
    rules: () => [],
    points: () => 0,
    incidents: () => [],
    feature: () => new Float32Array(flows),
    bytes: read,
    layers,
    info: (row) =>
      packetInfo(layers(row), read(row), protocolName(analysis.packets.chunk(row).protocol[inChunk(row)]!)),
    marked: () => false,
    ignored: () => false,
  };
}
