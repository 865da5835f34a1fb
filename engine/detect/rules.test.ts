// Evidence rules on flows made here: what beats in a rhythm, what only looks like it, a scan and a busy client.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { english } from '../../contract/index.ts';
import { FlowColumns } from '../flow/index.ts';
import { noFacts } from '../protocols/index.ts';
import { regularInterval, RuleBook, type RuleHit } from './rules.ts';

interface Made {
  readonly start: number;
  readonly peer?: number;
  readonly port?: number;
  readonly forward?: number;
  readonly reverse?: number;
}

class Flows {
  readonly columns = new FlowColumns();
  readonly book = new RuleBook();

  add(f: Made, selfSigned: boolean | null = null): RuleHit | null {
    const row = this.columns.add();
    const c = this.columns;
    c.initiator[row] = 1;
    c.responder[row] = f.peer ?? 2;
    c.responderPort[row] = f.port ?? 443;
    c.hasPorts[row] = 1;
    c.ipProtocol[row] = 6;
    c.startSeconds[row] = Math.floor(f.start);
    c.startNanoseconds[row] = Math.round((f.start % 1) * 1e9);
    c.packetsForward[row] = f.forward ?? 8;
    c.packetsReverse[row] = f.reverse ?? 8;
    const certificate =
      selfSigned === null
        ? null
        : {
            sha256: '00',
            subject: 'CN=x',
            issuer: 'CN=x',
            selfSigned,
            notBefore: 0,
            notAfter: 1,
            keyType: 'rsa',
            keyBits: 2048,
            alternativeNames: [],
          };
    return this.book.completed(c, row, {
      ...noFacts(),
      certificate,
      ja3: selfSigned === null ? null : 'x',
      serverName: 'a.test',
    });
  }
}

test('regular starts to one peer are a beacon, told once; a self-signed certificate makes it certain', () => {
  const plain = new Flows();
  const hits = Array.from({ length: 10 }, (_, i) => plain.add({ start: 1000 + i * 60 + (i % 2) * 3 }));
  assert.deepEqual(hits.slice(0, 5), [null, null, null, null, null]);
  assert.equal(hits[5]?.verdict, 'suspicious');
  assert.deepEqual(
    hits.slice(5).map((h) => h?.first),
    [true, false, false, false, false],
  );
  assert.equal(hits[5]?.evidence.length, 6);
  const signed = new Flows();
  const last = Array.from({ length: 6 }, (_, i) => signed.add({ start: 1000 + i * 60 }, true)).at(-1);
  assert.equal(last?.verdict, 'malicious');
  assert.match(english(last!.said), /one each 60 s, self-signed certificate/);
});

test('what comes at random, all at once, or to many peers is no beacon', () => {
  const random = new Flows();
  let at = 0;
  for (let i = 0; i < 200; i++) assert.equal(random.add({ start: (at += 1 + ((i * 7919) % 61)) }), null);
  const burst = new Flows();
  for (let i = 0; i < 50; i++) assert.equal(burst.add({ start: 1000 + i * 0.1 }), null);
  const spread = new Flows();
  for (let i = 0; i < 50; i++) assert.equal(spread.add({ start: 1000 + i * 60, peer: 2 + i }), null);
});

test('one missed turn is allowed, a rhythm that breaks is not', () => {
  assert.ok(regularInterval([0, 10, 20, 40, 50, 60, 70]) !== null);
  assert.equal(regularInterval([0, 10, 25, 40, 70, 75, 99]), null);
  assert.equal(regularInterval([0, 10, 20, 30, 40]), null);
});

test('fifty closed ports within a minute are a scan; over an hour, or answered, they are none', () => {
  const scan = new Flows();
  const hits = Array.from({ length: 60 }, (_, i) =>
    scan.add({ start: 1000 + i * 0.1, port: 1 + i, forward: 1, reverse: 1 }),
  );
  assert.equal(
    hits.findIndex((h) => h !== null),
    49,
  );
  assert.equal(hits[49]?.rule, 'port-scan');
  const slow = new Flows();
  for (let i = 0; i < 100; i++)
    assert.equal(slow.add({ start: 1000 + i * 40, port: 1 + i, forward: 1, reverse: 1 }), null);
  const answered = new Flows();
  for (let i = 0; i < 100; i++) assert.equal(answered.add({ start: 1000 + i * 0.1, port: 1 + i }), null);
});
