// The desktop's shell: whatever a page, a frame or an address says to the main process, it is answered or refused, it
// throws nothing but its refusal, and gives away no file but the window's and what a person chose.
import { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as DesktopModule from '../../electron/desktop.ts';
import type { Electron } from '../../electron/shell.ts';
import { type Frame, Runtime } from '../../electron/testing/stand-in.ts';
import { latin } from './conversations.ts';
import { type Load, type Target, words } from './target.ts';
import { jsonIn } from './tokens.ts';

const PAGE = '<!doctype html><title>the page</title>';
const SECRET = 'what no page is to read';
const HOME = 'sightline://window/index.html';
/** A window asks no faster than it may; a new one does not wait. */
const RUNS_OF_A_WINDOW = 3_000;

/** A host that knows each grant at once, and opens nothing. */
class Host extends EventEmitter {
  readonly granted: string[] = [];

  postMessage(message: {
    readonly kind: string;
    readonly id?: string;
    readonly path?: string;
    readonly ask?: number;
  }): void {
    if (message.kind === 'grant') {
      this.granted.push(message.path!);
      this.emit('message', { kind: 'granted', id: message.id });
    }
    if (message.kind === 'captures') this.emit('message', { kind: 'captures', ask: message.ask, names: [] });
  }

  kill(): boolean {
    return true;
  }
}

export async function shellTargets(load: Load): Promise<Target[]> {
  const { Desktop } = await load<typeof DesktopModule>('desktop');
  const root = mkdtempSync(join(tmpdir(), 'sightline-fuzz-shell-'));
  mkdirSync(join(root, 'dist', 'renderer', 'assets'), { recursive: true });
  writeFileSync(join(root, 'dist', 'renderer', 'index.html'), PAGE);
  for (const name of ['secret.html', 'dist/secret.js']) writeFileSync(join(root, name), SECRET);
  const chosen = join(root, 'chosen.pcap');
  writeFileSync(chosen, '');

  let host = new Host();
  const started = async (): Promise<Runtime> => {
    const runtime = new Runtime(root, {});
    host = new Host();
    runtime.answers = { open: () => [chosen], save: () => join(root, 'saved'), box: () => 1 };
    const electron = { ...runtime.electron, fork: () => host } as unknown as Electron;
    const language = (): 'en' => 'en';
    const options = { root, engine: root, argv: [], platform: 'linux', language };
    await new Desktop(electron, options).start();
    // The page is there when its first load has ended.
    while (runtime.windows[0]?.mainFrame.url === '') await new Promise(setImmediate);
    return runtime;
  };
  let runtime = await started();
  let runs = 0;
  const { channels } = runtime;

  return [
    {
      name: 'shell-ask',
      end: () => rmSync(root, { recursive: true, force: true }),
      limit: 1_500,
      isText: true,
      seeds: channels
        .flatMap((channel) => [
          { channel, argument: 'capture.pcapng' },
          { channel, argument: { title: 't', body: 'b', about: '1' } },
          { channel, argument: chosen, frame: 'https://example.org/' },
        ])
        .map((said) => latin(JSON.stringify(said))),
      words: words(
        JSON.stringify(join(root, 'secret.html')),
        '"\\u0000"',
        JSON.stringify(HOME),
        `"${HOME}#tab=1"`,
        '".."',
        ',',
      ),
      run: async (data) => {
        const said = jsonIn(data);
        if (typeof said !== 'object' || said === null) return;
        const { channel, argument, frame } = said as Record<string, unknown>;
        if (typeof channel !== 'string' || !channels.includes(channel)) return;
        if (runs++ % RUNS_OF_A_WINDOW === 0) runtime = await started();
        const [window] = runtime.windows;
        const from: Frame = typeof frame === 'string' ? { url: frame } : window!.mainFrame;
        host.granted.length = 0;
        let answer: unknown;
        try {
          answer = await runtime.invoke(channel, from, argument);
        } catch (error) {
          if (!(error instanceof Error) || error.message !== 'refused') throw error;
          if (from === window!.mainFrame) throw new Error(`${channel} refused our page`, { cause: error });
          return;
        }
        if (from !== window!.mainFrame) throw new Error(`${channel} answers ${from.url}`);
        if (JSON.stringify(answer ?? null) === undefined) throw new Error('no answer');
        for (const path of host.granted)
          if (path !== chosen && path !== join(root, 'saved') && !(channel === 'grant-dropped' && path === argument))
            throw new Error(`${path} was granted, and nobody chose it`);
        for (const { title, body } of runtime.told.splice(0))
          if (title.length > 200 || body.length > 200) throw new Error('a notification without end');
      },
    },
    {
      name: 'shell-address',
      limit: 300,
      isText: true,
      seeds: [HOME, `${HOME}#tab=3`, 'sightline://window/assets/x.js', 'sightline://window/../secret.html']
        .concat([
          'sightline://window/%2e%2e/%2e%2e/secret.html',
          'sightline://other/index.html',
          'sightline://window/..%2fsecret.js',
          'https://example.org/index.html',
        ])
        .map(latin),
      words: words(
        '%2e',
        '%2f',
        '%5c',
        '..',
        '/',
        '\\',
        '%00',
        '%',
        '%c0',
        'secret.html',
        'secret.js',
        '?',
        '#tab=',
        '@',
        ':',
      ),
      run: async (data) => {
        const url = Buffer.from(data).toString('utf8');
        const answer = await runtime.serve({ url });
        const text = await answer.text();
        if (text.includes(SECRET)) throw new Error(`${url} gives what no page is to read`);
        if (answer.status === 200 && text !== PAGE) throw new Error(`${url} gives something else`);
        const before = runtime.windows.length;
        runtime.windows[0]!.opens(url);
        if (runtime.windows.length > before) {
          if (!/^sightline:\/\/window\/index\.html#tab=\d{1,15}$/.test(url)) throw new Error(`${url} opens a window`);
          runtime = await started();
        }
        for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect', 'will-attach-webview'] as const)
          if (runtime.windows[0]!.goes(event, url)) throw new Error(`the page goes to ${url}`);
        if (runtime.windows[0]!.permits(url).some((yes) => yes) && url !== 'clipboard-sanitized-write')
          throw new Error(`${url} is permitted`);
      },
    },
  ];
}
