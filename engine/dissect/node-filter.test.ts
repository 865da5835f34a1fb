// The filter of a tree's line, where the engine's own would not find the packet.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nodeFilter } from './node-filter.ts';

test('the filter of a line is one that finds its packet', () => {
  const frame = Uint8Array.from([1, 2, 0xab, 4]);
  const taken = (filter: string): boolean => !/0\.0$|== \.|^x /.test(filter);
  for (const [said, filter] of [
    ['tcp.port == 80', 'tcp.port == 80'],
    ['frame.time_delta_displayed == 1.5', 'frame.time_delta == 1.5'],
    ['ip.src == 10.0.0.1', 'ip.src == 10.0.0.1'],
    ['ntp.rootdelay == 0.25', 'ntp.rootdelay == 0.25'],
    // The engine takes no identifier of two numbers, nor one that begins with a dot.
    ['lldp.mgn.obj.id == 0.0', 'lldp.mgn.obj.id'],
    ['c1222.called_ap_title_rel == .123.8437', 'c1222.called_ap_title_rel'],
    // Bytes of a part that was cut out of the frame are told as others than are there.
    ['frame[2:1] == ff', 'frame[2:1] == 0xab'],
    ['frame[1:2] == 02:ab', 'frame[1:2] == 02:ab'],
    ['frame[3:2] == 04:05', ''],
  ] as const)
    assert.equal(nodeFilter(said, frame, taken), filter, said);
  const long = `data.data == ${Array.from({ length: 500 }, () => '0a').join(':')}`;
  assert.match(nodeFilter(long, frame, taken), /^data\.data\[0:300\] == (?:0a:){299}0a$/);
});

test('a stamp with more than a second of nanoseconds, which no comparison finds, asks for its field', () => {
  for (const said of [
    'frame.time == "2008-07-05 06:10:40.1253007824+0000"',
    'frame.time_utc == "2008-07-05 06:10:40.1253007824Z"',
    'frame.time_epoch == 1215238240.(1253007824 nanosec',
  ])
    assert.equal(nodeFilter(said), said.split(' ')[0]);
  const whole = 'frame.time_epoch == 1215238240.253007824';
  assert.equal(nodeFilter(whole), whole);
});
