// A row of the flow list: a cell for each column that is shown.
import { LABELS, NO_LABEL, textAt, VERDICTS, type FlowPage } from '../../contract/index.ts';
import { drawnRow, type DrawnRow } from '../list/drawn-row.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { endOf } from '../state/cell-filter.ts';
import { nameOf, shownEnd } from '../state/names.ts';
import { bytes, count, seconds, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { text } from './cells.ts';
import { RARE_COLUMNS, type RareColumn } from './column-settings.ts';
import type { ListColumn } from './list-columns.ts';
import { isOfCapture, markNamed, type CellName } from './named-cells.ts';

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
  const shown = drawnRow(columns.length);
  const classes = columns.map((c) => `f-${c.id}${c.align === 'start' ? '' : ` align-${c.align}`}`);
  const say = (to: DrawnRow, place: number, page: FlowPage | null, index: number): void => {
    for (const [i, { id }] of columns.entries()) {
      const cell = to.cells[i]!;
      cell.className = classes[i]!;
      if (id === 'verdict') {
        const verdict = page === null ? '' : (VERDICTS[page.verdict[index]!] ?? 'open');
        cell.mark = verdict === '' ? '' : `chip ${verdict}`;
        cell.markText = verdict === '' ? '' : word(`verdict.${verdict}`);
        continue;
      }
      cell.text = page === null ? waiting(id, place) : flowText(page, index, id, room(id));
      const named = nameIn(page, index, id);
      if (named !== null && isOfCapture(named)) cell.className += ' named';
    }
    if (page === null) return;
    for (const rare of RARE_COLUMNS) if (textAt(page[rare], index) !== '') onRare(rare);
  };
  return {
    drawing: {
      kinds: ['selected'],
      cells: columns.length,
      draws: () => true,
      draw: (to, place, page, index, selected) => {
        to.kinds = selected ? 1 : 0;
        say(to, place, page, index);
      },
    },
    build(row) {
      for (const [i, c] of columns.entries()) {
        const span = document.createElement('span');
        span.className = classes[i]!;
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
      say(shown, place, page, index);
      for (const [i, { id }] of columns.entries()) {
        const cell = row.children[i]!;
        const { mark, markText, text: said } = shown.cells[i]!;
        if (id === 'verdict') paintVerdict(cell, mark, markText);
        else text(cell, said);
        if (id === 'initiator' || id === 'responder') markNamed(cell, nameIn(page, index, id));
      }
    },
  };
}

/** What stands for an end's address, null where the address does or the cell is no end. */
function nameIn(page: FlowPage | null, index: number, id: string): CellName | null {
  if (page === null || (id !== 'initiator' && id !== 'responder')) return null;
  const { address } = endOf(textAt(page[id], index));
  const named = address === '' ? null : nameOf(address);
  return named === null ? null : { ...named, address };
}

/** A row on its way shows its place, so that one sees how far the list has been scrolled. */
function waiting(id: string, place: number): string {
  return id === 'initiator' ? count(place + 1) : '';
}

function paintVerdict(cell: Element, mark: string, said: string): void {
  const chip = cell.firstElementChild as HTMLElement;
  if (chip.className !== mark) chip.className = mark;
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
