// Incidents as STIX and MISP, held to what the standards want of each object, and to what the incident says.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { english, type IncidentFormat, type ReportData } from '../../contract/index.ts';
import { uuid5 } from '../exchange/uuid.ts';
import { askDesk } from '../testing/asking.ts';

const SAMPLE = new URL('../../assets/sample.pcapng', import.meta.url).pathname;
const home = mkdtempSync(join(tmpdir(), 'sightline-incident-files-'));
const { desk, ask, close } = askDesk(home);
let report: ReportData;

before(async () => {
  await ask('hello', { client: 'files' });
  await ask('open', { path: SAMPLE });
  await desk.session!.done;
  await ask('view', { which: 'incidents', filter: '', sort: null });
  await ask('incidentAct', { alerts: [0], act: 'note', value: 'seen "before"' });
  await ask('incidentAct', { alerts: [0], act: 'tag', value: 'c2' });
  report = await ask('incidentReport', { alerts: [] });
  assert.ok(report.incidents.length >= 2);
});
after(async () => {
  await close();
  rmSync(home, { recursive: true, force: true });
});

let files = 0;

async function written(as: IncidentFormat, alerts: readonly number[] = []): Promise<Record<string, unknown>> {
  const path = join(home, `${++files}.json`);
  await ask('incidentExport', { alerts, as, path });
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

test('ids are of RFC 9562, version 5', () => {
  // Of the RFC's appendix A.4.
  assert.equal(
    uuid5('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com'),
    '2ed6657d-e927-568b-95e1-2665a8aea6a2',
  );
});

const UUID5 = '[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const STAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Required properties of STIX 2.1, sections 4 to 6, without the common ones. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  identity: ['name'],
  incident: ['name'],
  'observed-data': ['first_observed', 'last_observed', 'number_observed', 'object_refs'],
  indicator: ['pattern', 'pattern_type', 'valid_from'],
  note: ['content', 'object_refs'],
  'attack-pattern': ['name'],
  relationship: ['relationship_type', 'source_ref', 'target_ref'],
  'ipv4-addr': ['value'],
  'ipv6-addr': ['value'],
  'domain-name': ['value'],
  file: ['name'],
  'network-traffic': ['protocols', 'src_ref'],
};
const OBSERVABLES = new Set(['ipv4-addr', 'ipv6-addr', 'domain-name', 'file', 'network-traffic']);
/** Relationships that the standard names, by source; related-to is for any. */
const RELATIONS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  indicator: [
    ['based-on', 'observed-data'],
    ['indicates', 'attack-pattern'],
  ],
};

type Thing = Readonly<Record<string, unknown>> & { readonly id: string; readonly type: string };

