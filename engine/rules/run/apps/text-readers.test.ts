// Readers of protocols that are written: SIP, SMTP, FTP, SSH's banner.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { feed, fuzz, numbers, octets, piecewise, said, type Talk } from '../../../testing/rule-talks.ts';
import { FtpReader } from './ftp.ts';
import { SipReader } from './sip.ts';
import { SmtpReader } from './smtp.ts';
import { SshReader } from './ssh.ts';

const SDP =
  'v=0\r\no=a 1 1 IN IP4 10.0.0.1\r\ns=call\r\nc=IN IP4 10.0.0.1\r\nt=1 2\r\nm=audio 30000 RTP/AVP 0\r\ni=voice\r\n';
const INVITE = octets(
  `INVITE sip:b@example.org SIP/2.0\r\nVia: SIP/2.0/TCP a\r\nv: SIP/2.0/TCP b\r\nf: <sip:a@example.org>\r\n` +
    `To: <sip:b@example.org>\r\nContent-Type: application/sdp\r\nContent-Length: ${SDP.length}\r\n\r\n${SDP}`,
);
const OK = octets('SIP/2.0 200 OK\r\nVia: SIP/2.0/TCP a\r\nContent-Length: 0\r\n\r\n');

test('SIP over TCP: lines, fields by long and short names, and what SDP says', () => {
  const talk: Talk = [
    [0, INVITE],
    [1, OK],
  ];
  const reader = feed(new SipReader(true), talk);
  assert.deepEqual(said(reader, 0, 'sip.method'), ['INVITE']);
  assert.deepEqual(said(reader, 0, 'sip.via'), ['SIP/2.0/TCP a', 'SIP/2.0/TCP b']);
  assert.deepEqual(said(reader, 0, 'sip.from'), ['<sip:a@example.org>']);
  assert.deepEqual(said(reader, 0, 'sdp.connection_data'), ['IN IP4 10.0.0.1']);
  assert.deepEqual(said(reader, 0, 'sdp.media.media_info'), ['voice']);
  assert.deepEqual(said(reader, 1, 'sip.response_line'), ['SIP/2.0 200 OK']);
  assert.deepEqual(said(reader, 1, 'sip.stat_msg'), ['OK']);
  piecewise(() => new SipReader(true), talk, 0, ['sip.method', 'sdp.origin', 'frame.sip.request.body']);
  fuzz(() => new SipReader(true), talk);
  fuzz(() => new SipReader(false), talk);
});

const FILE = 'a file\nof two lines\n';
const MAIL =
  'From: a <a@example.org>\r\nTo: b@example.org\r\nSubject: two\r\n words\r\nX-Mailer: m 1\r\n' +
  'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="xx"\r\n\r\n--xx\r\nContent-Type: text/plain\r\n\r\n' +
  'see http://Example.org/x\r\n--xx\r\nContent-Type: application/octet-stream; name="f.bin"\r\n' +
  'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="f.bin"\r\n\r\n' +
  `${Buffer.from(FILE).toString('base64')}\r\n--xx\r\nContent-Disposition: attachment; filename="q.txt"\r\n` +
  'Content-Transfer-Encoding: quoted-printable\r\n\r\n=41 long=\r\n line\r\n--xx--\r\n';
const MAILING: Talk = [
  [1, octets('220 mx\r\n')],
  [0, octets('EHLO client\r\n')],
  [1, octets('250-mx\r\n250 OK\r\n')],
  [0, octets('MAIL FROM:<a@example.org> SIZE=1\r\nRCPT TO:<b@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\n')],
  [1, octets('250 OK\r\n250 OK\r\n250 OK\r\n354 go\r\n')],
  [0, octets(`${MAIL}..dot\r\n.\r\nQUIT\r\n`)],
  [1, octets('250 OK\r\n221 bye\r\n')],
];

test('SMTP: commands, fields of the mail, attachments with their codings undone and their hashes', () => {
  const reader = feed(new SmtpReader(), MAILING);
  assert.deepEqual(said(reader, 0, 'smtp.mail_from'), ['<a@example.org>']);
  assert.deepEqual(said(reader, 0, 'smtp.rcpt_to'), ['<b@example.org>', '<c@example.org>']);
  assert.deepEqual(said(reader, 0, 'email.subject'), ['two words']);
  assert.deepEqual(said(reader, 0, 'email.x_mailer'), ['m 1']);
  assert.deepEqual(said(reader, 0, 'email.url'), ['example.org/x']);
  assert.deepEqual(said(reader, 0, 'file.name'), ['f.bin', 'q.txt']);
  assert.deepEqual(said(reader, 0, 'file.data'), [FILE, 'A long line']);
  assert.deepEqual(said(reader, 0, 'file.hash-md5')[0], createHash('md5').update(FILE).digest('hex'));
  // The hash is one of the body as it was sent, with the dots that lines begin with twice.
  const body = `${MAIL}..dot\r\n`.split('\r\n\r\n').slice(1).join('\r\n\r\n');
  assert.deepEqual(said(reader, 0, 'email.body_md5'), [createHash('md5').update(body).digest('hex')]);
  piecewise(() => new SmtpReader(), MAILING, 0, ['smtp.helo', 'file.data', 'email.from']);
  fuzz(() => new SmtpReader(), MAILING, 600);
});

