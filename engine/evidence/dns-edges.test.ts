// DNS at its edges, in captures that the test makes.
import { type Edge, edge } from '../testing/edges.ts';
import { MadeCapture } from '../testing/evidence-kit.ts';
import { clientHello } from '../testing/packets.ts';
import { nameScore } from './random-name.ts';

const TXT = 16;
const SIG = 24;
const POPULAR = 'windowsupdate.com';
const REVERSE = '2.0.192.in-addr.arpa';

/** So many names of one parent, each asked for in a flow of its own. */
interface Names {
  readonly n?: number;
  /** Characters of the part before the parent. */
  readonly characters?: number;
  readonly parent?: string;
  readonly type?: number;
  /** Seconds between the first and the last. */
  readonly seconds?: number;
  readonly of?: (i: number) => string;
}

function names({ n = 15, characters = 16, parent = 'zone.test', type = 1, seconds = 60, of }: Names): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) {
    const before = of?.(i) ?? String(i).padStart(characters, 'x');
    made.ask(`${before}.${parent}`, { type, at: (i * seconds) / Math.max(1, n - 1) });
  }
  return made;
}

edge('dns-tunnel', '15 names within an hour', names, {
  raises: [{}, { seconds: 3_599 }],
  not: [{ n: 14 }, { seconds: 3_602 }, { of: (i) => 'y'.repeat(20 + (i % 14)) }],
});
edge('dns-tunnel', 'longest parts of 16 characters', names, {
  raises: [{}, { of: (i) => `${i}.${'x'.repeat(16)}` }, { of: (i) => String(i).padStart(i % 2 === 0 ? 16 : 17, 'x') }],
  not: [{ characters: 15 }, { of: (i) => `${String(i).padStart(8, 'x')}.${'y'.repeat(8)}` }],
});
edge('dns-tunnel', 'of one parent, which is not well known', (parent: string) => names({ parent }), {
  raises: ['zone.test', 'a.zone.test', 'zone.co.uk'],
  not: [POPULAR, `a.${POPULAR}`, REVERSE],
});
edge('dns-tunnel', 'no addresses in lists', (of: (i: number) => string) => names({ of }), {
  raises: [(i) => `${i}.2.0.192.data-in-a-long-part`, (i) => `${i}.0.192.a.long-words-that-tell`],
  not: [(i) => `${i}.2.0.192.a.long-words.that-tell`, (i) => `100.200.100.1${i + 10}`],
});

edge('dns-text-queries', '5 questions within an hour', (o: Names) => names({ n: 5, type: TXT, ...o }), {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 4 }, { seconds: 3_601 }],
});
edge('dns-text-queries', 'types that carry anything', (type: number) => names({ n: 5, type }), {
  raises: [10, 16, 25, 65_399],
  not: [1, 9, 15, 17, 28, 99],
});
edge('dns-text-queries', 'a parent that is neither local nor well known', (parent: string) => polled({ parent }), {
  raises: ['zone.test', 'a.zone.test'],
  not: ['zone.local', POPULAR, REVERSE],
});

/** Questions for text of one name, and others for addresses under the same parent. */
interface Polled {
  readonly texts?: number;
  readonly others?: number;
  readonly parent?: string;
  readonly seconds?: number;
  readonly type?: number;
}

function polled({ texts = 30, others = 0, parent = 'zone.test', seconds = 60, type = TXT }: Polled): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < others; i++) made.ask(`a.${parent}`, { at: i / 100 });
  for (let i = 0; i < texts; i++) made.ask(`b.${parent}`, { type, at: 1 + (i * seconds) / (texts - 1) });
  return made;
}

edge('dns-text-queries', 'more than 30 % of all', polled, {
  raises: [
    { texts: 6, others: 13 },
    { texts: 19, others: 44 },
  ],
  not: [
    { texts: 6, others: 14 },
    { texts: 18, others: 42 },
  ],
});

