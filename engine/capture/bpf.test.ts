import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkCaptureFilter, findProblem } from './bpf.ts';
import { helperThere } from './helper.ts';

const HELPER = fileURLToPath(new URL('../../dist/native/sightline-capture', import.meta.url));
const skip = helperThere(HELPER) ? false : 'the capture helper is not built';
const ETHERNET = 1;
const WIFI = 105;

/** Every place is found, however busy the machine is: that a rougher one is told is a test of its own. */
const PATIENCE = 60_000;

/** What the caret stands under; '$' for the end. */
async function under(filter: string, link = ETHERNET): Promise<string | null> {
  const problem = await checkCaptureFilter(HELPER, link, filter, PATIENCE);
  if (problem === null) return null;
  return problem.length === 0 && problem.at === filter.length
    ? '$'
    : filter.slice(problem.at, problem.at + problem.length);
}

test('the caret stands under the word that is wrong', { skip }, async () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['tcp port http or nonsense', 'nonsense'],
    ['host 10.0.0.1 and prt 80', 'prt'],
    ['ether host zz', 'zz'],
    ['net 10.0.0.0/33', '/33'],
    ['tcp port 80 and', '$'],
    ['tcp and and udp', 'and'],
    ['and tcp', 'and'],
    ['(tcp or udp', '$'],
    ['tcp or udp)', ')'],
    ['tcp port 99999', '99999'],
    ['port 80 prot 6', 'prot'],
    ['host 1.2.3.256', '1.2.3.256'],
    ['host 1.2.3.4 and host 1.2.3.999', '1.2.3.999'],
    ['tcp port 80 and not (udp prt 53)', 'prt'],
    ['net 10.0.0.5/8', '/8'],
    ['not', '$'],
    ['tcp not udp', 'not'],
    ['src and tcp', 'tcp'],
    ['src and', '$'],
    ['port', '$'],
    ['src host', '$'],
    ['ether proto', '$'],
    ['portrange 80-', '80-'],
    ['tcp[13', '$'],
    ['tcp[13] =', '$'],
    ['tcp[13] & 2 != ', '$'],
    ['tcp[13] & != 0', '!='],
    ['tcp[13]] = 1', ']'],
    ['ip6 host fe80::zz', 'fe80::zz'],
    ['vlan 5000', '5000'],
    ['len > ', '$'],
    ['udp or (tcp and (port 80 or port))', ')'],
    ['tcp port 80 or port', '$'],
    ['tcp and udp', 'udp'],
    ['ip6 and host 1.2.3.4 and prt', 'prt'],
    ['ip6 and ip and tcp port 80 or port', '$'],
    ['tcp', null],
    ['', null],
    ['  ', null],
    ['tcp port http', null],
    ['vlan 5 and (tcp or udp) and not port 22', null],
    ['tcp[13] & 2 != 0', null],
    ['ether host 00:11:22:33:44:55', null],
    ['(tcp[((tcp[12:1] & 0xf0) >> 2):4] = 0x47455420)', null],
  ];
  for (const [filter, expected] of cases) assert.equal(await under(filter), expected, filter);
  assert.equal(await under('type mgt subtype nonsense', WIFI), 'nonsense');
  assert.equal(await under('type mgt and wlan addr1 zz', WIFI), 'zz');
});

test(
  'one wrong word put into a right filter, anywhere, is found there or before it ends the filter',
  { skip },
  async () => {
    let state = 5;
    const roll = (n: number): number => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return (state >>> 8) % n;
    };
    const parts = [
      'tcp',
      'udp port 53',
      'host 10.0.0.1',
      'net 10.0.0.0/8',
      'tcp[13] & 2 != 0',
      'not arp',
      '(icmp or icmp6)',
      'src portrange 1-9',
      'ether host 00:11:22:33:44:55',
      'ip6 net fe80::/10',
      'greater 64',
      'vlan 7',
      'len <= 100',
      'dst host ::1',
    ];
    for (let n = 0; n < 15; n++) {
      const chosen = Array.from({ length: 1 + roll(5) }, () => parts[roll(parts.length)]!);
      const right = chosen.join(roll(2) === 0 ? ' and ' : ' or ');
      if ((await checkCaptureFilter(HELPER, ETHERNET, right)) !== null) continue;
      // A word behind a connector, of which nothing can be made: the place is the word, whatever stands before and
      // after.
      const at = roll(chosen.length + 1);
      const broken = [...chosen.slice(0, at), '@wrong@', ...chosen.slice(at)].join(' and ');
      assert.equal(await under(broken), '@wrong@', broken);
      // The end is missing: the place is the end.
      assert.equal(await under(`${right} and`), '$', right);
      assert.equal(await under(`(${right}`), '$', right);
      assert.equal(await under(`${right})`), ')', right);
    }
  },
);

test('the place is searched in few questions, however long the filter', async () => {
  let asked = 0;
  const words = Array.from({ length: 200 }, (_, i) => `w${i}`);
  for (const wrong of [0, 1, 100, 198, 199]) {
    asked = 0;
    const text = words.map((w, i) => (i === wrong ? 'bad' : w)).join(' ');
    const problem = await findProblem(text, async (filters) => {
      asked++;
      return filters.map((f) => ({ ok: !f.includes('bad'), message: f.includes('bad') ? 'syntax error' : '' }));
    });
    assert.equal(text.slice(problem!.at, problem!.at + problem!.length), 'bad');
    assert.ok(asked <= 30, `${asked} questions`);
  }
});

test('a place that there is no time for is a rougher one, and holds the wrong word', async () => {
  const text = 'a b bad c d';
  const ask = async (filters: readonly string[]): Promise<{ ok: boolean; message: string }[]> =>
    filters.map((f) => ({ ok: !f.includes('bad'), message: f.includes('bad') ? 'syntax error' : '' }));
  const rough = await findProblem(text, ask, 0);
  assert.equal(text.slice(rough!.at, rough!.at + rough!.length), text);
});

test('filters that no program can be handed, and long ones, are answered', { skip }, async () => {
  const nul = await checkCaptureFilter(HELPER, ETHERNET, 'tcp\0 udp');
  assert.deepEqual([nul!.at, nul!.length], [3, 1]);
  const long = `${Array.from({ length: 180 }, (_, i) => `host 10.0.${i}.1`).join(' or ')} or prt 80`;
  const began = performance.now();
  assert.equal(await under(long), 'prt');
  const mask = `${Array.from({ length: 180 }, (_, i) => `host 10.0.${i}.1`).join(' or ')} or net 10.0.0.0/33`;
  const problem = await checkCaptureFilter(HELPER, ETHERNET, mask);
  assert.ok(mask.slice(problem!.at, problem!.at + problem!.length).includes('33'));
  assert.ok(performance.now() - began < 8_000);
});
