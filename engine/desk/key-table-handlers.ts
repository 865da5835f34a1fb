// Tables of keys beside the key log of TLS: they are the user's secrets, kept in memory, told to dissectors only.
import { type KeyTableReplies, type KeyTableState, type KeyTableName, say } from '../../contract/index.ts';
import type { Handlers } from './asker.ts';
import { type Desk, Refused } from './desk.ts';

export const keyTableHandlers: Pick<Handlers, keyof KeyTableReplies> = {
  keyTables: (desk) => stateOf(desk),
  keyTable: async (desk, _asker, { table, text }) => {
    const { setup, deep } = desk.packetWork;
    const others = setup.tables.filter((t) => t.table !== table);
    if (text === null) {
      if (others.length < setup.tables.length) setup.change({ tables: others });
      return stateOf(desk);
    }
    if (linesOf(text) === 0) throw new Refused('refused', say('no-table-lines'));
    const made = { table, text: text.endsWith('\n') ? text : `${text}\n` };
    const [wrong] = await deep.tableProblems([made]);
    // The engine has counted past the last line where it missed something at its end.
    const line = Math.min(wrong ?? 0, made.text.split('\n').length - 1);
    if (wrong !== undefined)
      throw new Refused('refused', line > 0 ? say('table-line-wrong', { table, line }) : say('table-wrong', { table }));
    setup.change({ tables: [...others, made] });
    return stateOf(desk);
  },
};

function stateOf(desk: Desk): KeyTableState {
  return {
    tables: desk.packetWork.setup.tables.map(({ table, text }) => ({
      table: table as KeyTableName,
      lines: linesOf(text),
    })),
  };
}

/** Lines that are not empty and no comment. */
function linesOf(text: string): number {
  return text.split('\n').filter((line) => /^\s*[^#\s]/.test(line)).length;
}
