// `sightline serve`: many people bring captures to one server.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorText, EXIT } from '../../contract/index.ts';
import type { Platform, PlatformOptions } from '../../platform/host.ts';
import { print, say, stop, UsageError } from '../context.ts';
import { defineCommand } from '../define.ts';
import { choice, freeText, onOff, path, repeated, whole } from '../flags.ts';
import { ROOT, VERSION } from '../product.ts';

const PORT = 7780;
const MB = 1_000_000;
const LOOK_EVERY = 100;
const PER_MINUTE = 1200;
/** A body that comes slower than a kilobyte a second is ended. */
const PACE = { bytes: 10_000, within: 10_000 };
const LISTEN = /^(?:(\[[0-9a-fA-F:.]+\]|[\w.-]+):)?(\d{1,5})$/;
const NAME = /^[A-Za-z0-9.-]+(?::\d{1,5})?$/;
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '::1'];

export const command = defineCommand({
  name: 'serve',
  summary: 'A server for many people: accounts, uploads, a queue, shared results, a JSON API',
  usage: '[--listen ADDRESS:PORT]',
  takesPaths: false,
  flags: {
    listen: freeText('ADDRESS:PORT', `where it listens (default 127.0.0.1:${PORT})`, {
      takes: 'an address and a port, or a port',
      isGood: (text) => listenOf(text) !== null,
    }),
    name: repeated(
      freeText('HOST', 'a name at which browsers reach it, with its port where that is not the usual one', {
        takes: 'a host name',
        isGood: (text) => NAME.test(text),
      }),
    ),
    cert: path('FILE', 'certificate and chain, PEM: it speaks TLS'),
    key: path('FILE', "the certificate's key, PEM"),
    'behind-proxy': onOff('a proxy before it speaks TLS, hands Host through and sets X-Forwarded-For'),
    'without-tls': onOff('listens for others without TLS: passwords and captures can be read on their way'),
    store: freeText('PLACE', 'a file of SQLite, or postgres://… that several servers share'),
    data: path('DIR', 'holds captures and results; servers that share a store share it'),
    registration: choice('WHO', 'who may register', ['open', 'invitation', 'off'], 'invitation'),
    'file-limit': whole('N', 'largest upload', { least: 1, unit: 'MB', fallback: 10 }),
    'account-limit': whole('N', 'most that an account keeps', { least: 1, unit: 'MB', fallback: 1000 }),
    waiting: whole('N', 'captures of an account that wait at once', { least: 1, most: 10_000, fallback: 20 }),
    workers: whole('N', 'captures analysed at once; 0 leaves it to other servers', { least: 0, most: 64 }),
    memory: whole('N', 'most of an analysis', { least: 256, unit: 'MiB', fallback: 2048 }),
    'time-limit': whole('N', 'longest analysis', { least: 1, unit: 's', fallback: 600 }),
    'invite-admin': onOff('prints a link for one more administrator'),
  },
  examples: [
    'sightline serve',
    'sightline serve --listen 0.0.0.0:443 --name ids.example.org --cert chain.pem --key key.pem',
    'sightline serve --behind-proxy --name ids.example.org --store postgres://db/sightline',
  ],
  run: async (o, _paths, folders) => {
    const { address, port } = listenOf(o.listen ?? String(PORT))!;
    if ((o.cert === null) !== (o.key === null)) throw new UsageError('--cert and --key go together');
    const tls = o.cert === null || o.key === null ? null : { cert: textOf(o.cert), key: textOf(o.key) };
    if (tls === null && !o['behind-proxy'] && !o['without-tls'] && !LOOPBACK.includes(address))
      throw new UsageError(
        'others would reach it without TLS: give --cert and --key, --behind-proxy, or --without-tls if that is meant',
      );
    if ((address === '0.0.0.0' || address === '::') && o.name.length === 0)
      throw new UsageError('say at which name browsers reach it: --name HOST');
    const pages = join(ROOT, 'dist', 'pages');
    const windowFiles = join(ROOT, 'dist', 'renderer');
    const platform = await started({
      server: {
        address,
        port,
        names: o.name,
        tls,
        behindProxy: o['behind-proxy'],
        pages: existsSync(pages) ? pages : null,
        ...(existsSync(windowFiles) ? { windowFiles } : {}),
        version: VERSION,
        perMinute: PER_MINUTE,
        pace: PACE,
        registration: o.registration ?? 'invitation',
        limits: {
          fileBytes: (o['file-limit'] ?? 0) * MB,
          accountBytes: (o['account-limit'] ?? 0) * MB,
          waiting: o.waiting ?? 0,
        },
        onFault: (text) => say(...text.split(/\n(?=    at )/)),
      },
      store: o.store,
      folder: o.data ?? join(folders.data, 'platform'),
      workers: o.workers ?? Math.max(1, availableParallelism() - 1),
      memory: o.memory ?? 0,
      seconds: o['time-limit'] ?? 0,
      inviteAdmin: o['invite-admin'],
    });
    print(`Sightline serves at ${platform.address}`);
    if (platform.adminLink !== null)
      print(`This link makes an administrator, once, within a day: ${platform.adminLink}`);
    say('Ctrl-C ends it; what is analysed goes on when it is started again.');
    while (!stop.asked) await pause(LOOK_EVERY);
    await platform.close();
    return EXIT.clean;
  },
});

function listenOf(text: string): { readonly address: string; readonly port: number } | null {
  const parts = LISTEN.exec(text);
  if (parts === null || Number(parts[2]) > 65_535) return null;
  return { address: (parts[1] ?? '127.0.0.1').replaceAll(/[[\]]/g, ''), port: Number(parts[2]) };
}

/** What stands in the way, a port that is taken or a store that is not there, is told and no fault of ours. */
async function started(options: PlatformOptions): Promise<Platform> {
  // The server's libraries are loaded by nobody who only asks for help.
  const { startPlatform } = await import('../../platform/host.ts');
  try {
    return await startPlatform(options);
  } catch (error) {
    throw new UsageError(`it cannot be served: ${errorText(error)}`);
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${errorText(error)}`);
  }
}
