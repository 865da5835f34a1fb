// The kind of a file by its first bytes, as media types (IANA) and in the spelling of Zeek's logs.

/** [media type, bytes at the beginning as latin1, place] */
const MAGIC: readonly (readonly [mime: string, bytes: string, at?: number])[] = [
  ['application/x-dosexec', 'MZ'],
  ['application/x-executable', '\x7fELF'],
  ['application/pdf', '%PDF-'],
  ['application/zip', 'PK\x03\x04'],
  ['application/zip', 'PK\x05\x06'],
  ['application/x-gzip', '\x1f\x8b'],
  ['application/x-bzip2', 'BZh'],
  ['application/x-xz', '\xfd7zXZ\0'],
  ['application/x-7z-compressed', "7z\xbc\xaf'\x1c"],
  ['application/x-rar', 'Rar!\x1a\x07'],
  ['application/zstd', '(\xb5/\xfd'],
  ['application/vnd.ms-cab-compressed', 'MSCF\0\0\0\0'],
  ['application/x-tar', 'ustar', 257],
  ['application/msword', '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1'],
  ['application/x-java-applet', '\xca\xfe\xba\xbe'],
  ['application/x-shockwave-flash', 'FWS'],
  ['application/x-shockwave-flash', 'CWS'],
  ['application/x-shockwave-flash', 'ZWS'],
  ['application/font-woff', 'wOFF'],
  ['application/font-woff2', 'wOF2'],
  ['application/ocsp-response', '\x30\x03\x0a\x01'],
  ['application/postscript', '%!PS'],
  ['application/vnd.tcpdump.pcap', '\xd4\xc3\xb2\xa1'],
  ['application/vnd.tcpdump.pcap', '\xa1\xb2\xc3\xd4'],
  ['application/vnd.sqlite3', 'SQLite format 3\0'],
  ['image/png', '\x89PNG\r\n\x1a\n'],
  ['image/gif', 'GIF8'],
  ['image/jpeg', '\xff\xd8\xff'],
  ['image/webp', 'WEBP', 8],
  ['image/tiff', 'II*\0'],
  ['image/tiff', 'MM\0*'],
  ['image/x-ms-bmp', 'BM'],
  ['image/x-icon', '\0\0\x01\0'],
  ['audio/mpeg', 'ID3'],
  ['audio/ogg', 'OggS'],
  ['video/x-flv', 'FLV\x01'],
  ['video/mp4', 'ftyp', 4],
  ['video/webm', '\x1aE\xdf\xa3'],
  ['text/rtf', '{\\rtf'],
];

/** Texts that say what they are, once blanks are passed over; in small letters. */
const SAYS: readonly (readonly [mime: string, form: RegExp])[] = [
  ['text/html', /^(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body|title|script|table|h1)[\s>]/s],
  ['image/svg+xml', /^(?:<\?xml.*?>\s*)?<svg[\s>]/s],
  ['application/xml', /^<\?xml\s/],
  ['text/x-shellscript', /^#!.{0,40}sh\b/],
  ['text/x-python', /^#!.{0,40}python/],
  ['text/json', /^(?:\{\s*(?:"|\})|\[\s*(?:[{["\]\d]|true|false|null))/],
];

const LOOKED = 512;

/** @param head the first bytes of a file @returns null where there are none, or nothing says what it is */
export function fileKind(head: Uint8Array): string | null {
  if (head.length === 0) return null;
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, LOOKED)).toString('latin1');
  const magic = MAGIC.find(([, bytes, at = 0]) => text.startsWith(bytes, at));
  if (magic !== undefined) return magic[0];
  const said = text.replace(/^(?:\xef\xbb\xbf)?\s+/, '').toLowerCase();
  const known = SAYS.find(([, form]) => form.test(said));
  if (known !== undefined) return known[0];
  // What has no control characters is text.
  return /^[\t\n\r\x20-\x7e\x80-\xff]*$/.test(text) ? 'text/plain' : null;
}
