// The bundled dissection engine in this process, as tests and benches ask it beside ours. Its messages go nowhere.
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

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
