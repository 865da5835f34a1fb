// Ports that the user gives to protocols hold against those that protocols have by themselves.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { packetRow, type Replies, type Request, type RequestKind, textAt } from '../../contract/index.ts';
import { handled } from '../testing/handled.ts';
import { testDesk } from '../testing/desks.ts';
import { talk, talks } from '../testing/talk.ts';
import type { Asker } from './asker.ts';
import type { Desk } from './desk.ts';

describe('decode as', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-decode-as-'));
  const asker: Asker = { client: 'test', jobs: new Map(), files: new Map() };
  let desk: Desk;

  function ask<K extends RequestKind>(kind: K, body: Request<K>): Promise<Replies[K]> {
    return handled(desk, asker, kind, body);
  }
  /** Protocols of the packets that say something: of SMTP on port 25, and of HTTP on port 80. */
  async function protocols(): Promise<string> {
    const rows = Array.from({ length: desk.session!.analysis.packets.count }, (_, row) => packetRow(row));
    const page = await ask('rows', { rows, fields: [] });
    return [...new Set(rows.map((_, i) => textAt(page.protocol, i)).filter((p) => p !== 'TCP'))].join(' ');
  }
  const decode = (port: number, module: string | null): Promise<unknown> =>
    ask('decodeAs', { table: 'tcp.port', port, module });

  before(async () => {
    desk = testDesk({ dataFolder: join(folder, 'data'), cacheFolder: join(folder, 'cache') });
    const path = join(folder, 'two.pcap');
    writeFileSync(
      path,
      talks(
        talk('10.0.0.1:40001', '10.0.0.2:25', [
          [1, '220 mail.test ready\r\n'],
          [0, 'HELO me.test\r\n'],
          [1, '250 hello\r\n'],
        ]),
        talk('10.0.0.1:40002', '10.0.0.3:80', [[0, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n']]),
      ),
    );
    await desk.openFile(path, 'file');
    await desk.session!.done;
  });
  after(async () => {
    await desk.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a port goes to a protocol that is before its owner in the alphabet, and to one that is after it', async () => {
    assert.equal(await protocols(), 'SMTP HTTP');
    await decode(25, 'ftp');
    assert.equal(await protocols(), 'FTP HTTP');
    await decode(25, 'telnet');
    assert.equal(await protocols(), 'TELNET HTTP');
    await decode(25, null);
    assert.equal(await protocols(), 'SMTP HTTP');
  });

  test('a protocol that gets a port does not take its own back from another that has it, in any order', async () => {
    await decode(80, 'ftp');
    await decode(25, 'http');
    assert.equal(await protocols(), 'FTP');
    await decode(80, null);
    assert.equal(await protocols(), 'HTTP');
    await decode(80, 'ftp');
    assert.equal(await protocols(), 'FTP');
  });
});
