// Files that a person brings, or that lie in the data folder and were changed there: each is read or refused with a
// sentence, a refused one leaves what was there, and what was taken can be written and read again equal.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_PROFILE } from '../../contract/index.ts';
import type * as Contract from '../../contract/index.ts';
import type * as LabelsFile from '../../cli/labels-file.ts';
import type * as ImportedRows from '../../cli/imported-rows.ts';
import type * as FilterListsModule from '../../engine/desk/filter-lists.ts';
import type * as GeoModule from '../../engine/desk/geo.ts';
import type * as Memory from '../../engine/desk/memory.ts';
import type * as NamesModule from '../../engine/desk/names.ts';
import type * as OwnRulesModule from '../../engine/desk/own-rules.ts';
import type * as PlacesModule from '../../engine/desk/places.ts';
import type * as ProfilesModule from '../../engine/desk/profiles.ts';
import type * as KeyLog from '../../engine/dissect/key-log.ts';
import type * as Baselines from '../../engine/exchange/baselines.ts';
import type * as Goodx from '../../engine/exchange/goodx.ts';
import type * as Rules from '../../engine/rules/index.ts';
import type * as Sets from '../../engine/rules/run/sets.ts';
import type * as Corpus from '../../engine/session/corpus.ts';
import type * as FlowLabels from '../../engine/session/flow-labels.ts';
import type * as StoreModule from '../../engine/store/index.ts';
import { mmdb } from '../../engine/testing/mmdb.ts';
import { spoken } from './contract-targets.ts';
import { latin } from './conversations.ts';
import { loader, type Target, words } from './target.ts';
import { latinText } from './tokens.ts';

/** Characters that lines are repeated to: what takes the square of a length is slow then. */
const LONG = 60_000;
const REFUSALS = new Set(['SaidError', 'UsageError', 'Refused', 'TooLarge']);

/** Runs what may refuse. @returns what it gave, null where it refused with a sentence */
async function refusing<T>(work: () => T | Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error) || !REFUSALS.has(error.constructor.name)) throw error;
    spoken(error.message);
    return null;
  }
}

function same(a: unknown, b: unknown, what: string): void {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  if (x !== y) throw new Error(`${what}: ${x?.slice(0, 200)} and then ${y?.slice(0, 200)}`);
}

const longLine = (text: string): string => text.replaceAll('\n', ' ').padEnd(1, 'x').repeat(LONG).slice(0, LONG);
const PROFILE = (files: object): string =>
  JSON.stringify({ form: 'sightline-profile', version: 1, name: 'Away', files });
const PROFILE_FILES = [
  'settings.json',
  'filters.json',
  'dissectors.json',
  'threat.json',
  'colorfilters',
  'layout.json',
];
const JOURNAL = { id: 'i', at: '2026-01-01T00:00:00.000Z', who: 'w', about: 'a', what: 'state', value: 'open' };
const LABELS_FILE = {
  format: 'sightline-labels',
  version: 1,
  capture: 'c',
  labels: [{ flow: 'f', label: 'benign', at: '2026-01-01T00:00:00.000Z' }],
  tags: [{ flow: 'f', tag: 'one', at: '2026-01-01T00:00:00.000Z' }],
  journal: [JOURNAL],
};
const KEPT_FILTERS = {
  history: [{ which: 'packets', filter: 'tcp' }],
  saved: [{ name: 'one', filter: 'udp' }],
  macros: [{ name: 'm', text: 'ip.addr == $1' }],
};
const GROUP = {
  flows: 100,
  malicious: 0.9,
  suspicious: 0.5,
  median: 0.1,
  novelty: 3,
  sketch: { top: [0.9], body: [0.1] },
};
const BASELINE = {
  format: 'sightline-baseline',
  version: 2,
  learned: '2026-01-01T00:00:00.000Z',
  files: [{ file: 'a.pcap', flows: 3, left_out: 1 }],
  model: 'm',
  groups: { all: GROUP, tcp: { ...GROUP, ranks: [0.1, 0.2], novelty: null, sketch: undefined } },
  network: {
    peers: { 'a.example': 3 },
    serverNames: ['a.example'],
    clients: { '10.0.0.1': { flows: 2, ja4: ['t13d1516h2_8daaf6152771_b186095e22b6'] } },
    mailServers: [],
    administrators: ['10.0.0.2'],
    resolvers: [],
    regular: ['10.0.0.3:443'],
  },
};
const FOUR = 'a1b2c3d4'.repeat(8);

