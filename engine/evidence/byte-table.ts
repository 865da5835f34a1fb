/** A byte for each id from 0, of which most are never set; ids may rise as they like. */
export class ByteTable {
  private bytes: Uint8Array;
  private readonly unset: number;

  constructor(unset = 0) {
    this.unset = unset;
    this.bytes = new Uint8Array(1_024).fill(unset);
  }

  at(id: number): number {
    return this.bytes[id] ?? this.unset;
  }

  set(id: number, value: number): void {
    if (id >= this.bytes.length) {
      const larger = new Uint8Array(Math.max(id + 1, this.bytes.length * 2)).fill(this.unset);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[id] = value;
  }
}
