// What of the WebAssembly API is used here (webassembly.github.io/spec/js-api): the compiler's own types come with the
// browser's, which this program does not run in.
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  const Module: new (bytes: Uint8Array) => Module;
  interface Memory {
    readonly buffer: SharedArrayBuffer;
  }
  const Memory: new (limits: { initial: number; maximum: number; shared: boolean }) => Memory;
  interface Instance {
    readonly exports: unknown;
  }
  const Instance: new (module: Module, imports: Record<string, Record<string, unknown>>) => Instance;
}
