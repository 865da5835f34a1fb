// Connections that another one has spoken of: FTP names address and port of each transfer (RFC 959, RFC 2428).

/** What the other connection says of a transfer; filled while the transfer waits. */
export interface DataTransfer {
  /** `retr`, `stor`, `nlst` and their like; empty until it was said. */
  command: string;
  file: string;
}

/** Transfers that were spoken of and have not begun. */
const MAX_EXPECTED = 4_096;

export class Expected {
  private readonly transfers = new Map<string, DataTransfer>();

  add(address: bigint, port: number, transfer: DataTransfer): void {
    this.transfers.set(`${address} ${port}`, transfer);
    if (this.transfers.size <= MAX_EXPECTED) return;
    const [oldest] = this.transfers.keys();
    this.transfers.delete(oldest!);
  }

  /** @returns what was said of the connection to this place, once */
  take(address: bigint, port: number): DataTransfer | null {
    if (this.transfers.size === 0) return null;
    const key = `${address} ${port}`;
    const transfer = this.transfers.get(key) ?? null;
    this.transfers.delete(key);
    return transfer;
  }
}
