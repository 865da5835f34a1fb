// tcp.stream and udp.stream. A capture that Wireshark's engine takes whole is asked there; for all others the numbers
// stand in a column.
import { type Message, say } from '../../contract/index.ts';
import type { Field } from './field.ts';
import { streamsOf } from './streams.ts';

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
      const protocol = streamsOf(s).doubt(udp);
      return protocol === null ? null : say('streams-announced', { field: name, protocol });
    },
    packet: (s) => {
      const streams = streamsOf(s);
      return { kind: 'number', some: (row, test) => streams.some(s, row, udp, test) };
    },
  };
}

export const STREAM_FIELDS: readonly Field[] = [stream('tcp.stream'), stream('udp.stream')];
