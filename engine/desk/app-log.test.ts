import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type AnswerMessage, foreign } from '../../contract/index.ts';
import { keepLog } from '../log/index.ts';
import { testDesk } from '../testing/desks.ts';
import { saveAppLog } from './app-log.ts';
import { serve } from './serve.ts';

const home = mkdtempSync(join(tmpdir(), 'sightline-app-log-'));
after(() => rmSync(home, { recursive: true, force: true }));

test('the log tells versions, the state and what was said, and what was asked for in vain', async () => {
  keepLog(join(home, 'log'));
  const desk = testDesk({ dataFolder: join(home, 'data'), cacheFolder: join(home, 'cache') });
  const answered = Promise.withResolvers<AnswerMessage>();
  const served = serve(desk, {
    send: (message) => {
      if ('id' in message) answered.resolve(message);
    },
  });
  try {
    desk.say(foreign('the disk is made of cheese'));
    served.receive({ id: 1, kind: 'open', body: { path: join(home, 'nothing-here.pcap') } });
    assert.equal((await answered.promise).answer.ok, false);
    const path = join(home, 'saved', 'log.txt');
    saveAppLog(desk, path);
    const text = readFileSync(path, 'utf8');
    assert.match(text, /^product: "/);
    assert.match(text, new RegExp(`node: "${process.version.replaceAll('.', '\\.')}"`));
    assert.match(text, /session: null/);
    assert.match(text, /notes: .*the disk is made of cheese/);
    assert.match(text, /desk: said: the disk is made of cheese/);
    assert.match(text, /desk: request open refused: not-found/);
  } finally {
    served.close();
    await desk.close();
  }
});
