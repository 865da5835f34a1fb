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
    const [problem] = await deep.tableProblems([made]);
    if (problem !== undefined) throw new Refused('refused', say('table-wrong', { why: problem }));
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
