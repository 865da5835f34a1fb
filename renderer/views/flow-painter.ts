// A row of the flow list.
import { LABELS, NO_LABEL, textAt, VERDICTS, type FlowPage } from '../../contract/index.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { bytes, count, seconds, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { buildCells, text } from './cells.ts';

const CELLS = [
  'verdict',
  'score',
  'initiator',
  'responder',
  'app',
  'name',
  'label',
  'packets',
  'bytes',
  'duration',
  'tags',
  'vlan',
] as const;

const RARE = ['tags', 'vlan'] as const;

/** Columns that most captures have no use for. */
export type RareColumn = (typeof RARE)[number];

/** @param onRare told when a flow is drawn that has something in such a column */
export function flowPainter(onRare: (column: RareColumn) => void): RowPainter<FlowPage> {
  return {
    build(row) {
      buildCells(row, 'f', CELLS, ['span']);
    },
    paint(row, place, page, index, selected) {
      const cells = row.children;
      row.classList.toggle('selected', selected);
      const chip = cells[0]!.firstElementChild as HTMLElement;
      if (page === null) {
        chip.className = '';
        chip.textContent = '';
        text(cells[2]!, count(place + 1));
        for (const i of [1, 3, 4, 5, 6, 7, 8, 9, 10, 11]) text(cells[i]!, '');
        return;
      }
      const verdict = VERDICTS[page.verdict[index]!] ?? null;
      chip.className = `chip ${verdict ?? 'open'}`;
      const said = word(`verdict.${verdict ?? 'open'}`);
      if (chip.textContent !== said) chip.textContent = said;
      text(cells[1]!, verdict === null ? '–' : count(page.points[index]!));
      text(cells[2]!, textAt(page.initiator, index));
      text(cells[3]!, textAt(page.responder, index));
      text(cells[4]!, textAt(page.app, index));
      text(cells[5]!, visible(textAt(page.name, index)) || '–');
      const label = page.label[index]!;
      text(cells[6]!, label === NO_LABEL ? '' : word(`label.${LABELS[label]!}`));
      text(cells[7]!, count(page.packets[index]!));
      text(cells[8]!, bytes(page.bytes[index]!));
      text(cells[9]!, seconds(page.duration[index]!));
      for (const [i, column] of RARE.entries()) {
        const value = visible(textAt(page[column], index));
        text(cells[10 + i]!, value);
        if (value !== '') onRare(column);
      }
    },
  };
}
