// Packets and captures: whoever sends a packet or hands over a file writes every byte of it.
import { type Attack, instead, type Mitigation } from '../types.ts';

const CLAIMS: Attack = {
  stride: 'D',
  threat: 'a record says that it is as long as memory',
  test: ['engine/read/stream.test.ts', 'a record that claims more than a packet can have stops the reading there'],
};
const BOMB: Attack = {
  stride: 'D',
  threat: 'a small compressed file inflates to a full disk',
  test: ['engine/read/stream.test.ts', 'a compressed file that is cut is partial; a bomb is refused at its limit'],
};
const PIPED_BOMB: Attack = {
  stride: 'D',
  threat: 'a compressed stream inflates to a full disk',
  test: [
    'engine/read/piped.test.ts',
    'stdin and pipes: compressed captures give the packets of the plain one; cut ones are partial, bombs are refused',
  ],
};
const LZ4: Attack = {
  stride: 'I',
  threat: 'a compressed block copies from outside of its window',
  test: [
    'engine/read/stream.test.ts',
    'lz4 blocks: literals, overlapping matches, and matches outside of their window',
  ],
};
const NESTED: Attack = {
  stride: 'D',
  threat: 'headers in headers in headers',
  test: ['engine/decode/decode.test.ts', 'headers inside of headers end at a bounded depth, in whatever mixture'],
};
const HEADS: Attack = {
  stride: 'D',
  threat: 'thousands of requests that never end fill memory',
  test: [
    'engine/observe/bounds.test.ts',
    'heads that never end are let go beyond 64 MiB, the oldest first, and all of it when flows are over',
  ],
};
const PASSWORDS: Attack = {
  stride: 'I',
  threat: 'passwords out of captures land in lists, exports and caches',
  test: ['engine/observe/bounds.test.ts', 'passwords and the lines of a login are not kept; commands after a mail are'],
};
const INCIDENTS: Attack = {
  stride: 'D',
  threat: 'traffic made to raise incidents without end fills memory',
  test: [
    'engine/evidence/incidents.test.ts',
    'a bound of incidents: facts are forgotten first, the oldest before; where facts are few, the oldest of all',
  ],
};
const PLACES: Attack = {
  stride: 'D',
  threat: 'one incident with evidence without end',
  test: [
    'engine/evidence/incidents.test.ts',
    'a title names both ends and the weightiest evidence; rows and packets are bounded',
  ],
};
const ODD: Attack = {
  stride: 'D',
  threat: 'a pipe or a device in a capture’s place holds the window for ever',
  test: [
    'engine/desk/odd-files.test.ts',
    'pipes, sockets and devices are refused at once, in words, through links too',
  ],
};
const REPLACED: Attack = {
  stride: 'T',
  threat: 'a file is put in the place of one that is open, and takes its labels',
  test: [
    'engine/desk/changed-file.test.ts',
    'replaced: labels belong to the bytes that were shown, and everything goes on from them',
  ],
};
const OBJECTS: Attack = {
  stride: 'T',
  threat: 'an object’s name in a capture leads out of the folder, or is a device',
  test: ['engine/desk/packet-work.test.ts', 'names that a capture gives lead nowhere else, and differ'],
};
const TERMINAL: Attack = {
  stride: 'T',
  threat: 'a name in a packet commands the terminal that it is printed on',
  test: [
    'cli/terminal.test.ts',
    'every harmful character is a dot, every other one stays: all code points, one by one',
  ],
};
const RECORD: Attack = {
  stride: 'T',
  threat: 'a name in a packet commands the terminal that a JSON record is printed on',
  test: [
    'cli/terminal.test.ts',
    'random texts: no harm in a row, a line, a record; a record says the same when it is read',
  ],
};
const CSV: Attack = {
  stride: 'T',
  threat: 'a name in a packet is a formula in a spreadsheet',
  test: ['contract/csv.test.ts', 'a cell that a spreadsheet would take for a formula is a text, however it is hidden'],
};

const EMPTY: Attack = {
  stride: 'D',
  threat: 'a small file of frames that hold nothing keeps the whole process from answering',
  test: [
    'engine/read/stream.test.ts',
    'lz4 frames that give nothing cost no memory each, and others have their turn meanwhile',
  ],
};

