// The bundled dissection engine in this process, as tests and benches ask it beside ours. Its messages go nowhere.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** What of it tests of filters ask. @typeParam Frame what a frame tells */
export interface FilterEngine<Frame> {
  init(): boolean;
  readonly FS: { writeFile(path: string, data: Uint8Array): void };
  readonly DissectSession: new (path: string) => {
    load(): { readonly code: number };
    getFrames(
      filter: string,
      skip: number,
      limit: number,
    ): { readonly frames: { size(): number; get(i: number): Frame } };
    delete(): void;
  };
}

/** @typeParam T what of it is asked */
export async function wholeEngine<T>(): Promise<T> {
  const require = createRequire(import.meta.url);
  const entry = require.resolve('@goodtools/wiregasm/dist/wiregasm.js');
  return (require(entry) as (options: object) => Promise<T>)({
    locateFile: (name: string) => join(dirname(entry), name),
    print: () => undefined,
    printErr: () => undefined,
    handleStatus: () => undefined,
  });
}
