// Where FTP (RFC 959; RFC 2428) says that files will be carried: by commands of the client, by answers of the server.
import { textOf } from './application.ts';
import type { RuleFlow } from './rule-flow.ts';
import type { Transaction } from './transaction.ts';

/** Places that nobody has come to yet. */
const MAX_PLACES = 1_024;
/** IPv4 in 16 bytes: ::ffff:a.b.c.d. */
const MAPPED = 0xffff_0000_0000n;

const SIX_NUMBERS = /(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})/;
const BARS = /\|(\d{1,5})\|/;

export class FtpPlaces {
  private readonly places = new Set<string>();

  /** What a transaction of FTP says. */
  notice({ sides }: Transaction, flow: RuleFlow): void {
    const text = (side: 0 | 1, buffer: string): string => textOf(sides[side].values(buffer)?.[0] ?? new Uint8Array(0));
    const command = text(0, 'ftp.command').toUpperCase();
    if (command === 'PORT' || command === 'EPRT') this.add(text(0, 'ftp.command_data'), flow.client);
    const code = text(1, 'ftp.completion_code');
    if (code === '227' || code === '229') this.add(text(1, 'ftp.reply'), flow.server);
  }

  /** Whether a file comes to a place. It is expected no longer then. */
  takes(address: bigint, port: number): boolean {
    return this.places.size > 0 && this.places.delete(`${address} ${port}`);
  }

  /** @param own of the side that says it, which may stand behind another address than it knows */
  private add(text: string, own: bigint): void {
    const six = SIX_NUMBERS.exec(text)?.slice(1).map(Number);
    const port = six === undefined ? Number(BARS.exec(text)?.[1] ?? 0) : six[4]! * 256 + six[5]!;
    if (port === 0 || port > 65_535) return;
    this.put(`${own} ${port}`);
    if (six === undefined || six.some((n) => n > 255)) return;
    const word = ((six[0]! * 256 + six[1]!) * 256 + six[2]!) * 256 + six[3]!;
    this.put(`${MAPPED + BigInt(word)} ${port}`);
  }

  private put(place: string): void {
    this.places.add(place);
    if (this.places.size > MAX_PLACES) for (const oldest of this.places) return void this.places.delete(oldest);
  }
}
