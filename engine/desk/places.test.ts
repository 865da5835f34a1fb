import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { english, flowRow, packetRow, type Place } from '../../contract/index.ts';
import { Places } from './places.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-places-'));
after(() => rmSync(home, { recursive: true, force: true }));
const place: Place = {
  view: 'flows',
  packets: { filter: 'tcp', sort: null },
  flows: { filter: '', sort: { column: 'bytes', descending: true } },
  packet: packetRow(4),
  flow: flowRow(2),
};

test('places outlive the process, the last sixty captures', () => {
  const folder = join(home, 'kept');
  mkdirSync(folder);
  const { value: places, notes } = Places.read(folder);
  assert.deepEqual(notes, []);
  assert.equal(places.of('/a'), null);
  for (let i = 0; i < 70; i++) assert.deepEqual(places.keep(`/${i}`, place), []);
  const again = Places.read(folder).value;
  assert.deepEqual(again.of('/69'), place);
  assert.deepEqual(again.of('/10'), place);
  assert.equal(again.of('/9'), null);
});

test('a damaged file is set aside and said; an entry that does not fit is left out alone', () => {
  const folder = join(home, 'odd');
  mkdirSync(folder);
  writeFileSync(join(folder, 'places.json'), '{"half":');
  const { value, notes } = Places.read(folder);
  assert.equal(value.of('/a'), null);
  assert.match(english(notes[0]!), /^The list of places in captures in .* cannot be read: it is damaged/);
  const odd = [
    { path: '/a', place: { ...place, view: 'lab' } },
    { path: 3, place },
    null,
    { path: '/b', place: { ...place, packet: -1 } },
    { path: '/c', place },
  ];
  writeFileSync(join(folder, 'places.json'), JSON.stringify(odd));
  const second = Places.read(folder);
  assert.deepEqual(second.notes, []);
  assert.equal(second.value.of('/a'), null);
  assert.equal(second.value.of('/b'), null);
  assert.deepEqual(second.value.of('/c'), place);
});

test('where it cannot be written, that is said and the place holds until the end', () => {
  const folder = join(home, 'file-in-the-way');
  mkdirSync(join(folder, 'places.json'), { recursive: true });
  const { value } = Places.read(folder);
  rmSync(join(folder, 'places.json'), { recursive: true, force: true });
  mkdirSync(join(folder, 'places.json', 'x'), { recursive: true });
  assert.match(english(value.keep('/a', place)[0]!), /could not be written/);
  assert.deepEqual(value.of('/a'), place);
});
