// What is odd about a mail (RFC 5322, 2.1.1; RFC 2045, 6.7 and 6.8), by the names of `app-layer-event`. Looked for where a
// rule asks for an event of SMTP.

/** Signs of a line without its end; of one that is coded; of a field's name and of its value. */
const MAX_LINE = 998;
const MAX_CODED_LINE = 76;
const MAX_FIELD_NAME = 75;
const MAX_FIELD_VALUE = 2_000;
const MAX_FILE_NAME = 256;

/** One part of a mail: its head, its body as it was sent, and the name of its file. */
export interface MailPart {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
  readonly coding: string;
  readonly fileName: string | null;
}

/** @param text of the whole mail, latin1 */
export function mailOddities(text: string, parts: Iterable<MailPart>): ReadonlySet<string> {
  const odd = new Set<string>();
  if (text.split('\n').some((line) => line.replace(/\r$/, '').length > MAX_LINE)) odd.add('mime_long_line');
  for (const { fields, body, coding, fileName } of parts) {
    for (const [name, value] of fields) {
      if (name.length > MAX_FIELD_NAME) odd.add('mime_long_header_name');
      if (value.length > MAX_FIELD_VALUE) odd.add('mime_long_header_value');
    }
    if (fileName !== null && fileName.length > MAX_FILE_NAME) odd.add('mime_long_filename');
    if (coding === 'base64' || coding === 'quoted-printable') codedOddities(body, coding, odd);
  }
  return odd;
}

function codedOddities(body: string, coding: 'base64' | 'quoted-printable', odd: Set<string>): void {
  for (const ended of body.split('\n')) {
    const line = ended.replace(/\r$/, '');
    if (line.length > MAX_CODED_LINE) odd.add('mime_long_enc_line');
    if (coding === 'base64' && !/^[A-Za-z0-9+/=\s]*$/.test(line)) odd.add('mime_invalid_base64');
    if (coding === 'quoted-printable' && /=(?![0-9A-Fa-f]{2}|[ \t]*$)/.test(line)) odd.add('mime_invalid_qp');
  }
}
