// SDP (RFC 8866) as rules see it: a value or several for each kind of line.
import { ascii } from '../application.ts';
import type { TransactionSide } from '../transaction.ts';

const MAX_LINES = 1_024;
const OF_SESSION: Readonly<Record<string, string>> = {
  o: 'sdp.origin',
  s: 'sdp.session_name',
  i: 'sdp.session_info',
  u: 'sdp.uri',
  e: 'sdp.email',
  p: 'sdp.phone_number',
  c: 'sdp.connection_data',
  b: 'sdp.bandwidth',
  t: 'sdp.time',
  r: 'sdp.repeat_time',
  z: 'sdp.timezone',
  k: 'sdp.encryption_key',
  a: 'sdp.attribute',
};
const OF_MEDIA: Readonly<Record<string, readonly string[]>> = {
  m: ['sdp.media.media'],
  i: ['sdp.media.media_info', 'sdp.media.session_info'],
  c: ['sdp.media.connection_data'],
  k: ['sdp.media.encryption_key'],
};

export function tellSdp(side: TransactionSide, body: string): void {
  let media = false;
  for (const line of body.split(/\r?\n/, MAX_LINES)) {
    if (line[1] !== '=') continue;
    const kind = line[0]!;
    const value = ascii(line.slice(2));
    if (kind === 'm') media = true;
    const names = media ? (OF_MEDIA[kind] ?? []) : [OF_SESSION[kind] ?? ''];
    for (const name of names) if (name !== '') side.add(name, value);
  }
}