/** One name, asked for text thirty times. */
function again(name: string): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < 30; i++) made.ask(name, { type: TXT, at: i });
  return made;
}
edge('dns-text-queries', 'something before the parent, and no address in a list', again, {
  raises: ['b.zone.test', '1.2.0.192-b.zone.test'],
  not: ['zone.test', 'zone.co.uk', '1.2.0.192.zone.test'],
});
edge('dns-text-polled', 'something before the parent', again, { raises: ['b.zone.test'], not: ['zone.test'] });
edge('dns-text-polled', '30 questions within an hour', polled, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ texts: 29 }, { seconds: 3_601 }, { type: 1 }],
});

/** Thirty questions for text, with questions for addresses between the first and the second. */
function between(others: number): MadeCapture {
  const made = new MadeCapture().ask('b.zone.test', { type: TXT });
  for (let i = 0; i < others; i++) made.ask('a.zone.test', { at: 1 });
  for (let i = 1; i < 30; i++) made.ask('b.zone.test', { type: TXT, at: 1 + i });
  return made;
}
edge('dns-text-polled', 'among the latest 64 questions', between, { raises: [34], not: [35] });

const texts = (o: Names): MadeCapture => names({ n: 10, characters: 10, type: TXT, ...o });
edge('dns-text-many', '10 names within an hour', texts, {
  raises: [{}, { seconds: 3_600 }],
  not: [{ n: 9 }, { seconds: 3_601 }, { of: (i) => 'x'.repeat(10 + (i % 9)) }],
});
edge('dns-text-many', '20 characters each', texts, { raises: [{}], not: [{ characters: 9 }] });
edge('dns-text-many', 'asked for text', texts, { raises: [{ type: 10 }], not: [{ type: 1 }] });
/** Ten names, each asked for with one type and then with another. */
function askedTwice([first, second]: readonly [number, number]): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < 20; i++)
    made.ask(`${'x'.repeat(20)}${i >> 1}.zone.test`, { type: i % 2 ? second : first, at: i });
  return made;
}
edge('dns-text-many', 'asked for text once', askedTwice, {
  raises: [
    [TXT, TXT],
    [TXT, 1],
    [1, TXT],
  ],
  not: [[1, 1]],
});
edge('dns-text-many', 'a parent that is not well known', texts, { raises: [{}], not: [{ parent: POPULAR }] });

const long = (n: number, parent = 'zone.test'): MadeCapture => new MadeCapture().ask(`a.${'b'.repeat(n)}.${parent}`);
edge('dns-long-label', '50 characters', (n: number) => long(n), { raises: [50], not: [49] });
edge('dns-long-label', 'before what was registered', (name: string) => new MadeCapture().ask(name), {
  raises: [`${'a'.repeat(50)}.zone.co.uk`],
  not: [`www.${'a'.repeat(50)}.co.uk`, `www.${'a'.repeat(50)}.test`],
});
edge('dns-long-label', 'not well known, no reverse name', (parent: string) => long(50, parent), {
  raises: ['zone.test'],
  not: [POPULAR, REVERSE],
});

const RANDOM = ['xkqzvbnwpt', 'qjxzkvwbnm', 'zxqkjvbwpd', 'wqzxvkjbnt', 'vkxqzjwbnp'];
const WORDS = ['gardening', 'shopping', 'weathernews', 'bookstore', 'motorcycle'];

/** Two pairs of words that look a little random: their scores are just above a threshold, and at most that. */
function besideScore(threshold: number): { readonly above: string; readonly below: string } {
  const words = `brick plank trent zephyr quark fjord glyph crypt lynx nymph vortex kraken pixel jinx dwarf ghost knight
    sphinx tundra waltz yacht xenon banjo cobalt`.split(/\s+/);
  const pairs = words.flatMap((a) => words.map((b) => a + b));
  const byScore = pairs.toSorted((a, b) => nameScore(`${a}.test`) - nameScore(`${b}.test`));
  const at = byScore.findIndex((label) => nameScore(`${label}.test`) > threshold);
  return { above: byScore[at]!, below: byScore[at - 1]! };
}

