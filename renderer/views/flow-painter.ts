// A row of the flow list: a cell for each column that is shown.
import { LABELS, NO_LABEL, textAt, VERDICTS, type FlowPage } from '../../contract/index.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { endOf } from '../state/cell-filter.ts';
import { nameOf, shownEnd } from '../state/names.ts';
import { bytes, count, seconds, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { text } from './cells.ts';
import { RARE_COLUMNS, type RareColumn } from './column-settings.ts';
import type { ListColumn } from './list-columns.ts';
import { markNamed } from './named-cells.ts';

export type FlowCell = Pick<ListColumn, 'id' | 'align' | 'grow'>;

/**
 * @param columns the cells of a row, in their order @param room characters that a cell holds
 * @param onRare told when a flow is drawn that has something in such a column
 */
export function flowPainter(
  columns: readonly FlowCell[],
  room: (id: string) => number,
  onRare: (column: RareColumn) => void,
): RowPainter<FlowPage> {
  return {
    build(row) {
      for (const [i, c] of columns.entries()) {
        const span = document.createElement('span');
        span.className = `f-${c.id}${c.align === 'start' ? '' : ` align-${c.align}`}`;
        span.dataset['column'] = c.id;
        span.setAttribute('role', 'gridcell');
        if (c.grow) span.style.flex = '1';
        else span.style.width = `var(--w${i})`;
        if (c.id === 'verdict') span.append(document.createElement('span'));
        span.append('');
        row.append(span);
      }
    },
    paint(row, place, page, index, selected) {
      row.classList.toggle('selected', selected);
      for (const [i, { id }] of columns.entries()) {
        const cell = row.children[i]!;
        if (id === 'verdict') paintVerdict(cell, page, index);
        else text(cell, page === null ? waiting(id, place) : flowText(page, index, id, room(id)));
        if (id !== 'initiator' && id !== 'responder') continue;
        const address =
          page === null ? '' : endOf(textAt(id === 'initiator' ? page.initiator : page.responder, index)).address;
        const named = address === '' ? null : nameOf(address);
        markNamed(cell, named === null ? null : { ...named, address });
      }
      if (page === null) return;
      for (const rare of RARE_COLUMNS) if (textAt(page[rare], index) !== '') onRare(rare);
    },
  };
}

/** A row on its way shows its place, so that one sees how far the list has been scrolled. */
function waiting(id: string, place: number): string {
  return id === 'initiator' ? count(place + 1) : '';
}

function paintVerdict(cell: Element, page: FlowPage | null, index: number): void {
  const chip = cell.firstElementChild as HTMLElement;
  if (page === null) {
    chip.className = '';
    chip.textContent = '';
    return;
  }
  const verdict = VERDICTS[page.verdict[index]!] ?? null;
  chip.className = `chip ${verdict ?? 'open'}`;
  const said = word(`verdict.${verdict ?? 'open'}`);
  if (chip.textContent !== said) chip.textContent = said;
}

/** The text of a cell. @param most characters of an end of the flow */
export function flowText(page: FlowPage, index: number, id: string, most = Infinity): string {
  switch (id) {
    case 'verdict':
      return word(`verdict.${VERDICTS[page.verdict[index]!] ?? 'open'}`);
    case 'score':
      return VERDICTS[page.verdict[index]!] === undefined ? '–' : count(page.points[index]!);
    case 'initiator':
    case 'responder':
      return shownEnd(
        textAt(id === 'initiator' ? page.initiator : page.responder, index),
        textAt(page.transport, index),
        most,
      );
    case 'app':
      return textAt(page.app, index);
    case 'name':
      return visible(textAt(page.name, index)) || '–';
    case 'label':
      return page.label[index] === NO_LABEL ? '' : word(`label.${LABELS[page.label[index]!]!}`);
    case 'packets':
      return count(page.packets[index]!);
    case 'bytes':
      return bytes(page.bytes[index]!);
    case 'duration':
      return seconds(page.duration[index]!);
    case 'tags':
    case 'vlan':
      return visible(textAt(page[id], index));
    default:
      return '';
  }
}
