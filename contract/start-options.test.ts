import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startCall, startHelp, STARTERS, startWords, type Starter, type StartCall } from './index.ts';

const NOTHING: StartCall = {
  file: null,
  sample: false,
  interface: null,
  filter: null,
  browser: false,
  port: null,
  noBrowser: false,
  help: false,
};

function call(starter: Starter, ...args: string[]): StartCall {
  const read = startCall(starter, args);
  assert.ok(read.ok, read.ok ? '' : read.message);
  return read.call;
}

function refused(starter: Starter, ...args: string[]): string {
  const read = startCall(starter, args);
  assert.ok(!read.ok, args.join(' '));
  return read.message;
}

test('a start is read whole: a file, the sample or an interface, and where it is served', () => {
  const { start } = STARTERS;
  assert.deepEqual(call(start), NOTHING);
  assert.deepEqual(call(start, 'a b.pcap'), { ...NOTHING, file: 'a b.pcap' });
  assert.deepEqual(call(start, '--', '--sample'), { ...NOTHING, file: '--sample' });
  assert.deepEqual(call(start, '--sample', '--browser'), { ...NOTHING, sample: true, browser: true });
  const full = call(start, '--interface', 'eth0', '--filter=tcp port 443', '--port', '8080', '--no-browser');
  assert.deepEqual(full, { ...NOTHING, interface: 'eth0', filter: 'tcp port 443', port: 8080, noBrowser: true });
  assert.equal(call(start, '--port=0').port, 0);
  assert.equal(call(start, '--interface', 'lo', '--filter', '').filter, '');
});

test('the words that say a call again are read as the same call', () => {
  const calls = [
    [],
    ['--sample'],
    ['./-odd'],
    ['--', '-odd'],
    ['--interface=-x', '--filter=-y'],
    ['--port', '1', '--no-browser', 'f'],
  ];
  for (const args of calls) {
    const first = call(STARTERS.start, ...args);
    assert.deepEqual(call(STARTERS.served, ...startWords(first)), first, args.join(' '));
  }
});

test('what is no option is refused with the nearest one; so are values that are missing, wrong or contradict', () => {
  const { start, dev, served } = STARTERS;
  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['--smaple'], /^npm start has no option --smaple; did you mean --sample\?$/],
    [['--prot=3'], /did you mean --port\?$/],
    [['--inteface', 'lo'], /did you mean --interface\?$/],
    [['--nobrowser'], /did you mean --no-browser\?$/],
    [['--seed', '9'], /^npm start has no option --seed; there are --sample, --interface, /],
    [['-i', 'lo'], /has no option -i/],
    [['--__proto__'], /has no option --__proto__/],
    [['--toString=1'], /has no option --toString/],
    [['--port'], /^--port needs a value: --port N$/],
    [['--port', '--sample'], /^--port needs a value/],
    [['--port', 'abc'], /^--port takes a whole number from 0 to 65535; 'abc' is none$/],
    [['--port', '65536'], /from 0 to 65535/],
    [['--port='], /from 0 to 65535/],
    [['--port=-1'], /from 0 to 65535/],
    [['--interface='], /needs a value/],
    [['--sample=yes'], /^--sample takes no value$/],
    [['--sample', '--sample'], /given twice/],
    [['a', 'b'], /^one capture is opened at the start, and 2 are named$/],
    [['a', '--sample'], /^FILE and --sample do not go together$/],
    [['--interface', 'lo', '--sample'], /^--sample and --interface do not go together$/],
    [['--filter', 'tcp'], /^--filter needs --interface NAME$/],
  ];
  for (const [args, expected] of cases) assert.match(refused(start, ...args), expected, args.join(' '));
  assert.match(refused(dev, '--browser'), /^npm run dev has no option --browser/);
  assert.match(
    refused(served, '--browser'),
    /^the served window has no option --browser; there are --sample, --interface, --filter/,
  );
});

test('every option is in the help of the starters that take it, once', () => {
  for (const starter of Object.values(STARTERS)) {
    const lines = startHelp(starter);
    const named = lines.flatMap((line) => /^ {2}--([\w-]+)/.exec(line)?.[1] ?? []);
    assert.deepEqual(named, starter.takes);
    assert.ok(lines.every((line) => line.length <= 100));
  }
});
