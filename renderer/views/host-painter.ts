// A row of the list of hosts.
import { gravityOf, type HostPage, textAt } from '../../contract/index.ts';
import type { RowPainter } from '../list/grid-body.ts';
import { nameOf, serviceOf } from '../state/names.ts';
import { bytes, count, moment, visible } from '../words/format.ts';
import { word } from '../words/words.ts';
import { buildCells, text } from './cells.ts';
import { markNamed } from './named-cells.ts';

const CELLS = [
  'points',
  'address',
  'name',
  'apps',
  'offers',
  'flows',
  'peers',
  'packets',
  'bytesIn',
  'bytesOut',
  'first',
  'last',
  'place',
] as const;

/** Ports such as 443/tcp by the names of their services. */
function withServices(ports: string): string {
  return ports.replace(/(\d+)\/(tcp|udp|sctp)\b/g, (port, n: string, transport: string) => {
    const service = serviceOf(transport, n);
    return service === '' ? port : `${service}/${transport}`;
  });
}

export const hostPainter: RowPainter<HostPage> = {
  build(row) {
    buildCells(row, 'h', CELLS, ['span']);
  },
  paint(row, _place, page, index, selected) {
    row.classList.toggle('selected', selected);
    const cells = row.children;
    const chip = cells[0]!.firstElementChild as HTMLElement;
    if (page === null) {
      chip.className = '';
      chip.textContent = '';
      text(cells[0]!, '');
      for (let i = 1; i < CELLS.length; i++) text(cells[i]!, i === 1 ? '…' : '');
      return;
    }
    const points = page.points[index]!;
    const part = page.part[index]!;
    chip.className = points === 0 ? '' : `chip ${gravityOf(points) ?? 'open'}`;
    const shown = points === 0 ? '' : String(points);
    if (chip.textContent !== shown) chip.textContent = shown;
    text(cells[0]!, part === 1 || part === 2 ? ` ${word(`host.part.${part}`)}` : '');
    text(cells[1]!, textAt(page.address, index));
    const address = textAt(page.address, index);
    const named = nameOf(address);
    text(cells[2]!, named?.name ?? visible(textAt(page.name, index)));
    markNamed(cells[2]!, named === null ? null : { ...named, address });
    text(cells[3]!, textAt(page.apps, index));
    text(cells[4]!, withServices(textAt(page.offers, index)));
    text(cells[5]!, count(page.flows[index]!));
    text(cells[6]!, count(page.peers[index]!));
    text(cells[7]!, count(page.packetsIn[index]! + page.packetsOut[index]!));
    text(cells[8]!, bytes(page.bytesIn[index]!));
    text(cells[9]!, bytes(page.bytesOut[index]!));
    text(cells[10]!, moment(page.first[index]!));
    text(cells[11]!, moment(page.last[index]!));
    text(cells[12]!, visible(textAt(page.place, index)));
  },
};
