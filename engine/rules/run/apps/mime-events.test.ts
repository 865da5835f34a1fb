// Events of SMTP, of its mails and of FTP, asked as rules ask for them; and how much of a stream is put together.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askFrames, captured, rulesOf } from '../../../testing/asked-rules.ts';
import { packetsOf } from '../../../testing/packets.ts';
import { talk } from '../../../testing/talk.ts';
import { RuleRunner } from '../../index.ts';

const mailing = (mail: string, first = ''): number[][] =>
  talk('10.0.0.1:40000', '10.0.0.2:25', [
    [1, '220 mx\r\n'],
    [0, 'EHLO a\r\n'],
    [1, '250 OK\r\n'],
    [0, `${first}MAIL FROM:<a@b>\r\n`],
    [1, first === '' ? '250 OK\r\n' : '250 OK\r\n250 OK\r\n'],
    [0, 'DATA\r\n'],
    [1, '354 go\r\n'],
    [0, `${mail}\r\n.\r\n`],
    [1, '250 OK\r\n'],
  ]);
const coded = (coding: string, body: string): string =>
  `Subject: x\r\nContent-Transfer-Encoding: ${coding}\r\n\r\n${body}`;
const PLAIN = mailing('Subject: x\r\n\r\nbody');

describe('events of SMTP', () => {
  const cases: readonly (readonly [string, number[][]])[] = [
    ['mime_long_line', mailing(`Subject: x\r\n\r\n${'a'.repeat(1_200)}`)],
    ['mime_long_header_name', mailing(`${'N'.repeat(90)}: x\r\n\r\nbody`)],
    ['mime_long_header_value', mailing(`Subject: ${'v'.repeat(2_100)}\r\n\r\nbody`)],
    ['mime_long_enc_line', mailing(coded('base64', 'QUFB'.repeat(30)))],
    ['mime_invalid_base64', mailing(coded('base64', 'QUFB!!!'))],
    ['mime_invalid_qp', mailing(coded('quoted-printable', 'a =ZZ b'))],
    ['mime_long_filename', mailing(`Content-Disposition: attachment; filename="${'f'.repeat(300)}"\r\n\r\nbody`)],
    ['duplicate_fields', mailing('Subject: x\r\n\r\nbody', 'MAIL FROM:<c@d>\r\n')],
    ['unable_to_match_reply_with_request', talk('10.0.0.1:40000', '10.0.0.2:25', [[1, '220 mx\r\n250 OK\r\n']])],
  ];
  for (const [event, frames] of cases) {
    test(event, () => {
      const rule = `alert smtp any any -> any any (app-layer-event:smtp.${event}; sid:1;)`;
      assert.ok(askFrames(rule, frames).length > 0);
      assert.deepEqual(askFrames(rule, PLAIN), []);
    });
  }
});

test('FTP: a transfer that no port was spoken of for, and one without a name', () => {
  const said = (...lines: string[]): number[][] =>
    talk('10.0.0.1:40000', '10.0.0.2:21', [
      [1, '220 ready\r\n'],
      ...lines.map((line) => [0, `${line}\r\n`] as const),
      [1, '200 ok\r\n'.repeat(lines.length)],
    ]);
  const text =
    'alert ftp any any -> any any (app-layer-event:ftp.file_before_port; sid:1;)\n' +
    'alert ftp any any -> any any (app-layer-event:ftp.file_without_name; sid:2;)';
  const sids = (frames: number[][]): number[] => askFrames(text, frames).map((a) => a.rule.sid);
  assert.deepEqual(sids(said('USER a', 'RETR file')), [1]);
  assert.deepEqual(sids(said('USER a', 'PORT 10,0,0,1,4,1', 'RETR file')), []);
  assert.deepEqual(sids(said('USER a', 'PORT 10,0,0,1,4,1', 'RETR')), [2]);
});

test('of a direction as many bytes are put together as is said', () => {
  const frames = talk('10.0.0.1:40000', '10.0.0.2:9000', [
    [0, 'x'.repeat(4_000)],
    [1, 'ok'],
    [0, 'needle'],
    [1, 'ok'],
  ]);
  const found = (depth?: number): number => {
    let count = 0;
    const rules = rulesOf('alert tcp-stream any any -> any any (content:"needle"; sid:1;)');
    const runner = new RuleRunner(rules, () => count++, depth === undefined ? {} : { depth });
    for (const packet of packetsOf(frames)) runner.packet(captured(packet));
    runner.finish();
    return count;
  };
  assert.equal(found(), 1);
  assert.equal(found(2_000), 0);
});
