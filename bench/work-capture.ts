// node bench/work-capture.ts FILE: writes a small capture for work on packets, with a page in br, a conversation over
// TLS and one of mail; its key log is beside it, FILE.keys.
import { writeFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import { httpAnswer, talk, talks } from '../engine/testing/talk.ts';
import { tlsTalk } from '../engine/testing/tls-talk.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('the file is missing');
const text = Buffer.from('The quick brown fox. '.repeat(200));
const page = httpAnswer(['Content-Type: text/html', 'Content-Encoding: br'], brotliCompressSync(text));
const secret = await tlsTalk('GET /secret.txt HTTP/1.1\r\nHost: h\r\n\r\n', httpAnswer([], Buffer.from('the secret')));
const capture = talks(
  talk('10.0.0.1:40000', '10.0.0.2:80', [
    [0, 'GET /fox.html HTTP/1.1\r\nHost: fox.test\r\n\r\n'],
    [1, page],
  ]),
  talk('10.0.0.1:40001', '10.0.0.3:443', secret.said),
  talk('10.0.0.1:40002', '10.0.0.4:25', [
    [1, '220 mail.test\r\n'],
    [0, 'QUIT\r\n'],
  ]),
);
writeFileSync(path, capture);
writeFileSync(`${path}.keys`, secret.keys);