/** Names that are asked for, and what is answered: that they do not exist where nothing else is said. */
interface Unknown {
  readonly n?: number;
  readonly labels?: readonly string[];
  readonly ending?: string;
  readonly rcode?: number;
  readonly seconds?: number;
}

function unknown({ n = 5, labels = RANDOM, ending = '.test', rcode = 3, seconds = 60 }: Unknown): MadeCapture {
  const made = new MadeCapture();
  for (let i = 0; i < n; i++) made.ask(`${labels[i % labels.length]}${ending}`, { rcode, at: (i * seconds) / (n - 1) });
  return made;
}

edge('dns-many-unknown-random', 'five different names within an hour', unknown, {
  raises: [{}, { seconds: 3_600 }],
  not: [
    { n: 4 },
    { seconds: 3_601 },
    { labels: RANDOM.slice(1), n: 8 },
    { labels: ['a', 'b', 'c', 'd', 'e'].map((host) => `${host}.${RANDOM[0]}`) },
  ],
});
edge('dns-many-unknown-random', 'names that look random', unknown, {
  raises: [{}, { labels: [...RANDOM.slice(1), besideScore(0.4).above] }],
  not: [{ labels: WORDS }, { labels: [...RANDOM.slice(1), besideScore(0.4).below] }],
});
edge('dns-many-unknown-random', 'that do not exist', unknown, { raises: [{}], not: [{ rcode: 0 }, { rcode: 2 }] });
edge('dns-many-unknown-random', 'no single labels, no reverse names', unknown, {
  raises: [{ ending: '.co.uk' }],
  not: [{ ending: '' }, { ending: '.in-addr.arpa' }],
});

edge('dns-signature-query', 'the type', (type: number) => new MadeCapture().ask('a.zone.test', { type }), {
  raises: [SIG],
  not: [23, 25, 46],
});
edge('dns-signature-query', 'the port', (port: number) => new MadeCapture().ask('a.zone.test', { type: SIG, port }), {
  raises: [53],
  not: [5_353],
});

// Names tell the same in a question, a server name and a host.
const inQuestion = (name: string): MadeCapture => new MadeCapture().ask(name);
const inHello = (name: string): MadeCapture =>
  new MadeCapture().connection([{ dir: 0, data: clientHello(name) }], { port: 443 });
const inRequest = (name: string): MadeCapture => new MadeCapture().http([{ host: name }]);

function edgesOfNames(rule: string, what: string, names: Edge<string>): void {
  for (const made of [inQuestion, inHello, inRequest]) edge(rule, `${what} (${made.name})`, made, names);
}
edgesOfNames('dynamic-dns', 'under a service’s name', {
  raises: ['me.duckdns.org', 'duckdns.org', 'home.dyndns.org'],
  not: ['notduckdns.org', 'duckdns.org.test', 'checkip.dyndns.org'],
});
edgesOfNames('cheap-tld', 'a cheap ending', {
  raises: ['garden.xyz', 'a.garden.top'],
  not: ['garden.org', 'xyz.garden.org'],
});
edgesOfNames('dga-name', 'a name that looks random', {
  raises: ['www.xkqjvbzwpt.com', 'xkqjvbz.com'],
  not: ['xkqjvb.com', 'www.gardening.com', 'www.nordvpn.com', 'ns-1.awsdns-qwxzkpvbn.com', 'a.xkqjvbzwpt.in-addr.arpa'],
});
edge('dga-name', 'a score over 1.1', (label: string) => inQuestion(`${label}.test`), {
  raises: [besideScore(1.1).above],
  not: [besideScore(1.1).below],
});
edgesOfNames('drop-site', 'a site for anybody', {
  raises: ['pastebin.com', 'api.telegram.org'],
  not: ['mypastebin.com', 'telegram.org'],
});
edgesOfNames('ip-lookup', 'a site that tells an address', {
  raises: ['api.ipify.org', 'checkip.dyndns.org'],
  not: ['notipify.org', 'home.dyndns.org'],
});
edge('cheap-tld', 'no names of the neighbourhood', (port: number) => new MadeCapture().ask('garden.xyz', { port }), {
  raises: [53],
  not: [5_353],
});
