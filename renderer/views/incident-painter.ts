// A row of the list of incidents: an incident, or the head of a group.
import {
  gravityOf,
  INCIDENT_STATES,
  type IncidentPage,
  type Message,
  PLACE_GROUP,
  textAt,
} from '../../contract/index.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { count, moment, visible } from '../words/format.ts';
import { peerText, sentence, word } from '../words/words.ts';
import { buildCells, text } from './cells.ts';

const CELLS = ['gravity', 'state', 'evidence', 'host', 'peer', 'flows', 'time', 'last', 'tags'] as const;

/** @param isChosen whether an alert is among those chosen together */
export function incidentPainter(isChosen: (alert: number) => boolean): RowPainter<IncidentPage> {
  return {
    build(row) {
      buildCells(row, 'i', CELLS, ['i', 'span']);
    },
    paint(row, _place, page, index, selected) {
      row.classList.toggle('selected', selected);
      const cells = row.children;
      const chip = cells[0]!.children[1] as HTMLElement;
      const mark = cells[0]!.children[0] as HTMLElement;
      if (page === null) {
        row.className = `grid-row${selected ? ' selected' : ''}`;
        chip.className = '';
        chip.textContent = '';
        mark.textContent = '';
        for (let i = 1; i < CELLS.length; i++) text(cells[i]!, i === 2 ? '…' : '');
        return;
      }
      const isGroup = page.kind[index] === PLACE_GROUP;
      const alert = page.row[index]!;
      const chosen = !isGroup && isChosen(alert);
      const points = page.points[index]!;
      const verdict = gravityOf(points) ?? 'open';
      row.classList.toggle('group', isGroup);
      row.classList.toggle('marked', chosen);
      row.classList.toggle('allowed', !isGroup && page.allowed[index] === 1);
      const state = INCIDENT_STATES[page.state[index]!]!;
      row.classList.toggle('closed', !isGroup && state.startsWith('closed'));
      chip.className = `chip ${verdict}`;
      set(chip, String(points));
      const open = page.folded[index] === 1 ? '▸' : '▾';
      set(mark, isGroup ? open : markOf(chosen));
      const evidence = titlesOf(textAt(page.evidence, index));
      const host = textAt(page.host, index);
      if (isGroup) {
        const n = word('incident.groupHead', { n: page.flows[index]! });
        const of = host === '' ? evidence : host;
        text(cells[1]!, '');
        text(cells[2]!, `${of} · ${n}`);
        for (const i of [3, 4, 5, 8]) text(cells[i]!, '');
      } else {
        text(cells[1]!, page.allowed[index] === 1 ? word('allowedChip') : word(`incident.state.${state}`));
        text(cells[2]!, evidence);
        text(cells[3]!, host);
        text(cells[4]!, peerText(textAt(page.peer, index)));
        text(cells[5]!, count(page.flows[index]!));
        const notes = page.notes[index]!;
        const tags = textAt(page.tags, index).replaceAll('\n', ' · ');
        text(cells[8]!, visible(tags) + (notes > 0 ? `${tags === '' ? '' : ' '}✎${notes > 1 ? notes : ''}` : ''));
      }
      text(cells[6]!, moment(page.first[index]!));
      text(cells[7]!, moment(page.last[index]!));
    },
  };
}

function markOf(chosen: boolean): string {
  return chosen ? '✓' : '';
}

/** Titles of evidence in the language shown. */
function titlesOf(json: string): string {
  if (json === '') return '';
  return (JSON.parse(json) as readonly Message[]).map((m) => visible(sentence(m))).join(' · ');
}

function set(element: HTMLElement, value: string): void {
  if (element.textContent !== value) element.textContent = value;
}
