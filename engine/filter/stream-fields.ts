// tcp.stream and udp.stream. A capture that Wireshark's engine takes whole is asked there; for all others the numbers
// stand in a column.
import { type Message, say } from '../../contract/index.ts';
import type { Field } from './field.ts';
import { type StreamDoubt, streamsOf } from './streams.ts';

const U32 = 0xffff_ffff;

function stream(name: 'tcp.stream' | 'udp.stream'): Field {
  const udp = name === 'udp.stream';
  return {
    name,
    kind: 'number',
    max: U32,
    meaning: say('field-stream'),
    engineFirst: true,
    prepare: (s, turns) => streamsOf(s).extend(s, turns),
    doubt: (s): Message | null => {
      const doubt = streamsOf(s).doubt(s, udp);
      return doubt === null ? null : doubted(name, doubt);
    },
    packet: (s) => {
      const streams = streamsOf(s);
      return { kind: 'number', some: (row, test) => streams.some(s, row, udp, test) };
    },
  };
}

function doubted(field: string, doubt: StreamDoubt): Message {
  switch (doubt.kind) {
    case 'announced':
      return say('streams-announced', { field, protocol: doubt.protocol });
    case 'within':
      return say('streams-within', { field, protocol: doubt.protocol, packet: doubt.row + 1 });
    case 'damaged':
      return say('streams-damaged', { field, packet: doubt.row + 1 });
    case 'gone':
      return say('streams-gone', { field, packet: doubt.row + 1 });
  }
}

export const STREAM_FIELDS: readonly Field[] = [stream('tcp.stream'), stream('udp.stream')];
