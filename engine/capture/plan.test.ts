import { english } from '../../contract/index.ts';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { linuxCause, type LinuxFacts } from './linux-cause.ts';
import { withoutWindow } from './own-window.ts';
import {
  type CaptureSource,
  dumpcapCommand,
  EVERYTHING,
  helperArguments,
  NEVER,
  sourceProblem,
  sshCommand,
} from './plan.ts';

const choice = { interfaces: ['eth0'], ...EVERYTHING };

test('the helper gets what was chosen, and nothing that was not', () => {
  const one = helperArguments(
    {
      source: { kind: 'helper', ...choice },
      files: { kind: 'one', path: '/tmp/x' },
      stop: NEVER,
      application: 'a',
      helper: 'h',
    },
    choice,
  );
  assert.deepEqual(one, [
    'capture',
    '--interface',
    'eth0',
    '--output',
    '/tmp/x',
    '--application',
    'a',
    '--buffer',
    '64',
  ]);
  const all = {
    interfaces: ['a', 'b'],
    filter: 'udp',
    promiscuous: false,
    monitor: true,
    snapLength: 96,
    bufferMiB: 2,
  };
  const ring = helperArguments(
    {
      source: { kind: 'helper', ...all },
      files: { kind: 'ring', folder: '/r', prefix: 'p', segmentBytes: 1e6, segmentSeconds: 5, segments: 3 },
      stop: { packets: 1, seconds: 2, bytes: 3 },
      application: 'a',
      helper: 'h',
    },
    all,
  );
  assert.deepEqual(ring, [
    'capture',
    '--interface',
    'a',
    '--interface',
    'b',
    '--folder',
    '/r',
    '--prefix',
    'p',
    '--segment-bytes',
    '1000000',
    '--segment-seconds',
    '5',
    '--segments',
    '3',
    '--application',
    'a',
    '--buffer',
    '2',
    '--filter',
    'udp',
    '--no-promiscuous',
    '--monitor',
    '--snap-length',
    '96',
    '--stop-packets',
    '1',
    '--stop-seconds',
    '2',
    '--stop-bytes',
    '3',
  ]);
});

test('dumpcap is told once an interface what holds for it', () => {
  assert.deepEqual(dumpcapCommand({ ...choice, interfaces: ['a', 'b'], filter: 'tcp', snapLength: 128 }), [
    'dumpcap',
    '-q',
    '-i',
    'a',
    '-f',
    'tcp',
    '-s',
    '128',
    '-B',
    '64',
    '-i',
    'b',
    '-f',
    'tcp',
    '-s',
    '128',
    '-B',
    '64',
    '-w',
    '-',
  ]);
});

test('what ssh hands to the shell over there arrives as the words that were meant', () => {
  const filter = 'port 80 and not host $(touch /tmp/no); `id` \'x\' "y" & | > \\';
  const command = sshCommand({ ...choice, interfaces: ["eth0'; reboot #"], filter }, 'root@gateway');
  const at = command.indexOf('root@gateway');
  assert.equal(command[at - 1], '--');
  // The far shell sees the words joined by blanks.
  const far = spawnSync('sh', ['-c', `set -- ${command.slice(at + 1).join(' ')}; printf '%s\\n' "$@"`], {
    encoding: 'utf8',
  });
  assert.deepEqual(far.stdout.trimEnd().split('\n'), [
    'tcpdump',
    '-U',
    '-n',
    '-i',
    "eth0'; reboot #",
    '-s',
    '0',
    '-w',
    '-',
    '--',
    filter,
  ]);
  assert.ok(sshCommand(choice, 'h').join(' ').endsWith("-- 'not tcp port 22'"));
  const options = sshCommand({ ...choice, filter: '-w/root/.ssh/authorized_keys' }, 'h').slice(-2);
  assert.deepEqual(options, ['--', '-w/root/.ssh/authorized_keys'], 'a filter is no option');
});

