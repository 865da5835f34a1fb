// NTLMSSP's third message (MS-NLMP, 2.2.1.3): who logs on, wherever it stands within what carries it.
import type { TransactionSide } from '../transaction.ts';
import { Cursor } from './cursor.ts';
import { wideText } from './smb-state.ts';

export function tellNtlm(side: TransactionSide, b: Uint8Array): void {
  const at = Buffer.from(b.buffer, b.byteOffset, b.length).indexOf('NTLMSSP\0');
  if (at < 0) return;
  const c = new Cursor(b, at + 8);
  if (c.little(4) !== 3) return;
  c.skip(16);
  const fields = [0, 1].map(() => {
    const size = c.little(2);
    c.skip(2);
    return { size, from: at + c.little(4) };
  });
  if (!c.ok) return;
  const [domain, user] = fields.map((f) => wideText(b.subarray(f.from, f.from + f.size)));
  side.setText('smb.ntlmssp_domain', domain!);
  side.setText('smb.ntlmssp_user', user!);
}
