// Two network namespaces with a veth pair between them: a client and a server that talk to nobody else. Made and
// removed here.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endProcess } from './harness.ts';

export const TOOLS = ['ip', 'curl', 'dig', 'openssl', 'capinfos', 'tshark', 'setpriv'];

/** Why live tests cannot run here, or false. */
export function noNetwork(): string | false {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'live tests make network namespaces, which needs root on Linux';
  const missing = TOOLS.filter((t) => spawnSync('which', [t]).status !== 0);
  if (missing.length > 0) return `${missing.join(', ')} not installed`;
  const probe = `sl-probe-${process.pid}`;
  const made = spawnSync('ip', ['netns', 'add', probe]).status === 0;
  spawnSync('ip', ['netns', 'delete', probe], { stdio: 'ignore' });
  return made ? false : 'network namespaces cannot be made here';
}

const CLIENT = '192.0.2.10';
export const SERVER = '192.0.2.20';
const DNS = `
const { createSocket } = require('node:dgram');
const s = createSocket('udp4');
s.on('message', (m, r) => {
  let end = 12;
  while (m[end] !== 0) end += m[end] + 1;
  const question = m.subarray(12, end + 5);
  const head = Buffer.from('81800001000100000000', 'hex');
  const record = Buffer.from('c00c0001000100000e100004c0000214', 'hex');
  s.send(Buffer.concat([m.subarray(0, 2), head, question, record]), r.port, r.address);
});
s.bind(53, '${SERVER}');
`;

export class Network {
  readonly folder = mkdtempSync(join(tmpdir(), 'sightline-net-'));
  readonly client = `sl-c-${process.pid}`;
  readonly server = `sl-s-${process.pid}`;
  readonly interface = 'veth-client';
  readonly serverInterface = 'veth-server';
  private readonly children: ChildProcess[] = [];

  constructor() {
    const ip = (...args: string[]): void => {
      const done = spawnSync('ip', args, { encoding: 'utf8' });
      if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr}`);
    };
    for (const name of [this.client, this.server]) ip('netns', 'add', name);
    ip(
      'link',
      'add',
      this.interface,
      'netns',
      this.client,
      'type',
      'veth',
      'peer',
      'name',
      'veth-server',
      'netns',
      this.server,
    );
    for (const [name, device, address] of [
      [this.client, this.interface, CLIENT],
      [this.server, 'veth-server', SERVER],
    ] as const) {
      ip('-n', name, 'addr', 'add', `${address}/24`, 'dev', device);
      ip('-n', name, 'link', 'set', device, 'up');
      ip('-n', name, 'link', 'set', 'lo', 'up');
    }
    const key = join(this.folder, 'key.pem');
    const certificate = join(this.folder, 'certificate.pem');
    spawnSync('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      '-days',
      '365',
      '-subj',
      '/CN=updates.test',
    ]);
    this.run(this.server, process.execPath, '-e', DNS);
    for (const port of ['443', '8443'])
      this.run(
        this.server,
        'openssl',
        's_server',
        '-accept',
        port,
        '-key',
        key,
        '-cert',
        certificate,
        '-www',
        '-quiet',
        ...(port === '8443' ? ['-tls1_2'] : []),
      );
  }

  /** The prefix that runs a command on the client's side. */
  get within(): readonly string[] {
    return ['ip', 'netns', 'exec', this.client];
  }

  on(...command: string[]): { readonly status: number | null; readonly stdout: string } {
    const done = spawnSync('ip', ['netns', 'exec', this.client, ...command], { encoding: 'utf8', timeout: 10_000 });
    return { status: done.status, stdout: done.stdout };
  }

  /** Connects each `seconds` to the server's odd port with its self-signed certificate. */
  beacon(times: number, seconds: number): ChildProcess {
    return this.run(
      this.client,
      'bash',
      '-c',
      `for i in $(seq ${times}); do curl -sk --max-time 2 https://${SERVER}:8443/ >/dev/null; sleep ${seconds}; done`,
    );
  }

  /** Asks the server for ports at which nobody listens, one after another: each is refused. */
  scan(ports: number): ChildProcess {
    return this.run(
      this.client,
      'bash',
      '-c',
      `for p in $(seq 2001 ${2000 + ports}); do (echo > /dev/tcp/${SERVER}/$p) 2>/dev/null; done`,
    );
  }

  /** `ip` on one side. */
  ip(side: 'client' | 'server', ...args: string[]): void {
    const done = spawnSync('ip', ['-n', side === 'client' ? this.client : this.server, ...args], { encoding: 'utf8' });
    if (done.status !== 0) throw new Error(`ip ${args.join(' ')}: ${done.stderr}`);
  }

  /**
   * Frames from the client to the server at a fixed rate.
   * @param generator the built bench/capture/generate.cpp
   * @returns how many were sent
   */
  async frames(generator: string, bytes: number, rate: number, seconds: number): Promise<number> {
    const said = await this.said(generator, String(bytes), String(rate), String(seconds));
    return (JSON.parse(said) as { sent: number }).sent;
  }

  /**
   * The frames of a capture from the client to the server, in the rhythm in which they were captured.
   * @param program the built bench/capture/replay.cpp
   * @returns how many were sent, and by how much the latest was late, seconds
   */
  async replay(program: string, capture: string): Promise<{ readonly sent: number; readonly late: number }> {
    return JSON.parse(await this.said(program, capture)) as { sent: number; late: number };
  }

  /** Runs a program that sends out of the client's interface. @returns what it printed */
  private async said(program: string, ...args: string[]): Promise<string> {
    const child = spawn('ip', ['netns', 'exec', this.client, program, this.interface, ...args], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    this.children.push(child);
    let said = '';
    child.stdout.on('data', (piece: Buffer) => {
      said += piece.toString();
    });
    await new Promise((resolve) => {
      child.once('close', resolve);
    });
    return said;
  }

  private run(namespace: string, ...command: string[]): ChildProcess {
    const child = spawn('ip', ['netns', 'exec', namespace, ...command], { stdio: 'ignore' });
    this.children.push(child);
    return child;
  }

  async close(): Promise<void> {
    await Promise.all(this.children.map((c) => endProcess(c)));
    for (const name of [this.client, this.server]) spawnSync('ip', ['netns', 'delete', name], { stdio: 'ignore' });
    rmSync(this.folder, { recursive: true, force: true });
  }
}
