// What a name looks like: the same few thousand are asked for and given again and again.
import { nameEntropy } from '../protocols/index.ts';
import { rememberedByName } from './remembered.ts';

export interface NameShape {
  readonly labels: number;
  /** Share of digits among its characters. */
  readonly digits: number;
  /** Of its characters, bits. */
  readonly entropy: number;
  /** It is an address written out. */
  readonly address: boolean;
}

export const nameShape = rememberedByName((name): NameShape => ({
  labels: name.split('.').length,
  digits: digitShare(name),
  entropy: nameEntropy(name),
  address: isAddressName(name),
}));

/** Share of digits among a name's characters. */
export function digitShare(name: string): number {
  let n = 0;
  for (let i = 0; i < name.length; i++) {
    const c = name.charCodeAt(i);
    if (c >= 48 && c <= 57) n++;
  }
  return n / Math.max(1, name.length);
}

export function isAddressName(name: string): boolean {
  return /^[\d.]+$|:/.test(name);
}