test('hosts and interfaces that are options in disguise are refused', () => {
  for (const host of ['-oProxyCommand=reboot', 'a b', '', 'x;y', '$(id)'])
    assert.match(english(sourceProblem({ kind: 'ssh', host, ...choice })!), /is no host/);
  assert.equal(sourceProblem({ kind: 'ssh', host: 'root@10.0.0.1', ...choice }), null);
  assert.match(
    english(sourceProblem({ kind: 'dumpcap', ...choice, interfaces: ['-w/etc/passwd'] })!),
    /is no interface/,
  );
  assert.match(english(sourceProblem({ kind: 'helper', ...choice, interfaces: [] })!), /Choose an interface/);
  assert.match(english(sourceProblem({ kind: 'pipe', path: 'relative' })!), /whole path/);
  assert.match(english(sourceProblem({ kind: 'helper', ...choice, filter: 'tcp\0' })!), /no NUL/);
  assert.match(
    english(sourceProblem({ kind: 'ssh', host: 'a', ...choice, filter: 'x'.repeat(4097) })!),
    /at most 4096 characters, this one 4097/,
  );
});

const facts: LinuxFacts = {
  status: 'CapBnd:\t000001ffffffffff\nNoNewPrivs:\t0\n',
  mountinfo:
    '22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw\n' +
    '30 22 0:40 / /home rw,nosuid,nodev - ext4 /dev/x rw\n' +
    '31 22 0:41 / /mnt/a\\040b rw,nosuid - ext4 /dev/y rw\n',
  fileCapabilities: '',
  group: 1000,
  container: false,
};

test('doctor finds why Linux says no, and what mends it', () => {
  assert.match(
    linuxCause('/opt/helper', facts).command!,
    /^sudo chgrp 1000 '\/opt\/helper' && sudo chmod 750 '\/opt\/helper' && sudo setcap cap_net_raw,cap_net_admin=eip '\/opt\/helper'$/,
  );
  assert.match(linuxCause("/opt/it's", facts).command!, /'\/opt\/it'\\''s'$/);
  assert.match(english(linuxCause('/home/me/helper', facts).sentence), /nosuid \(\/home\)/);
  assert.match(english(linuxCause('/mnt/a b/helper', facts).sentence), /nosuid \(\/mnt\/a b\)/);
  assert.match(linuxCause('/home/me/helper', facts).command!, /install -m 755 .* setcap .* SIGHTLINE_HELPER=/);
  const noRaw = linuxCause('/opt/helper', {
    ...facts,
    status: 'CapBnd:\t0000000000000000\nNoNewPrivs:\t0\n',
    container: true,
  });
  assert.match(english(noRaw.sentence), /This container may never hold NET_RAW/);
  assert.match(noRaw.command!, /--cap-add=NET_RAW/);
  assert.match(
    english(
      linuxCause('/opt/helper', { ...facts, status: facts.status.replace('NoNewPrivs:\t0', 'NoNewPrivs:\t1') })
        .sentence,
    ),
    /no-new-privileges/,
  );
  assert.match(
    english(
      linuxCause('/opt/helper', { ...facts, fileCapabilities: '/opt/helper cap_net_admin,cap_net_raw=eip' }).sentence,
    ),
    /still refused/,
  );
});

test('the window is left out of a capture of loopback, and of nothing else', () => {
  const lo = { kind: 'helper', ...choice, interfaces: ['lo'] } as const;
  const filterOf = (source: CaptureSource, port: number): string | null => {
    const apart = withoutWindow(source, port);
    return apart === null || apart.kind === 'pipe' ? null : apart.filter;
  };
  assert.equal(filterOf(lo, 8123), 'not (host 127.0.0.1 and tcp port 8123)');
  assert.equal(
    filterOf({ ...lo, interfaces: ['eth0', 'any'], filter: 'udp or icmp' }, 8123),
    'not (host 127.0.0.1 and tcp port 8123) and (udp or icmp)',
  );
  assert.equal(filterOf(lo, 0), null);
  assert.equal(filterOf({ ...lo, interfaces: ['eth0', 'lonely0'] }, 8123), null);
  assert.equal(filterOf({ ...lo, kind: 'ssh', host: 'h' }, 8123), null);
  assert.equal(filterOf({ ...lo, filter: 'x'.repeat(4090) }, 8123), null);
});
