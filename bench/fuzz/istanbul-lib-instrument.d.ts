declare module 'istanbul-lib-instrument' {
  export function createInstrumenter(options: {
    esModules: boolean;
    coverageVariable: string;
    compact: boolean;
    preserveComments?: boolean;
  }): { instrumentSync(code: string, file: string): string };
}
