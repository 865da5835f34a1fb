// Events of HTTP/1: each from a head that has what is odd, asked as rules ask for it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { askFrames } from '../../../testing/asked-rules.ts';
import { talk } from '../../../testing/talk.ts';
import { requestOddities, responseOddities } from './http-events.ts';

const GET = 'GET /a HTTP/1.1\r\nHost: x.test\r\n\r\n';
const OK = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

/** [event, request, answer] */
const CASES: readonly (readonly [string, string, string])[] = [
  ['request_line_leading_whitespace', ` ${GET}`, OK],
  ['method_delim_non_compliant', 'GET\t/a HTTP/1.1\r\nHost: x\r\n\r\n', OK],
  ['uri_delim_non_compliant', 'GET /a\tHTTP/1.1\r\nHost: x\r\n\r\n', OK],
  ['missing_host_header', 'GET /a HTTP/1.1\r\nA: b\r\n\r\n', OK],
  ['host_header_ambiguous', 'GET http://one.test/ HTTP/1.1\r\nHost: two.test\r\n\r\n', OK],
  ['request_header_host_invalid', 'GET /a HTTP/1.1\r\nHost: a{b\r\n\r\n', OK],
  ['request_uri_host_invalid', 'GET http://a{b/ HTTP/1.1\r\nHost: a{b\r\n\r\n', OK],
  ['invalid_server_port_in_request', 'GET /a HTTP/1.1\r\nHost: x:99999\r\n\r\n', OK],
  ['invalid_authority_port', 'GET http://x:abc/ HTTP/1.1\r\nHost: x\r\n\r\n', OK],
  ['request_field_missing_colon', 'GET /a HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n', OK],
  ['invalid_request_field_folding', 'GET /a HTTP/1.1\r\n folded\r\nHost: x\r\n\r\n', OK],
  ['request_header_invalid', 'GET /a HTTP/1.1\r\nHost: x\r\na b: c\r\n\r\n', OK],
  ['request_header_repetition', 'GET /a HTTP/1.1\r\nHost: x\r\nA: 1\r\na: 2\r\n\r\n', OK],
  [
    'duplicate_content_length_field_in_request',
    'GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
    OK,
  ],
  ['invalid_content_length_field_in_request', 'GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: none\r\n\r\n', OK],
  ['invalid_transfer_encoding_value_in_request', 'GET /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: odd\r\n\r\n', OK],
  ['invalid_request_chunk_len', 'POST /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', OK],
  ['request_too_many_headers', `GET /a HTTP/1.1\r\nHost: x\r\n${'a: b\r\n'.repeat(1_100)}\r\n`, OK],
  ['response_field_missing_colon', GET, 'HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 0\r\n\r\n'],
  ['invalid_response_field_folding', GET, 'HTTP/1.1 200 OK\r\n folded\r\nContent-Length: 0\r\n\r\n'],
  ['response_header_invalid', GET, 'HTTP/1.1 200 OK\r\na b: c\r\nContent-Length: 0\r\n\r\n'],
  ['response_header_repetition', GET, 'HTTP/1.1 200 OK\r\nA: 1\r\nA: 2\r\nContent-Length: 0\r\n\r\n'],
  ['response_invalid_protocol', GET, 'HTTP/1.x 200 OK\r\nContent-Length: 0\r\n\r\n'],
  ['response_invalid_status', GET, 'HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n'],
  [
    'duplicate_content_length_field_in_response',
    GET,
    'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n',
  ],
  ['invalid_content_length_field_in_response', GET, 'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'],
  ['invalid_transfer_encoding_value_in_response', GET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: odd\r\n\r\n'],
  ['response_abnormal_transfer_encoding', GET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: x, chunked\r\n\r\n0\r\n\r\n'],
  ['response_chunked_old_proto', GET, 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['response_chunk_extension', GET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\nx\r\n0\r\n\r\n'],
  ['invalid_response_chunk_len', GET, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ['abnormal_ce_header', GET, 'HTTP/1.1 200 OK\r\nContent-Encoding: odd\r\nContent-Length: 1\r\n\r\nx'],
  [
    'response_multipart_byteranges',
    GET,
    'HTTP/1.1 206 OK\r\nContent-Type: multipart/byteranges\r\nContent-Length: 0\r\n\r\n',
  ],
  ['100_continue_already_seen', GET, `HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 100 Go\r\n\r\n${OK}`],
  ['unable_to_match_response_to_request', GET, `${OK}${OK}`],
];

const said = (request: string, answer: string): number[][] =>
  talk('10.0.0.1:40000', '10.0.0.2:80', [
    [0, request],
    [1, answer],
  ]);

describe('events of HTTP/1', () => {
  for (const [event, request, answer] of CASES) {
    test(event, () => {
      const rule = `alert http any any -> any any (app-layer-event:http.${event}; sid:1;)`;
      assert.ok(askFrames(rule, said(request, answer)).length > 0);
      assert.deepEqual(askFrames(rule, said(GET, OK)), []);
    });
  }

  test('heads as they should be have none', () => {
    const folded =
      'HTTP/1.1 200 OK\r\nA: b\r\n  c\r\nContent-Encoding: gzip, identity\r\nTransfer-Encoding: chunked\r\n\r\n';
    assert.deepEqual([...responseOddities(folded)], []);
    for (const head of [
      'GET http://[2001:db8::1]:8080/ HTTP/1.1\r\nHost: [2001:db8::1]:8080\r\n\r\n',
      'GET / HTTP/1.0\r\n\r\n',
      'CONNECT x.test:443 HTTP/1.1\r\n\r\n',
    ])
      assert.deepEqual([...requestOddities(head)], [], head);
  });
});