test('SMTP: a mail in a mail is looked into, whatever coding its head says, and whatever name it has', () => {
  const inner = 'Subject: in\r\nContent-Type: application/octet-stream; name="deep.bin"\r\n\r\nneedle\r\n';
  const outer =
    'Subject: out\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n' +
    'Content-Disposition: attachment; filename="letter.txt"\r\n\r\n';
  for (const body of [inner, Buffer.from(inner).toString('base64')]) {
    const reader = feed(new SmtpReader(), [
      [0, octets(`MAIL FROM:<a@b>\r\nDATA\r\n`)],
      [1, octets('250 OK\r\n354 go\r\n')],
      [0, octets(`${outer}${body}\r\n.\r\n`)],
    ]);
    assert.deepEqual(said(reader, 0, 'file.name'), ['deep.bin']);
    assert.match(said(reader, 0, 'file.data')[0]!, /^needle/);
  }
});

test('SMTP: a refused DATA and a refused STARTTLS are told', () => {
  const reader = feed(new SmtpReader(), [
    [1, octets('220 mx\r\n')],
    [0, octets('STARTTLS\r\n')],
    [1, octets('502 no\r\nnonsense\r\n')],
    [0, octets('DATA\r\n')],
    [1, octets('503 no\r\n')],
  ]);
  for (const event of ['smtp.tls_rejected', 'smtp.invalid_reply', 'smtp.data_command_rejected'])
    assert.deepEqual(numbers(reader, 1, `event.${event}`), [1], event);
  const secured = feed(new SmtpReader(), [
    [0, octets('STARTTLS\r\n')],
    [1, octets('220 go\r\n220 go\r\n')],
  ]);
  assert.equal(secured.successor, 'tls');
});

test('FTP: commands, what they name, replies and their codes', () => {
  const talk: Talk = [
    [1, octets('220 ready\r\n')],
    [0, octets('USER a\r\n')],
    [1, octets('331 password\r\n')],
    [0, octets('RETR some file.txt\r\n')],
    [1, octets('150 opening\r\n226-one\r\n226 done\r\n')],
  ];
  const reader = feed(new FtpReader(), talk);
  assert.deepEqual(said(reader, 0, 'ftp.command'), ['USER', 'RETR']);
  assert.deepEqual(said(reader, 0, 'ftp.command_data'), ['a', 'some file.txt']);
  assert.deepEqual(said(reader, 1, 'ftp.completion_code'), ['220', '331', '150', '226', '226']);
  piecewise(() => new FtpReader(), talk, 1, ['ftp.reply']);
  fuzz(() => new FtpReader(), talk);
});

/** RFC 4253, 6 and 7.1. */
function kexInit(lists: readonly string[]): Uint8Array {
  const body = octets(20, new Uint8Array(16), ...lists.flatMap((l) => [[0, 0, 0, l.length], l]), [0, 0, 0, 0, 0]);
  const padding = 4;
  const length = 1 + body.length + padding;
  return octets([0, 0, length >> 8, length & 255, padding], body, new Uint8Array(padding));
}

test('SSH: version, software, HASSH of either side', () => {
  const lists = ['kex', 'key', 'enc1', 'enc2', 'mac1', 'mac2', 'none', 'zlib', '', ''];
  const talk: Talk = [
    [0, octets('SSH-2.0-Client_1 comment\r\n', kexInit(lists))],
    [1, octets('hello\r\nSSH-2.0-Server_2\r\n', kexInit(lists), [0, 0, 0, 12, 10, 21], new Uint8Array(10))],
  ];
  const reader = feed(new SshReader(), talk);
  assert.deepEqual(said(reader, 0, 'ssh.software'), ['Client_1']);
  assert.deepEqual(said(reader, 1, 'ssh.proto'), ['2.0']);
  assert.deepEqual(said(reader, 0, 'ssh.hassh.string'), ['kex;enc1;mac1;none']);
  assert.deepEqual(said(reader, 1, 'ssh.hassh.server'), [createHash('md5').update('kex;enc2;mac2;zlib').digest('hex')]);
  piecewise(() => new SshReader(), talk, 0, ['ssh.hassh', 'frame.ssh.record.hdr']);
  fuzz(() => new SshReader(), talk);
});