export const CAPTURES: readonly Mitigation[] = [
  instead(
    'CAP-01',
    'a pcap record is no longer than a packet can be',
    'engine/read/pcap.ts',
    'if (cap > bound) {',
    'if (cap > bound * 2 ** 40) {',
    CLAIMS,
  ),
  instead(
    'CAP-02',
    'a compressed file inflates to so much only',
    'engine/read/source.ts',
    'limit: () => limit, taken: () => file.bytesRead',
    'limit: () => limit * 2 ** 20, taken: () => file.bytesRead',
    BOMB,
  ),
  instead(
    'CAP-03',
    'a compressed stream inflates to so much only',
    'engine/read/source.ts',
    ': Math.min(room, Math.max(limits.floorBytes, tally.taken * limits.ratio));',
    ': room;',
    PIPED_BOMB,
  ),
  instead(
    'CAP-04',
    'a match of lz4 lies within its window',
    'engine/read/lz4.ts',
    'if (distance === 0 || at - distance < floor || at + length > out.length)',
    'if (distance === 0)',
    LZ4,
  ),
  instead(
    'CAP-05',
    'headers nest so deep only',
    'engine/decode/network.ts',
    'export const MAX_DEPTH = 16;',
    'export const MAX_DEPTH = 1e9;',
    NESTED,
  ),
  instead(
    'CAP-06',
    'heads that wait have so much memory together',
    'engine/protocols/pool.ts',
    'const LIMIT = 64 * 1024 * 1024;',
    'const LIMIT = 64 * 1024 * 1024 * 1024;',
    HEADS,
  ),
  instead(
    'CAP-07',
    'a password is not kept',
    'engine/observe/commands.ts',
    "const argument = SECRET.has(verb) ? '' : method;",
    'const argument = method;',
    PASSWORDS,
  ),
  instead(
    'CAP-08',
    'of a login the method alone is kept',
    'engine/observe/commands.ts',
    "const method = verb === 'AUTH' ? said.split(' ', 1)[0]! : said;",
    'const method = said;',
    PASSWORDS,
  ),
  instead(
    'CAP-09',
    'lines of a login are not kept',
    'engine/observe/commands.ts',
    'if (this.login && !AFTER_LOGIN.test(verb)) return;',
    "if (this.login && verb === '') return;",
    PASSWORDS,
  ),
  instead(
    'CAP-10',
    'there are so many incidents only',
    'engine/evidence/incidents.ts',
    'const MAX_INCIDENTS = 24_576;',
    'const MAX_INCIDENTS = 24_576_000;',
    INCIDENTS,
  ),
  instead(
    'CAP-11',
    'a piece of evidence names so many flows only',
    'engine/evidence/evidence-list.ts',
    'if (known.rows.length < most.rows) known',
    'known',
    PLACES,
  ),
  instead(
    'CAP-12',
    'what is no file is not opened as one',
    'engine/desk/desk.ts',
    'const odd = stat.isDirectory() ? null : oddKind(stat);',
    'const odd = stat.isDirectory() ? null : oddKind({ ...stat, isFile: () => true });',
    ODD,
  ),
  {
    id: 'CAP-13',
    name: 'labels go to the bytes that were read, not to the path',
    changes: [
      {
        file: 'engine/desk/shown-file.ts',
        text: "import { descriptorIdentity } from '../store/index.ts';",
        by: "import { captureIdentity } from '../store/index.ts';",
      },
      {
        file: 'engine/desk/shown-file.ts',
        text: 'return (this.known ??= descriptorIdentity(this.fd, this.size));',
        by: 'return captureIdentity(this.path);',
      },
    ],
    attack: REPLACED,
  },
  instead(
    'CAP-15',
    'an object’s name is no device',
    'engine/desk/object-names.ts',
    'DEVICE.test(trimmed) ? `_${trimmed}` : trimmed',
    'trimmed',
    OBJECTS,
  ),
  instead(
    'CAP-16',
    'an object’s name is not longer than a folder takes',
    'engine/desk/object-names.ts',
    'if (Buffer.byteLength(name) <= MAX_NAME) return name;',
    'if (MAX_ENDING > 0) return name;',
    OBJECTS,
  ),
  instead(
    'CAP-17',
    'objects do not replace one another',
    'engine/desk/object-names.ts',
    'this.used.has(key(now)); n++',
    'this.used.has(key(now)) && n < 2; n++',
    OBJECTS,
  ),
  instead(
    'CAP-18',
    'what a terminal obeys is a dot',
    'contract/plain.ts',
    "return PLAIN.test(text) ? text : text.replace(UNSAFE, '·');",
    'return text;',
    TERMINAL,
  ),
  instead(
    'CAP-19',
    'what a terminal obeys is escaped in JSON',
    'contract/plain.ts',
    'return PLAIN.test(text) ? text : text.replace(UNSAFE, escaped);',
    'return text;',
    RECORD,
  ),
  instead(
    'CAP-20',
    'full-width signs begin a formula too',
    'contract/csv.ts',
    '[=+\\-@\\uff1d\\uff0b\\uff0d\\uff20]',
    '[=+\\-@]',
    CSV,
  ),
  instead('CAP-21', 'what cannot be seen hides no formula', 'contract/csv.ts', '/^[\\s\\p{Cc}\\p{Cf}]*', '/^', CSV),
  instead(
    'CAP-22',
    'frames that give nothing give a turn to others',
    'engine/read/lz4.ts',
    'else if (++this.empty % EMPTY === 0) await new Promise(setImmediate);',
    '',
    EMPTY,
  ),
];
