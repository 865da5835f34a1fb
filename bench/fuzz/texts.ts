// What reaches a terminal: whatever names and cells hold, no control character but the end of a line leaves a table, a
// line or a record.
import { foreign } from '../../contract/index.ts';
import type * as Inputs from '../../cli/inputs.ts';
import type * as TableModule from '../../cli/table.ts';
import type * as Terminal from '../../cli/terminal.ts';
import type { Load, Target } from './target.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);

/**
 * Code points that do something to a terminal or to the order of its characters, told without the product's own
 * expression.
 */
export function isHarmful(point: number): boolean {
  if (point < 0x20 || (point >= 0x7f && point <= 0x9f)) return true;
  if (point >= 0xd800 && point <= 0xdfff) return true;
  return (
    (point >= 0x200b && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    point === 0xfeff ||
    point === 0x61c
  );
}

function check(text: string, what: string): void {
  for (const sign of text)
    if (isHarmful(sign.codePointAt(0)!)) throw new Error(`${what}: U+${sign.codePointAt(0)!.toString(16)} got through`);
}

/** Text between a colour and its end. */
const COLOURED = new RegExp('\u001b\\[\\d+m([^\u001b]*)\u001b\\[0m', 'g');

/** Takes out the colours that were asked for, and no more than those. */
function withoutColours(text: string, pieces: number): string {
  let left = pieces;
  return text.replace(COLOURED, (all, inner: string) => (left-- > 0 ? inner : all));
}

export async function textTargets(load: Load): Promise<Target[]> {
  const terminal = await load<typeof Terminal>('terminal');
  const { table } = await load<typeof TableModule>('table');
  const { endingSentence, fileRecord } = await load<typeof Inputs>('inputs');
  const columns = [{ title: 'Name' }, { title: 'Count', right: true }, { title: 'Reason' }];
  const readings = (data: Uint8Array): string[] => {
    const b = Buffer.from(data);
    return [b.toString('utf8'), b.toString('latin1'), b.toString('utf16le')];
  };

  return [
    {
      name: 'terminal',
      limit: 400,
      seeds: [
        bytes('\x1b]0;owned\x07\x1b[2Jname'),
        bytes('a\r\nb\tc'),
        bytes('\u009b31m\u202eabc\u2066\u2069'),
        bytes('\u2028\u2029\ufeff\u200b\u{e0041}'),
        Uint8Array.from([0x00, 0xd8, 0x41, 0x00]),
        bytes('plain → text …'),
      ],
      words: [
        bytes('\x1b['),
        bytes('\x9b'),
        bytes('\u202e'),
        bytes('\u2067'),
        Uint8Array.from([0xc2, 0x9b]),
        Uint8Array.from([0x00, 0xd8]),
        bytes('\x1b[0m'),
        bytes('\n'),
      ],
      run: (data) => {
        for (const text of readings(data)) {
          const half = text.length >> 1;
          const cells = [text, text.slice(0, half), text.slice(half)];
          const lines = table(columns, [cells, cells.toReversed()], (row) => (row[0] === text ? 'red' : null));
          if (lines.length !== 3) throw new Error(`${lines.length} lines for two rows`);
          for (const line of lines) check(withoutColours(terminal.cleanLine(line, true), 1), 'a row');
          check(
            withoutColours(
              terminal.cleanLine([terminal.paint(text, 'bold'), text, terminal.paint(text, 'grey')], true),
              2,
            ),
            'a line',
          );
          check(
            terminal.cleanLine(endingSentence(text, { kind: 'partial', offset: 7, message: foreign(text) })!, true),
            'a sentence',
          );
          const record = fileRecord(text, { kind: 'unreadable', offset: 0, message: foreign(text) }, 0, 0);
          const json = terminal.jsonLine(record);
          check(json, 'a record');
          const back = JSON.parse(json) as typeof record;
          if (back.file !== text || back.error !== record.error)
            throw new Error('a record does not say what was written');
        }
      },
    },
  ];
}
