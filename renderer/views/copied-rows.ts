// Rows of the packet list as they are shown, for the clipboard.
import type { PacketPage } from '../../contract/index.ts';
import type { CopiedRows } from '../state/copy.ts';
import type { ListColumn } from './packet-columns.ts';
import { cellText, textsOf, type PainterState } from './packet-painter.ts';

export interface FoundRow {
  readonly page: PacketPage;
  readonly index: number;
}

export function copiedRows(
  state: PainterState,
  shown: readonly ListColumn[],
  found: readonly FoundRow[],
): Promise<CopiedRows> {
  const columns = state.columns.filter((c) => c.id !== 'verdict');
  return Promise.resolve({
    titles: columns.map((c) => shown.find((s) => s.id === c.id)?.title ?? c.id),
    rows: found.map(({ page, index }) => {
      const said = textsOf(page, index, state);
      return columns.map((c) => cellText(page, index, c, state, said));
    }),
  });
}
