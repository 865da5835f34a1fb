// A list whose filter is answered piece by piece: rows as they are found, never in green before all are; given up, broken
// off, replaced.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { packetRow, SaidError, say } from '../../contract/index.ts';
import { type Asker, type Told } from '../filter/index.ts';
import { packetsOf, pcap, tcp, udp } from '../testing/packets.ts';
import { subjectOf } from '../testing/subjects.ts';
import { ListView } from './list-view.ts';
import type { ListSource } from './planned.ts';

const folder = mkdtempSync(join(tmpdir(), 'sightline-list-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Six packets of TCP with payload, and one of UDP. */
async function source(): Promise<ListSource> {
  const path = join(folder, 'list.pcap');
  const segments = Array.from({ length: 6 }, (_, i) => tcp(`10.0.0.1:${i + 1}`, '10.0.0.2:80', { data: 'x' }));
  writeFileSync(path, pcap(packetsOf([...segments, udp('10.0.0.1:5', '10.0.0.2:5', 'x')])));
  const subject = await subjectOf(path);
  return { ...subject, prepare: () => Promise.resolve(), reading: false, revision: 0 };
}

/** An engine that answers when the test says so. */
class Slowly implements Asker {
  readonly whole = false;
  private told: Told | null = null;
  private rows: Uint8Array[] = [];
  private over: { readonly end: () => void; readonly fail: (error: Error) => void } | null = null;
  private asked: (() => void) | null = null;
  readonly waiting = new Promise<void>((resolve) => {
    this.asked = resolve;
  });

  check(): Promise<{ readonly kind: 'filter' }> {
    return Promise.resolve({ kind: 'filter' });
  }

  ask(...[filters, wanted, , turns, told]: Parameters<Asker['ask']>): ReturnType<Asker['ask']> {
    this.rows = filters.map(() => new Uint8Array(wanted.length));
    this.told = told ?? null;
    return new Promise((resolve, reject) => {
      this.over = {
        end: () => void turns.rest().then(() => resolve({ rows: this.rows, partial: null }), reject),
        fail: reject,
      };
      this.asked!();
    });
  }

  /** A piece of some packets is answered; those of `found` are let through. */
  piece(numbers: readonly number[], found: readonly number[]): void {
    for (const number of found) this.rows[0]![number - 1] = 1;
    this.told!(
      this.rows,
      numbers.map((number) => packetRow(number - 1)),
    );
  }

  end(): void {
    this.over!.end();
  }

  fail(): void {
    this.over!.fail(new SaidError(say('engine-not-there')));
  }
}

const numbers = (view: ListView<'packets'>): number[] =>
  Array.from({ length: view.shown.count }, (_, i) => view.shown.at(i) + 1);
const wait = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

test('rows are shown as they are found, and that it is so far is said until all are', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', null, []);
  await engine.waiting;
  // What the columns tell is there at once.
  assert.deepEqual([numbers(view), view.state().partial?.say], [[7], 'filter-so-far']);
  assert.equal(view.state().filter, 'http.request or udp');
  await wait(550);
  const { generation } = view;
  engine.piece([4, 5, 6], [5]);
  assert.deepEqual([numbers(view), view.generation], [[5, 7], generation + 1]);
  assert.equal(await view.follow([], true), true, 'windows are told');
  assert.notEqual(view.state().working, null);
  engine.piece([1, 2, 3], [1, 2]);
  engine.end();
  assert.equal(await applied, null);
  assert.deepEqual([numbers(view), view.state().partial, view.state().working], [[1, 2, 5, 7], null, null]);
});

test('given up, what was found stays and is not called all of it', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', null, []);
  await engine.waiting;
  view.cancel();
  engine.end();
  assert.equal((await applied)?.message.say, 'given-up');
  assert.deepEqual([numbers(view), view.state().partial?.say], [[7], 'filter-stopped']);
  await view.follow([], true);
  assert.deepEqual([numbers(view), view.state().partial?.say], [[7], 'filter-stopped'], 'it is not asked again');
  assert.equal(await view.apply('', null, []), null);
  assert.deepEqual([view.shown.count, view.state().partial], [7, null]);
});

test('broken off, the reason stands with what was found', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', null, []);
  await engine.waiting;
  engine.fail();
  assert.equal((await applied)?.message.say, 'engine-not-there');
  assert.deepEqual([numbers(view), view.state().partial?.say], [[7], 'filter-broken-off']);
});

test('a newer filter has the list, also where it is wrong', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', null, []);
  await engine.waiting;
  assert.notEqual(await view.apply('frame.marked', null, []), null);
  engine.piece([1, 2, 3], [1]);
  engine.end();
  assert.notEqual(await applied, null);
  assert.deepEqual([numbers(view), view.state().partial?.say], [[7], 'filter-stopped']);
});

test('a list in another order shows its rows when all are found', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', { column: 'length', descending: true }, []);
  await engine.waiting;
  assert.equal(view.state().partial, null);
  engine.piece([1, 2, 3], [1]);
  engine.end();
  assert.equal(await applied, null);
  assert.equal(view.shown.count, 2);
});

test('a filter that is applied while the list is to ask again is asked once', async () => {
  const engine = new Slowly();
  const view = new ListView('packets', await source(), engine);
  const applied = view.apply('http.request or udp', null, []);
  await engine.waiting;
  engine.end();
  assert.equal(await applied, null);
  const { ask } = engine;
  let asked = 0;
  engine.ask = (...o) => {
    asked++;
    setTimeout(() => engine.end(), 5);
    return ask.apply(engine, o);
  };
  view.askAgain();
  await view.apply('http.request or udp', null, []);
  await view.follow([], true);
  assert.equal(asked, 1);
  view.askAgain();
  await view.follow([], true);
  assert.equal(asked, 2);
});