export async function importTargets(dist: string): Promise<Target[]> {
  const load = loader(dist, 'engine');
  const cli = loader(dist, 'cli');
  const { colorfiltersOf, english, parseColorfilters } = await load<typeof Contract>('../contract/index');
  const { Profiles } = await load<typeof ProfilesModule>('desk/profiles');
  const { changeSettings, readRecent, readSettings } = await load<typeof Memory>('desk/memory');
  const { FilterLists } = await load<typeof FilterListsModule>('desk/filter-lists');
  const { Places } = await load<typeof PlacesModule>('desk/places');
  const { Geo } = await load<typeof GeoModule>('desk/geo');
  const { parseHosts } = await load<typeof NamesModule>('desk/names');
  const { OwnRules } = await load<typeof OwnRulesModule>('desk/own-rules');
  const { countKeyLines, keyLines, readKeyFile } = await load<typeof KeyLog>('dissect/key-log');
  const { keepBaseline, storedBaseline } = await load<typeof Baselines>('exchange/baselines');
  const { formatRow, parseRow } = await load<typeof Goodx>('exchange/goodx');
  const { RuleSets } = await load<typeof Sets>('rules/run/sets');
  const rules = await load<typeof Rules>('rules/index');
  const { readBackgroundNames, readLabels } = await load<typeof Corpus>('session/corpus');
  const { readFlowLabels } = await load<typeof FlowLabels>('session/flow-labels');
  const { Store } = await load<typeof StoreModule>('store/index');
  const { loadLabels, saveLabels } = await cli<typeof LabelsFile>('labels-file');
  const { readRows } = await cli<typeof ImportedRows>('imported-rows');
  const folder = mkdtempSync(join(tmpdir(), 'sightline-fuzz-imports-'));
  const place = (name: string): string => {
    const made = join(folder, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const emptied = (name: string): string => {
    rmSync(join(folder, name), { recursive: true, force: true });
    return place(name);
  };
  const noted = (notes: readonly Contract.Message[]): void => notes.forEach((note) => spoken(english(note)));
  const variables = rules.ruleVariables([]);
  if ('why' in variables) throw new Error('the variables of the fuzzer cannot be read');
  const setText = (['md5', 'sha256', 'string', 'ip'] as const).map(
    (type, i) =>
      `alert http any any -> any any (http.uri; dataset:isset,s${i},type ${type},load set.lst; sid:${i + 1};)`,
  );
  const { rules: setRules } = rules.readRules(setText.join('\n'), join(folder, 'x.rules'), variables);
  if (setRules.length === 0) throw new Error('the rules of the fuzzer cannot be read');
  const stores = [new Store(place('store-a')), new Store(place('store-b'))] as const;

  return [
    {
      name: 'labels-file',
      end: () => {
        for (const store of stores) store.close();
        rmSync(folder, { recursive: true, force: true });
      },
      limit: 2_000,
      isText: true,
      seeds: [
        latin(JSON.stringify(LABELS_FILE)),
        latin(JSON.stringify({ ...LABELS_FILE, labels: [], tags: undefined })),
      ],
      words: words(',', '"malicious"', '"unsure"', '"note"', '"tag"', '"untag"', '"\\u0000"', '"two words"'),
      run: async (data) => {
        const [one, other] = stores;
        const file = join(folder, 'labels.json');
        writeFileSync(file, data);
        const all = (): unknown => [one.labelRows('c'), one.tags('c'), one.journal('c')];
        const before = all();
        const carried = await refusing(() => loadLabels(one, 'c', file));
        if (carried === null) return same(all(), before, 'a refused file changed labels');
        await saveLabels(one, 'c', join(folder, 'again.json'));
        loadLabels(other, 'c', join(folder, 'again.json'));
        same(
          [other.labelRows('c').length, other.tags('c').length],
          [one.labelRows('c').length, one.tags('c').length],
          'labels',
        );
      },
    },
    {
      name: 'profile-file',
      limit: 3_000,
      isText: true,
      seeds: [
        PROFILE({ 'settings.json': { theme: 'dark', columns: [], hostsFile: '/x' }, 'filters.json': KEPT_FILTERS }),
        PROFILE({ colorfilters: '@a@tcp@[1,2,3][4,5,6]\n', 'layout.json': { detail: 1, hidden: ['tree'] } }),
        PROFILE({ 'threat.json': { rules: ['/x'], variables: [{ name: 'HOME_NET', value: '[10.0.0.0/8]' }] } }),
        PROFILE({
          'dissectors.json': { preferences: [['tcp', 'x', 'TRUE']], decodeAs: [{ table: 't', port: 1, module: 'm' }] },
        }),
      ].map(latin),
      words: words(
        '"../x"',
        '"Default"',
        '"settings.json":',
        '"filters.json":',
        '"layout.json":',
        '"hostsFile":"/etc/x"',
        ',',
      ),
      run: async (data) => {
        const home = emptied('profiles');
        const profiles = new Profiles(home, (note) => spoken(english(note)));
        const file = join(folder, 'profile.json');
        writeFileSync(file, data);
        const name = await refusing(() => profiles.read(file));
        const outside = readdirSync(home).filter((entry) => entry !== 'profiles');
        if (outside.length > 0) throw new Error(`written beside the profiles: ${outside.join()}`);
        if (name === null) return same(profiles.names(), [], 'a refused profile');
        noted(profiles.use(name));
        const settings = readSettings(profiles.folder);
        noted([...settings.notes, ...FilterLists.read(profiles.folder).notes]);
        const { hostsFile, placesFile, networksFile } = settings.value;
        if (hostsFile + placesFile + networksFile !== '') throw new Error('a profile named a file of this machine');
        profiles.layout();
        profiles.write(name, file);
        const again = profiles.read(file);
        // What did not fit was set aside when the profile was used, and does not travel.
        const texts = (of: string): unknown =>
          PROFILE_FILES.map((f) => join(home, 'profiles', of, f)).map((f) => existsSync(f) && readFileSync(f, 'utf8'));
        same(texts(again), texts(name), 'a profile that was written and read');
        profiles.use(DEFAULT_PROFILE);
      },
    },
    {
      name: 'kept-files',
      limit: 2_000,
      isText: true,
      seeds: [
        {
          theme: 'light',
          time: 'utc',
          tcpTimeout: 5,
          columns: [{ id: 'a', title: 'b', width: 1, align: 'end', hidden: false }],
        },
        KEPT_FILTERS,
        [{ path: '/a.pcap', name: 'a.pcap', size: 1, at: '2026-01-01T00:00:00.000Z', packets: 3 }],
        [
          {
            path: '/a',
            place: { view: 'packets', packets: { filter: '', sort: null }, flows: { filter: '', sort: null } },
          },
        ],
      ].map((value) => latin(JSON.stringify(value))),
      words: words(',', '"packet":null', '"flow":1', '"name":"private_ipv4"', '"text":"$2"', '"\\\\"', '"notifyRate":'),
      run: (data) => {
        const home = emptied('kept');
        const put = (name: string): void => writeFileSync(join(home, name), data);
        const files = ['settings.json', 'recent.json', 'filters.json', 'places.json'];
        files.forEach(put);
        const settings = readSettings(home);
        const recent = readRecent(home);
        const lists = FilterLists.read(home);
        const places = Places.read(home);
        noted([...settings.notes, ...recent.notes, ...lists.notes, ...places.notes]);
        // What could not be read is set aside, not written over.
        for (const name of files)
          if (
            !existsSync(join(home, name)) &&
            !readdirSync(home).some((f) => f.startsWith(name.slice(0, 5)) && f !== name)
          )
            throw new Error(`${name} is gone`);
        noted(changeSettings(home, settings.value, { ...settings.value }).notes);
        same(readSettings(home).value, settings.value, 'settings');
        noted(lists.value.change({ ...lists.value.now, profile: null }));
        same(FilterLists.read(home).value.now, lists.value.now, 'filters');
      },
    },
    {
      name: 'colour-rules',
      limit: 1_000,
      isText: true,
      seeds: [
        latin('# c\n@Bad TCP@tcp.flags && !x@[4626,10023,11822][63479,34695,34695]\n!@b@udp@[0,0,0][65535,1,2]\r\n'),
      ],
      words: words('@', '[1,2,3]', '!', '\r', '\n', '#', '65536', '\u2028'),
      run: (data) => {
        const { rules: found } = parseColorfilters(Buffer.from(data).toString('utf8'));
        same(parseColorfilters(colorfiltersOf(found)).rules, found, 'rules of colours');
        parseColorfilters(longLine(latinText(data)));
      },
    },
    {
      name: 'mmdb',
      limit: 1_200,
      seeds: [
        new Uint8Array(
          mmdb('GeoLite2-City', {
            '45.79.10.0/24': { country: { iso_code: 'US', names: { en: 'X' } }, city: { names: { en: 'Y' } } },
          }),
        ),
        new Uint8Array(
          mmdb('GeoLite2-ASN', { '45.0.0.0/8': { autonomous_system_number: 7, autonomous_system_organization: 'Z' } }),
        ),
      ],
      words: words(
        '\xab\xcd\xefMaxMind.com',
        'record_size',
        'node_count',
        'ip_version',
        'country',
        'names',
        '\x20\x01',
        '\xff\xff',
      ),
      run: async (data) => {
        const file = join(folder, `places-${data.length}.mmdb`);
        writeFileSync(file, data);
        const geo = new Geo();
        noted(await geo.use(file, file));
        for (const address of ['45.79.10.1', '10.0.0.1', '2001:db8::1', '::ffff:45.79.10.2', 'no address']) {
          const told = geo.of(address);
          for (const text of [told?.country, told?.code, told?.city, told?.organisation])
            if (typeof text === 'string' && text.length > 120) throw new Error('a text without end');
        }
        rmSync(file);
      },
    },
    {
      name: 'hosts-file',
      limit: 600,
      isText: true,
      seeds: [latin('# c\n10.0.0.1 a.example b # x\n::1\tlocalhost\r\n0:0:0:0:0:0:0:1 again\nfe80::1%eth0 z\n')],
      words: words('#', '\r', '\t', '::ffff:10.0.0.1', '\u00e9', '\u202e', '1.2.3', '0x7f.1'),
      run: (data) => {
        const text = Buffer.from(data).toString('utf8');
        const { names } = parseHosts(text);
        const lines = [...names].map(([address, name]) => `${address} ${name}`);
        for (const name of names.values())
          if (name === '' || /[\p{Cc}\s]/u.test(name)) throw new Error(`a name that is none: ${JSON.stringify(name)}`);
        same([...parseHosts(lines.join('\n')).names], [...names], 'names of addresses');
        parseHosts(longLine(text));
        parseHosts(`${longLine(text)}\r`);
      },
    },
    {
      name: 'key-log',
      limit: 800,
      isText: true,
      seeds: [
        latin(`# c\nCLIENT_RANDOM ${FOUR} ${FOUR}\nRSA ${FOUR.slice(0, 16)} ${FOUR}\n`),
        latin(`CLIENT_HANDSHAKE_TRAFFIC_SECRET ${FOUR} ${FOUR}\r\nRSA Session-ID:${FOUR} Master-Key:${FOUR}\n`),
        latin(`PMS_CLIENT_RANDOM ${FOUR} ${FOUR}\nEXPORTER_SECRET ${FOUR} ${FOUR}\n`),
      ],
      words: words('SECRET', '_', 'CLIENT_RANDOM ', ' ', '\t', '\r', '\n', 'Session-ID:', 'Master-Key:'),
      run: async (data) => {
        writeFileSync(join(folder, 'keys.log'), data);
        const text = (await refusing(() => readKeyFile(join(folder, 'keys.log')))) ?? '';
        const lines = keyLines(text);
        if (lines.length !== countKeyLines(text)) throw new Error('lines are counted otherwise than they are read');
        same(keyLines(lines.join('\n')), lines, 'lines of keys');
        countKeyLines(longLine(text));
      },
    },
    {
      name: 'lab-labels',
      limit: 800,
      isText: true,
      seeds: [
        latin('path,source,label,family\na.pcap,s,malicious,f\nb.pcap,"t,u",benign,\n'),
        latin(
          'capture,flow,src,sport,dst,dport,label,confidence,evidence\na.pcap,1,10.0.0.1,1,10.0.0.2,443,c2,high,x,y\n',
        ),
        latin('label,path,family,source\nmalicious,../x,f,"a""b"\nbenign\n'),
        latin('# c\nexample.org\n'),
      ],
      words: words(',', '"', '\n', '\r\n', 'malicious', 'background', 'flow-labels', '1e9'),
      run: async (data) => {
        const home = place('lab');
        for (const name of ['labels.csv', 'flow-labels.csv', 'background-names.txt'])
          writeFileSync(join(home, name), data);
        for (const one of (await refusing(() => readLabels(home))) ?? [])
          if (typeof one.source !== 'string' || typeof one.family !== 'string')
            throw new Error('a label without a source');
        const flows = await refusing(() => readFlowLabels(home));
        flows?.forEach((labels) =>
          labels.of({ number: 1, initiator: '10.0.0.1', initiatorPort: 1, responder: '10.0.0.2', responderPort: 443 }),
        );
        readBackgroundNames(home);
      },
    },
    {
      name: 'packet-rows',
      limit: 600,
      isText: true,
      seeds: [
        latin('1.5,10.0.0.1,10.0.0.2,60,GET /,1,80,TCP,good\n2,a,b,ARP,42,who has,,,bad\n'),
        latin('t,s,d,60,i,n,f,o,1,2,UDP,bad\r\nt,s,d,ICMP,0,x,,,good\n\nshort,good\n'),
      ],
      words: words(',', 'good', 'bad', '\n', '\r\n', '"', '1e5', '0x10', ' 7 '),
      run: (data) => {
        const text = Buffer.from(data).toString('utf8');
        for (const [i, line] of text.split('\n').entries()) {
          const parsed = parseRow(line, i + 1);
          if (!parsed.ok) {
            spoken(parsed.message);
            continue;
          }
          if (!Number.isFinite(parsed.row.length)) throw new Error(`a length of ${parsed.row.length}`);
          for (const ported of [true, false])
            if (formatRow(parsed.row, ported).includes('\n')) throw new Error('two lines');
        }
        const file = join(folder, 'goodx.csv');
        writeFileSync(file, data);
        readRows([file]).problems.forEach(spoken);
      },
    },
    {
      name: 'baseline',
      limit: 2_500,
      isText: true,
      seeds: [latin(JSON.stringify(BASELINE)), latin(JSON.stringify({ ...BASELINE, version: 1, network: undefined }))],
      words: words(
        ',',
        '"sketch":{"top":[],"body":[]}',
        '"ranks":',
        '"novelty":null',
        '"__proto__":',
        '1e308',
        '"flows":1e12',
      ),
      run: async (data) => {
        const home = emptied('baseline');
        writeFileSync(join(home, 'baseline.json'), data);
        const { document, note } = storedBaseline(home);
        if (document === null) return noted([note!]);
        const before = JSON.stringify(document);
        const kept = await keepBaseline(home, null, document, true);
        if (kept === null) throw new Error('a baseline was not of its own model');
        if (JSON.stringify(document) !== before) throw new Error('what was learned changed while it was put together');
        const again = storedBaseline(home);
        if (again.document === null) throw new Error('what was kept cannot be read');
        same(again.document, JSON.parse(JSON.stringify(kept.document)), 'what was learned');
      },
    },
    {
      name: 'rule-set-file',
      limit: 500,
      isText: true,
      seeds: [latin(`# c\n${'d41d8cd98f00b204e9800998ecf8427e'}  file\n${FOUR}\nZXZpbA==,5\n10.0.0.1\n::1,7\n`)],
      words: words(',', '\n', ' ', '=', '-1', '1e9', 'zz'),
      run: (data) => {
        writeFileSync(join(folder, 'set.lst'), data);
        const sets = new RuleSets();
        for (const rule of setRules) {
          const wrong = sets.load(rule);
          if (wrong !== null) spoken(english(wrong));
          for (const set of rule.sets) sets.has(set.name, data.subarray(0, 16));
        }
      },
    },
    {
      name: 'own-rules',
      limit: 800,
      isText: true,
      seeds: [
        latin(
          '# mine\nalert tcp any any -> any any (msg:"a"; sid:1000001;)\nalert udp any any -> any any \\\n (sid:2;)\n',
        ),
        latin('1:1000001 # off\n2\n# c\nre:x\n'),
      ],
      words: words('\\\n', 'sid:1000001;', '#', '\n', '(', ')', 'gid:1;', 'alert ip any any -> any any (sid:9;)'),
      run: async (data) => {
        const home = emptied('own');
        mkdirSync(join(home, 'rules'));
        for (const name of ['own.rules', 'disable.conf']) writeFileSync(join(home, 'rules', name), data);
        const own = new OwnRules(home);
        const ids = (): readonly number[] => rules.readRules(own.text(), 'x', variables).rules.map((r) => r.sid);
        const [rule] = rules.readRules('alert tcp any any -> any any (msg:"new"; sid:1000001;)', 'x', variables).rules;
        const before = ids().filter((sid) => sid !== 1_000_001);
        await refusing(() => own.keep(rule!, variables));
        if (!ids().includes(1_000_001)) throw new Error('a rule that was kept is not there');
        same(
          ids().filter((sid) => sid !== 1_000_001),
          before,
          'other rules when one was kept',
        );
        own.switch({ gid: 1, sid: 1_000_001 }, false);
        if (!own.off().some(({ sid }) => sid === 1_000_001)) throw new Error('switched off, and is on');
        own.switch({ gid: 1, sid: 1_000_001 }, true);
        if (own.off().some(({ gid, sid }) => gid === 1 && sid === 1_000_001))
          throw new Error('switched on, and is off');
        own.delete({ gid: 1, sid: 1_000_001 }, variables);
        same(
          ids().filter((sid) => sid !== 1_000_001),
          before,
          'other rules when one was deleted',
        );
      },
    },
  ];
}
