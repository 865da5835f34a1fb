// What lists are held against beside what a flow says of itself: names that an answer of DNS leads to, certificates of a
// chain behind the server's own.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { foreignBaseline } from '../detect/index.ts';
import { type IndicatorSet, loadIndicatorsNow } from '../indicators/index.ts';
import { certificateBytes, serverFlight } from '../testing/certificates.ts';
import { MadeLists } from '../testing/lists.ts';
import { testModel } from '../testing/models.ts';
import { clientHello, packetsOf, pcap, udp } from '../testing/packets.ts';
import { talk } from '../testing/talk.ts';
import { scoreFile } from './score-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-reach-'));
const lists = new MadeLists();
after(() => {
  rmSync(folder, { recursive: true, force: true });
  lists.remove();
});
const START = 1_700_000_000;
const model = testModel();

function labels(name: string): number[] {
  return [...name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)]), 0];
}

/** An answer whose records lead from name to name, and to an address at last (RFC 1034, 3.6.2). */
function answer(asked: string, ...aliases: readonly string[]): number[] {
  const owners = [asked, ...aliases];
  const record = (owner: string, type: number, data: readonly number[]): number[] => {
    return [...labels(owner), 0, type, 0, 1, 0, 0, 0, 9, 0, data.length, ...data];
  };
  const records = aliases.flatMap((alias, i) => record(owners[i]!, 5, labels(alias)));
  const last = record(owners.at(-1)!, 1, [203, 0, 113, 9]);
  const head = [0, 7, 0x81, 0x80, 0, 1, 0, aliases.length + 1, 0, 0, 0, 0];
  return [...head, ...labels(asked), 0, 1, 0, 1, ...records, ...last];
}

const OWN = { subject: 'CN=own.test', issuer: 'CN=Middle', notBefore: START - 1_000_000 };
const MIDDLE = {
  subject: 'CN=Middle',
  issuer: 'CN=Root',
  notBefore: START - 1_000_000,
  serial: [1, 2, 3, 4, 5, 6, 7, 8],
};
const ROOT = { subject: 'CN=Root', notBefore: START - 1_000_000, serial: [9, 9, 9, 9, 9, 9, 9, 9] };
const path = join(folder, 'reach.pcap');
const QUESTION = [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels('www.shop.test'), 0, 1, 0, 1];
const FRAMES = [
  udp('10.0.0.1:5000', '10.0.0.53:53', QUESTION),
  udp('10.0.0.53:53', '10.0.0.1:5000', answer('www.shop.test', 'edge.cdn.test', 'node.tracked.test')),
  ...talk('10.0.0.1:40001', '203.0.113.6:443', [
    [0, clientHello('own.test')],
    [1, serverFlight(OWN, MIDDLE, ROOT)],
  ]),
];
writeFileSync(path, pcap(packetsOf(FRAMES, START, 0.0001)));

/** Kind, value, what was seen and the peer of the evidence. */
async function met(set: IndicatorSet): Promise<string[]> {
  const options = { model, baseline: foreignBaseline(model), threads: 1, cacheFolder: folder, indicators: set };
  const found: string[] = [];
  await scoreFile(path, options, {
    indicatorHit: (_a, { met: m, packet }) => found.push(`${m.kind} ${m.value} (${m.seen}) @${packet + 1}`),
  });
  return found.sort();
}

test('names that an answer leads to are met as the name that was asked for', async () => {
  const set = loadIndicatorsNow([lists.put('names.txt', 'tracked.test', 'node.tracked.example', 'cdn.test')]);
  assert.deepEqual(await met(set), [
    'domain cdn.test (edge.cdn.test) @2',
    'domain tracked.test (node.tracked.test) @2',
  ]);
});

test('certificates of the chain are met as the server’s own', async () => {
  const sha = (kind: string, of: Parameters<typeof certificateBytes>[0]): string =>
    createHash(kind).update(certificateBytes(of)).digest('hex');
  const set = loadIndicatorsNow([
    lists.put(
      'certificates.csv',
      'type,value',
      `certificate-sha256,${sha('sha256', MIDDLE)}`,
      `certificate-sha1,${sha('sha1', OWN)}`,
      'serial,0909090909090909',
    ),
  ]);
  const seen = (await met(set)).map((line) => line.replace(/ @\d+$/, '').replace(/ [0-9a-f]{15,} /, ' '));
  assert.deepEqual(seen.toSorted(), ['certificate (CN=Middle)', 'certificate (CN=own.test)', 'serial (CN=Root)']);
});
