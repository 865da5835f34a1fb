// Live capture on the command line, and everything that can befall it: on a veth pair between two namespaces of our
// own.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { DoctorReport, FlowRecord, OutputRecord } from '../contract/index.ts';
import { beginCapture, buildSender, type Capture, COMMAND, HELPER, interrupt, NO_CAPTURE, until } from './capturing.ts';
import { describe, folderFor, test } from './fixtures.ts';
import { endProcess, ROOT } from './harness.ts';
import { Network, SERVER } from './network.ts';

/** Sends 200 datagrams over the loopback, one each 4 ms. */
const TALK = `
const s = require('node:dgram').createSocket('udp4');
let n = 0;
const t = setInterval(() => {
  s.send('x', 9, '127.0.0.1');
  if (++n === 200) { clearInterval(t); s.close(); }
}, 4);
`;

describe('capture', { skip: NO_CAPTURE, timeout: 240_000 }, () => {
  const home = folderFor('sightline-capture');
  const env = {
    ...process.env,
    SIGHTLINE_CACHE: join(home, 'cache'),
    SIGHTLINE_DATA_HOME: join(home, 'data'),
    NO_COLOR: '1',
  };
  const generator = join(home, 'generate');
  let network: Network;
  test.beforeAll(() => {
    chmodSync(home, 0o755);
    buildSender('generate.cpp', generator);
    network = new Network();
  });
  test.afterAll(async () => {
    await network?.close();
    rmSync(home, { recursive: true, force: true });
  });

  const inside = (
    args: readonly string[],
    o: { as?: readonly string[]; env?: Record<string, string> } = {},
  ): ReturnType<typeof spawnSync> & { stdout: string; stderr: string } =>
    spawnSync('ip', ['netns', 'exec', network.server, ...(o.as ?? []), process.execPath, COMMAND, ...args], {
      env: { ...env, ...o.env },
      encoding: 'utf8',
      timeout: 60_000,
    }) as never;

  const begin = (
    args: readonly string[],
    o: { as?: readonly string[]; env?: Record<string, string> } = {},
  ): Promise<Capture> => beginCapture(network, args, { ...o, env: { ...env, ...o.env } });

  const helperOf = (c: Capture): number =>
    Number(
      spawnSync('pgrep', ['-P', String(c.child.pid), 'sightline-captu'], { encoding: 'utf8' })
        .stdout.trim()
        .split('\n')[0],
    );

  /** What capinfos and tshark say of a file; neither may warn. */
  function opened(
    path: string,
    growing = false,
  ): { readonly packets: number; readonly comment: string; readonly interfaces: number } {
    const infos = spawnSync('capinfos', ['-M', '-c', '-I', '-k', path], { encoding: 'utf8' });
    assert.equal(infos.stderr, '', path);
    const tshark = spawnSync('tshark', ['-n', '-r', path, '-T', 'fields', '-e', 'frame.number'], {
      encoding: 'utf8',
      maxBuffer: 1e9,
    });
    assert.equal(tshark.stderr.replace(/Running as user.*\n/, ''), '', path);
    const packets = Number(/Number of packets:\s+(\d+)/.exec(infos.stdout)?.[1]);
    if (!growing) assert.equal(tshark.stdout.trim() === '' ? 0 : tshark.stdout.trim().split('\n').length, packets);
    return {
      packets,
      comment: /Capture comment:\s+(.*\S)/.exec(infos.stdout)?.[1] ?? '',
      interfaces: Number(/Number of interfaces in file: (\d+)/.exec(infos.stdout)?.[1] ?? 0),
    };
  }

  /** A process that ended, also one that nobody has waited for yet. */
  const gone = (pid: number): boolean => {
    try {
      return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    } catch {
      return true;
    }
  };
  const segments = (folder: string): string[] =>
    readdirSync(folder)
      .filter((f) => f.endsWith('.pcapng'))
      .sort()
      .map((f) => join(folder, f));

  test('a ring of files: so many of such a size, each a capture with its drop counts', async () => {
    const folder = join(home, 'ring');
    const c = await begin(['-i', network.serverInterface, '-b', 'filesize:1000', '-b', 'files:3', '-w', folder, '-q']);
    const sent = await network.frames(generator, 300, 20_000, 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    // A segment is whole at any moment of its life.
    segments(folder).forEach((f) => opened(f, true));
    assert.equal(await interrupt(c), 0);
    const files = segments(folder);
    assert.equal(files.length, 3);
    assert.ok(files.every((f) => statSync(f).size <= 1_000_000));
    const all = files.map((f) => opened(f));
    const total = Number(/([\d,]+) packets captured/.exec(c.said())![1]!.replaceAll(',', ''));
    assert.ok(total >= sent, `${total} captured of ${sent}`);
    assert.match(
      all.at(-1)!.comment,
      new RegExp(`^Received ${total}, dropped by the kernel 0, by the interface 0\\.$`),
    );
    assert.ok(all.every((a) => /dropped by the kernel \d+/.test(a.comment)));
  });

  test('drops of the kernel are counted, in the status and in the file', async () => {
    const file = join(home, 'dropped.pcapng');
    const c = await begin(['-i', network.serverInterface, '-B', '1', '-w', file, '--no-score']);
    const helper = helperOf(c);
    process.kill(helper, 'SIGSTOP');
    const sent = await network.frames(generator, 1000, 20_000, 1);
    process.kill(helper, 'SIGCONT');
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    assert.equal(await interrupt(c), 0);
    const [, captured, dropped] = /([\d,]+) packets captured; dropped by the kernel ([\d,]+)/
      .exec(c.said())!
      .map((n) => Number(n.replaceAll(',', '')));
    assert.ok(dropped! > 0 && captured! + dropped! >= sent, `${captured} + ${dropped} of ${sent}`);
    const { packets, comment } = opened(file);
    assert.equal(packets, captured);
    assert.match(comment, new RegExp(`dropped by the kernel ${dropped},`));
  });

  test('autostop: packets to the packet, bytes, seconds', async () => {
    const file = join(home, 'stop.pcapng');
    const packets = await begin(['-i', network.serverInterface, '-a', 'packets:1234', '-w', file, '-q']);
    await network.frames(generator, 200, 5000, 1);
    assert.equal(await packets.ended, 0);
    assert.match(packets.said(), /after 1,234 packets, as asked/);
    assert.equal(opened(file).packets, 1234);
    const bytes = await begin(['-i', network.serverInterface, '-a', 'filesize:100', '-w', file, '-q']);
    await network.frames(generator, 200, 5000, 1);
    assert.equal(await bytes.ended, 0);
    opened(file);
    assert.ok(statSync(file).size > 99_000 && statSync(file).size < 101_000);
    const from = performance.now();
    const seconds = await begin(['-i', network.serverInterface, '-a', 'duration:1', '-w', file, '--no-score']);
    assert.equal(await seconds.ended, 0);
    assert.ok(performance.now() - from < 4000);
    opened(file);
  });

  test('several interfaces at once', async () => {
    const file = join(home, 'two.pcapng');
    const c = await begin(['-i', network.serverInterface, '-i', 'lo', '-w', file, '-q']);
    const talk = spawn('ip', ['netns', 'exec', network.server, process.execPath, '-e', TALK], { stdio: 'ignore' });
    await network.frames(generator, 200, 2000, 1);
    await endProcess(talk);
    await new Promise((resolve) => {
      setTimeout(resolve, 200);
    });
    assert.equal(await interrupt(c), 0);
    const { interfaces } = opened(file);
    assert.equal(interfaces, 2);
    const counts = spawnSync('tshark', ['-n', '-r', file, '-T', 'fields', '-e', 'frame.interface_name'], {
      encoding: 'utf8',
    })
      .stdout.trim()
      .split('\n');
    assert.ok(
      counts.filter((n) => n === 'lo').length >= 100 &&
        counts.filter((n) => n === network.serverInterface).length >= 2000,
    );
  });

  test('kill -9 of the helper: said, everything written is there, no half packet', async () => {
    const folder = join(home, 'helper-killed');
    const c = await begin(['-i', network.serverInterface, '-b', 'filesize:1000', '-w', folder, '-q']);
    const sending = network.frames(generator, 1000, 20_000, 2);
    await new Promise((resolve) => {
      setTimeout(resolve, 900);
    });
    process.kill(helperOf(c), 'SIGKILL');
    assert.equal(await c.ended, 2);
    assert.match(c.said(), /helper ended unexpectedly[\s\S]*all that it wrote is kept/);
    await sending;
    const total = segments(folder).reduce((sum, f) => sum + opened(f).packets, 0);
    assert.ok(total > 5000, `${total} packets`);
  });

  test('kill -9 of the host: the helper ends within a second, the capture is offered and recovered', async () => {
    const c = await begin(['-i', network.serverInterface, '-q']);
    const helper = helperOf(c);
    assert.ok(!gone(helper));
    const sending = network.frames(generator, 1000, 20_000, 2);
    await new Promise((resolve) => {
      setTimeout(resolve, 900);
    });
    c.child.kill('SIGKILL');
    const took = await until(() => gone(helper), 1500);
    assert.ok(took < 1000, `helper ended after ${took} ms`);
    await sending;
    assert.match(inside(['recover']).stdout, /1 interrupted/);
    const folder = /(\S.*) is whole/.exec(inside(['recover', '--all']).stdout)![1]!;
    assert.match(inside(['recover']).stdout, /No capture was interrupted/);
    const total = segments(folder).reduce((sum, f) => sum + opened(f).packets, 0);
    assert.ok(total > 5000);
    assert.match(inside(['score', folder, '--summary', '--foreign']).stdout, new RegExp(total.toLocaleString('en-US')));
  });

  test('disk full: it stops cleanly, says so and keeps what it has; one file and ring', async () => {
    const disk = join(home, 'disk');
    mkdirSync(disk);
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]).status, 0);
    try {
      for (const args of [
        ['-w', join(disk, 'one.pcapng')],
        ['-b', 'filesize:3000', '-w', join(disk, 'ring')],
      ]) {
        const c = await begin(['-i', network.serverInterface, ...args, '-q']);
        await network.frames(generator, 1000, 20_000, 1);
        assert.equal(await c.ended, 2);
        assert.match(c.said(), /Capturing stopped: No space left on device\. The [\d,]+ packets before it are kept\./);
        const files = args[0] === '-w' ? [args[1]!] : segments(args.at(-1)!);
        const total = files.reduce((sum, f) => sum + opened(f).packets, 0);
        assert.equal(total, Number(/The ([\d,]+) packets/.exec(c.said())![1]!.replaceAll(',', '')));
        assert.ok(total > 2000);
        files.forEach((f) => rmSync(f));
        rmSync(join(disk, 'ring'), { recursive: true, force: true });
      }
    } finally {
      spawnSync('umount', [disk]);
    }
  });

  test('the interface goes down, comes up again, and is removed: each is said', async () => {
    const file = join(home, 'down.pcapng');
    const c = await begin(['-i', network.serverInterface, '-i', 'lo', '-w', file, '--no-score']);
    await network.frames(generator, 200, 1000, 1);
    network.ip('server', 'link', 'set', network.serverInterface, 'down');
    await until(() => c.said().includes('is down; capturing goes on when it is up again'), 3000);
    network.ip('server', 'link', 'set', network.serverInterface, 'up');
    await new Promise((resolve) => {
      setTimeout(resolve, 700);
    });
    await network.frames(generator, 200, 1000, 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    assert.equal(await interrupt(c), 0);
    assert.ok(opened(file).packets >= 1900);
    const alone = await begin(['-i', network.serverInterface, '-w', file, '-q']);
    await network.frames(generator, 200, 1000, 1);
    network.ip('server', 'link', 'delete', network.serverInterface);
    assert.equal(await alone.ended, 2);
    assert.match(alone.said(), /veth-server disappeared\. What was captured is kept/);
    assert.ok(opened(file).packets >= 950);
    await network.close();
    network = new Network();
  });

  test('a wrong filter, an interface that is not there: one sentence each', () => {
    const filter = inside([
      'capture',
      '-i',
      network.serverInterface,
      '-f',
      'tcp prt 443',
      '-w',
      join(home, 'no.pcapng'),
    ]);
    assert.equal(filter.status, 2);
    assert.match(filter.stderr, /the capture filter is wrong: syntax error at 'prt'\n {2}tcp prt 443\n {6}\^\^\^/);
    const missing = inside(['capture', '-i', 'nothing0', '-w', join(home, 'no.pcapng')]);
    assert.equal(missing.status, 2);
    assert.match(missing.stderr, /nothing0/);
    assert.equal(existsSync(join(home, 'no.pcapng')), false);
  });

  test('another user: doctor names cause and command; with setcap it works, and the helper keeps nothing', async () => {
    const folder = join(home, 'nobody');
    mkdirSync(folder);
    chmodSync(folder, 0o777);
    const as = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--inh-caps=-all'];
    const own = { SIGHTLINE_CACHE: join(folder, 'cache'), SIGHTLINE_DATA_HOME: join(folder, 'data') };
    const report = JSON.parse(inside(['doctor', '--json'], { as, env: own }).stdout) as DoctorReport;
    const permission = report.checks.find((k) => k.name === 'permission')!;
    assert.deepEqual(
      [report.ready, permission.state, permission.command],
      [
        false,
        'bad',
        [
          `sudo chgrp 65534 '${HELPER}'`,
          `sudo chmod 750 '${HELPER}'`,
          `sudo setcap cap_net_raw,cap_net_admin=eip '${HELPER}'`,
        ].join(' && '),
      ],
    );
    const helper = join(folder, 'sightline-capture');
    copyFileSync(HELPER, helper);
    chmodSync(helper, 0o755);
    const set = spawnSync('setcap', ['cap_net_raw,cap_net_admin=eip', helper], { encoding: 'utf8' });
    assert.equal(set.status, 0, set.stderr);
    const mended = { ...own, SIGHTLINE_HELPER: helper };
    assert.equal((JSON.parse(inside(['doctor', '--json'], { as, env: mended }).stdout) as DoctorReport).ready, true);
    const c = await begin(['-i', network.serverInterface, '-q'], { as, env: mended });
    const pid = helperOf(c);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    for (const [name, value] of [
      ['Uid', '65534'],
      ['CapEff', '0000000000000000'],
      ['CapPrm', '0000000000000000'],
      ['NoNewPrivs', '1'],
      ['Seccomp', '2'],
    ] as const)
      assert.equal(new RegExp(`^${name}:\\s*(\\S+)`, 'm').exec(status)?.[1], value, name);
    await network.frames(generator, 200, 1000, 1);
    assert.equal(await interrupt(c), 0);
    assert.match(c.said(), /1,0\d\d packets captured|[\d,]+ packets captured/);
    const made = readdirSync(join(folder, 'data', 'captures'));
    assert.ok(
      segments(join(folder, 'data', 'captures', made[0]!)).reduce((sum, f) => sum + opened(f).packets, 0) >= 1000,
    );
  });

  test('started by root, the helper is nobody, holds nothing, and goes before the pipeline', async () => {
    const c = await begin(['-i', network.serverInterface, '-q']);
    const pid = helperOf(c);
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    assert.deepEqual(
      ['Uid', 'CapEff', 'CapBnd', 'NoNewPrivs', 'Seccomp']
        .map((n) => new RegExp(`^${n}:\\s*(\\S+)`, 'm').exec(status)![1])
        .filter((_v, i) => i !== 2),
      ['65534', '0000000000000000', '1', '2'],
    );
    const nice = (p: string): number => {
      const stat = readFileSync(`${p}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16]);
    };
    const helpers = readdirSync(`/proc/${pid}/task`).map((t) => nice(`/proc/${pid}/task/${t}`));
    const pipeline = nice(`/proc/${c.child.pid}/task/${c.child.pid}`);
    assert.ok(
      helpers.every((n) => n < pipeline),
      `helper ${helpers.join(' ')}, pipeline ${pipeline}`,
    );
    assert.equal(await interrupt(c), 0);
  });

  test('the same packets from stdin, a named pipe and dumpcap', async () => {
    const sample = join(ROOT, 'assets', 'sample.pcapng');
    const total = opened(sample).packets;
    for (const source of ['stdin', 'pipe'] as const) {
      const file = join(home, `${source}.pcapng`);
      const pipe = join(home, 'fifo');
      if (source === 'pipe') assert.equal(spawnSync('mkfifo', [pipe]).status, 0);
      const c = await begin(
        source === 'stdin' ? ['-i', '-', '-w', file, '-q'] : ['--source', `pipe:${pipe}`, '-w', file, '-q'],
      );
      if (source === 'stdin') c.child.stdin!.end(readFileSync(sample));
      else spawn('sh', ['-c', 'cat "$0" > "$1"', sample, pipe], { stdio: 'ignore' });
      assert.equal(await c.ended, 1, c.said());
      assert.match(c.said(), /Incident \d+ is malicious \(3 points\)/);
      assert.equal(opened(file).packets, total);
    }
    const file = join(home, 'dumpcap.pcapng');
    const c = await begin(['--source', 'dumpcap', '-i', network.serverInterface, '-f', 'udp', '-w', file, '-q']);
    await network.frames(generator, 200, 1000, 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 500);
    });
    assert.equal(await interrupt(c), 0, c.said());
    assert.ok(opened(file).packets >= 990, c.said());
  });

  test('what comes in is no capture, or breaks off: said, and what came before is kept', async () => {
    const file = join(home, 'broken.pcapng');
    const nonsense = await begin(['-i', '-', '-w', file, '-q']);
    nonsense.child.stdin!.end('this is a letter, not a capture');
    assert.equal(await nonsense.ended, 2);
    assert.match(nonsense.said(), /Capturing stopped: this is not a capture/);
    const cut = await begin(['-i', '-', '-w', file, '-q']);
    cut.child.stdin!.end(readFileSync(join(ROOT, 'assets', 'sample.pcapng')).subarray(0, 100_001));
    assert.equal(await cut.ended, 2, cut.said());
    assert.match(cut.said(), /Capturing stopped: .* What was captured is kept/);
    assert.ok(opened(file).packets > 50);
  });

  test('tcpdump on another machine: the words that ssh is given run there', async () => {
    // What stands for ssh does with its words what sshd does: joins them and hands them to a shell.
    const tools = join(home, 'tools');
    mkdirSync(tools);
    writeFileSync(
      join(tools, 'ssh'),
      '#!/bin/sh\nwhile [ "$1" != "--" ]; do shift; done\nshift 2\nexec sh -c "exec $*"\n',
      { mode: 0o755 },
    );
    const file = join(home, 'ssh.pcapng');
    const c = await begin(
      [
        '--source',
        'ssh:root@gateway',
        '-i',
        network.serverInterface,
        '-f',
        'udp and not (tcp port 22)',
        '-w',
        file,
        '-q',
      ],
      { env: { PATH: `${tools}:${process.env['PATH'] ?? ''}` } },
    );
    await network.frames(generator, 200, 1000, 1);
    // tcpdump may leave packets in the kernel's buffer for a second.
    await new Promise((resolve) => {
      setTimeout(resolve, 1600);
    });
    await interrupt(c);
    assert.ok(opened(file).packets >= 990, c.said());
  });

  test('a capture is judged by the network that is called as its interface, where one is learned', async () => {
    const sample = join(ROOT, 'assets', 'sample.pcapng');
    assert.equal(inside(['learn', sample, '--name', network.serverInterface]).status, 0);
    const file = join(home, 'judged.pcapng');
    const args = ['-i', network.serverInterface, '-w', file, '-q'];
    const own = await begin(args);
    assert.equal(await interrupt(own), 0);
    assert.match(own.said(), new RegExp(`Verdicts stand on what is learned of '${network.serverInterface}'\\.`));
    const foreign = await begin([...args, '--foreign']);
    assert.equal(await interrupt(foreign), 0);
    assert.doesNotMatch(foreign.said(), /Verdicts stand on/);
    assert.equal(inside(['learn', '--name', network.serverInterface, '--forget']).status, 0);
  });

  test('flows of the live run are those of the file read again', async () => {
    const folder = join(home, 'again');
    const c = await begin([
      '-i',
      network.serverInterface,
      '-b',
      'filesize:100',
      '-w',
      folder,
      '--json',
      '--foreign',
      '-q',
    ]);
    for (let i = 0; i < 3; i++) {
      network.on('dig', '+tries=1', '+time=2', `@${SERVER}`, `host${i}.test`);
      network.on(
        'curl',
        '-sk',
        '--max-time',
        '3',
        '--resolve',
        `www.updates.test:443:${SERVER}`,
        'https://www.updates.test/',
      );
    }
    await network.frames(generator, 400, 2000, 1);
    await new Promise((resolve) => {
      setTimeout(resolve, 400);
    });
    await interrupt(c);
    const flows = (text: string): Map<number, Omit<FlowRecord, 'file'>> =>
      new Map(
        text
          .split('\n')
          .filter((l) => l.startsWith('{'))
          .map((l) => JSON.parse(l) as OutputRecord)
          .filter((r): r is FlowRecord => r.type === 'flow')
          .map(({ file: _file, ...r }) => [r.id, r]),
      );
    const live = flows(c.printed());
    const again = flows(inside(['score', folder, '--json', '--foreign', '--reasons', '0']).stdout);
    assert.ok(live.size > 20 && segments(folder).length > 3);
    assert.deepEqual(
      [...live.keys()].sort((a, b) => a - b),
      [...again.keys()].sort((a, b) => a - b),
    );
    for (const [id, f] of live) {
      const { app, verdict, score, packets_fwd, packets_rev, bytes_fwd, bytes_rev, end_reason, sni, ja3, ja4 } =
        again.get(id)!;
      assert.deepEqual(
        [
          f.app,
          f.verdict,
          f.score,
          f.packets_fwd,
          f.packets_rev,
          f.bytes_fwd,
          f.bytes_rev,
          f.end_reason,
          f.sni,
          f.ja3,
          f.ja4,
        ],
        [app, verdict, score, packets_fwd, packets_rev, bytes_fwd, bytes_rev, end_reason, sni, ja3, ja4],
        `flow ${id}`,
      );
    }
  });
});
