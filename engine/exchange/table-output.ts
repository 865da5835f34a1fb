// A table of flows and the manifest that says what its columns stand on.
import { commitAll, WholeFile } from './whole-file.ts';

/** The two files of a table. */
export class TableOutput {
  readonly table: WholeFile;
  private readonly manifest: WholeFile;
  private readonly says: Readonly<Record<string, unknown>>;

  constructor(path: string, says: Readonly<Record<string, unknown>>) {
    this.says = says;
    this.table = new WholeFile(path);
    try {
      this.manifest = new WholeFile(`${path.replace(/\.(csv|parquet|arrows?)$/i, '')}.manifest.json`);
    } catch (error) {
      this.table.discard();
      throw error;
    }
  }

  async commit(rows: number): Promise<readonly string[]> {
    this.manifest.write(`${JSON.stringify({ ...this.says, flows: rows }, null, 2)}\n`);
    await commitAll([this.table, this.manifest]);
    return [this.table.path, this.manifest.path];
  }

  discard(): void {
    this.table.discard();
    this.manifest.discard();
  }
}