test('a bundle has what STIX 2.1 requires of each object, and its references are in it', async () => {
  const bundle = await written('stix');
  assert.equal(bundle['type'], 'bundle');
  assert.match(String(bundle['id']), new RegExp(`^bundle--${UUID5}$`));
  assert.equal('spec_version' in bundle, false, 'bundles of 2.1 have none');
  const objects = bundle['objects'] as Thing[];
  const ids = new Map(objects.map((o) => [o.id, o]));
  assert.equal(ids.size, objects.length, 'each object once');
  for (const o of objects) {
    const where = `${o.type} ${o.id}`;
    assert.match(o.id, new RegExp(`^${o.type}--${UUID5}$`));
    assert.equal(o['spec_version'], '2.1', where);
    for (const name of REQUIRED[o.type] ?? assert.fail(`no object of the standard: ${o.type}`))
      assert.ok(o[name] !== undefined && o[name] !== '', `${where} ${name}`);
    if (!OBSERVABLES.has(o.type)) {
      for (const name of ['created', 'modified']) assert.match(String(o[name]), STAMP, where);
      assert.ok(String(o['modified']) >= String(o['created']), where);
    } else assert.ok(!('created' in o), where);
    for (const [key, value] of Object.entries(o)) {
      if (key.endsWith('_ref')) assert.ok(ids.has(String(value)), `${where} ${key}`);
      if (key.endsWith('_refs')) for (const id of value as string[]) assert.ok(ids.has(id), `${where} ${key}`);
      assert.ok(value !== null && !(Array.isArray(value) && value.length === 0), `${where} ${key}: no empty lists`);
    }
    if (o.type === 'observed-data') {
      const n = Number(o['number_observed']);
      assert.ok(Number.isInteger(n) && n >= 1 && n <= 999_999_999);
      assert.ok(String(o['last_observed']) >= String(o['first_observed']));
    }
    if (o.type === 'relationship') {
      const [source, target] = [ids.get(String(o['source_ref']))!, ids.get(String(o['target_ref']))!];
      const how = String(o['relationship_type']);
      const named = (RELATIONS[source.type] ?? []).some(([name, to]) => name === how && to === target.type);
      assert.ok(how === 'related-to' || named, `${source.type} ${how} ${target.type}`);
    }
    if (o.type === 'indicator') assert.match(String(o['pattern']), /^\[network-traffic:src_ref\.value = '[^']+' AND /);
  }
});

test('it says what the incidents say, and no more', async () => {
  const objects = (await written('stix'))['objects'] as Thing[];
  const of = (type: string): Thing[] => objects.filter((o) => o.type === type);
  assert.deepEqual(
    of('incident').map((o) => o['name']),
    report.incidents.map((i) => english(i.alert.incident.title)),
  );
  for (const [k, told] of report.incidents.entries()) {
    const { incident } = told.alert;
    const described = of('incident')[k]!;
    assert.ok((described['labels'] as string[]).includes(`points:${incident.points}`));
    const notes = of('note').filter((n) => (n['object_refs'] as string[]).includes(described.id));
    for (const e of incident.evidence) assert.ok(notes.some((n) => String(n['content']).startsWith(english(e.said))));
    for (const p of told.packets) assert.ok(notes.some((n) => String(n['content']).includes(`${p.no}  `)));
    const techniques = incident.evidence.flatMap((e) => (e.counts && e.technique !== null ? [e.technique] : []));
    for (const t of techniques)
      assert.ok(
        of('attack-pattern').some((o) => JSON.stringify(o['external_references']).includes(`"external_id":"${t}"`)),
      );
  }
  const { sha256 } = report.capture.files[0]!;
  assert.deepEqual(of('file')[0]!['hashes'], { 'SHA-256': sha256 });
  assert.ok(of('note').some((n) => n['content'] === 'seen "before"' && Array.isArray(n['authors'])));
  assert.equal(of('indicator').filter((i) => !/ AND /.test(String(i['pattern']))).length, 0, 'no end is accused alone');
  for (const type of ['malware', 'threat-actor', 'intrusion-set', 'campaign', 'tool']) assert.equal(of(type).length, 0);
});

test('the same capture gives the same bundle, byte by byte', async () => {
  assert.deepEqual(await written('stix'), await written('stix'));
  assert.deepEqual(await written('misp'), await written('misp'));
});

test('one incident is an event of MISP, several are an answer of its interface', async () => {
  const one = await written('misp', [0]);
  const several = await written('misp');
  const events = several['response'] as { readonly Event: Thing }[];
  assert.equal(events.length, report.incidents.length);
  for (const { Event: event } of [one as { readonly Event: Thing }, ...events]) {
    // Required by the core format, section 2.2.1, and what MISP wants to import.
    for (const name of ['uuid', 'info', 'date', 'threat_level_id', 'analysis', 'distribution', 'timestamp'])
      assert.equal(typeof event[name], 'string', name);
    assert.match(String(event['uuid']), new RegExp(`^${UUID5}$`));
    assert.match(String(event['date']), /^\d{4}-\d\d-\d\d$/);
    assert.match(String(event['timestamp']), /^\d+$/);
    assert.equal(event['published'], false);
    const attributes = event['Attribute'] as Thing[];
    assert.equal(new Set(attributes.map((a) => a['uuid'])).size, attributes.length);
    for (const a of attributes) {
      for (const name of ['uuid', 'type', 'category', 'value', 'distribution', 'timestamp'])
        assert.ok(typeof a[name] === 'string' && a[name] !== '', `${a.type} ${name}`);
      assert.equal(a['to_ids'], false);
      const category = CATEGORIES[a.type] ?? assert.fail(`no type that is meant: ${a.type}`);
      assert.equal(a['category'], category);
    }
  }
  const tags = (one as { Event: Thing }).Event['Tag'] as { readonly name: string }[];
  assert.ok(tags.some((t) => t.name === 'sightline:tag="c2"'));
  const values = ((one as { Event: Thing }).Event['Attribute'] as Thing[]).map((a) => String(a['value']));
  const told = report.incidents.find((i) => i.alert.number === 0)!;
  for (const e of told.alert.incident.evidence) assert.ok(values.some((v) => v.startsWith(english(e.said))));
});

/** Categories that MISP has for a type, of which one is used. */
const CATEGORIES: Readonly<Record<string, string>> = {
  'ip-src': 'Network activity',
  'ip-dst': 'Network activity',
  domain: 'Network activity',
  text: 'External analysis',
  'filename|sha256': 'External analysis',
  comment: 'Other',
};

test('without an incident in the list nothing is written', async () => {
  await ask('view', { which: 'incidents', filter: 'flow.app == "nothing"', sort: null });
  await assert.rejects(ask('incidentExport', { alerts: [], as: 'stix', path: join(home, 'none') }), /no-incident/);
  await ask('view', { which: 'incidents', filter: '', sort: null });
});
