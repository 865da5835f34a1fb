// Rows of goodx.csv and badx.csv, the original project's format, as `import` and `train --methods` read them.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ImportedRow, parseRow } from '../engine/host.ts';
import { UsageError } from './context.ts';

/**
 * Reads goodx and badx files, or a folder that holds them. Damaged lines are named, and none is dropped silently.
 * @throws UsageError for a path that holds neither
 */
export function readRows(paths: readonly string[]): { rows: ImportedRow[]; problems: string[] } {
  const rows: ImportedRow[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path} does not exist`);
    const files = statSync(path).isDirectory()
      ? ['goodx.csv', 'badx.csv'].map((f) => join(path, f)).filter((f) => existsSync(f))
      : [path];
    if (files.length === 0) throw new UsageError(`${path} holds neither goodx.csv nor badx.csv`);
    for (const file of files) {
      readFileSync(file, 'utf8')
        .split('\n')
        .forEach((line, i) => {
          if (line === '') return;
          const parsed = parseRow(line, i + 1);
          if (parsed.ok) rows.push(parsed.row);
          else problems.push(`${file}:${parsed.line}: ${parsed.message}`);
        });
    }
  }
  return { rows, problems };
}
