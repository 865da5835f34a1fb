// Words that the code itself asks for: numbers and texts of its sources, as the wire would carry them. Changes that put
// them in get behind comparisons.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOMS = ['read', 'decode', 'flow', 'protocols', 'observe', 'rules', 'rules/run', 'rules/run/apps'];

/**
 * @param dist folder of a build
 * @returns each word once: numbers of two to four octets in both orders, texts of two to 24
 */
export function sourceWords(dist: string): Uint8Array[] {
  const words = new Map<string, Uint8Array>();
  const add = (bytes: Uint8Array): void => {
    words.set(Buffer.from(bytes).toString('latin1'), bytes);
  };
  for (const room of ROOMS) {
    const folder = join(dist, 'engine', room);
    for (const file of readdirSync(folder).filter((f) => f.endsWith('.js'))) {
      const source = readFileSync(join(folder, file), 'utf8');
      for (const [, text] of source.matchAll(/'((?:[^'\\\n]){2,24})'/g))
        add(Uint8Array.from(Buffer.from(text!, 'latin1')));
      for (const [literal] of source.matchAll(/\b0x[0-9a-f]+\b|\b\d{3,10}\b/gi)) {
        const value = Number(literal);
        if (value < 256 || value > 0xffffffff) continue;
        const size = Math.max(2, Math.ceil(Math.log2(value + 1) / 8));
        const big = Uint8Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** (size - 1 - i)) & 255);
        add(big);
        add(Uint8Array.from(big).reverse());
      }
    }
  }
  return [...words.values()];
}
