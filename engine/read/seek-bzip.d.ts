// What of seek-bzip is used; the package brings no types.
declare module 'seek-bzip' {
  interface Input {
    pos: number;
    readByte(): number;
    read(target: Uint8Array, offset: number, length: number): number;
    eof(): boolean;
  }
  interface Output {
    writeByte(byte: number): void;
  }
  class Bunzip {
    constructor(input: Input, output: Output);
    readonly streamCRC: number;
    readonly reader: { read(bits: number): number };
    /** Reads one block in. @returns false at the end of the stream */
    _init_block(): boolean;
    /** Writes the block out. */
    _read_bunzip(): number;
    _start_bunzip(input: Input, output: Output): void;
  }
  export default Bunzip;
}
