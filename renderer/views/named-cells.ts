// Cells in which a name stands for an address: marked where the capture itself gave the name, and their address is told
// where the pointer rests on them.
import { cleanName } from '../../contract/index.ts';
import { isMac, isResolved, type Named } from '../state/names.ts';
import { word } from '../words/words.ts';

export interface CellName extends Named {
  readonly address: string;
}

/** Names that anybody who sends packets can choose. */
export function isOfCapture({ by }: Named): boolean {
  return by === 'dns' || by === 'dhcp' || by === 'netbios';
}

/** What a name is, whose it is and who says so. */
export function nameTitle(named: CellName): string {
  const by = word(`names.by.${named.by}`);
  const from = named.packet > 0 ? word('names.inPacket', { by, n: named.packet }) : by;
  return word('names.title', { name: named.name, address: named.address, from });
}

/** The name that the engine shows instead of an address of Ethernet, null for others. */
export function engineName(address: string, shown: string): Named | null {
  if (shown === '' || shown === address || !isMac(address) || !isResolved(address)) return null;
  // The engine calls an interface by the host that has it, where the capture says so (ARP and DNS).
  const vendor = shown.endsWith(`_${address.slice(9)}`) || (Number.parseInt(address.slice(0, 2), 16) & 1) === 1;
  const name = vendor ? shown : cleanName(shown);
  return name === '' ? null : { name, by: vendor ? 'engine' : 'dns', packet: 0 };
}

const titled = new WeakMap<Element, string>();

/** @param named null where the cell shows its address */
export function markNamed(cell: Element, named: CellName | null): void {
  const title = named === null ? '' : nameTitle(named);
  if ((titled.get(cell) ?? '') === title) return;
  titled.set(cell, title);
  cell.classList.toggle('named', named !== null && isOfCapture(named));
  if (title === '') cell.removeAttribute('title');
  else cell.setAttribute('title', title);
}
