// A server of the product in a process of its own, from its first word to its end, which is looked at too.
import { type ChildProcess, spawn } from 'node:child_process';

/** One that has not ended after this many milliseconds hangs. */
const LONGEST_END = 20_000;

export interface ServerOptions {
  readonly command: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** What it prints once it listens. */
  readonly ready: RegExp;
}

export class Server {
  /** What it has printed, and what it has complained about. */
  private out = '';
  private complaints = '';
  private isKilled = false;
  private readonly child: ChildProcess;
  private readonly ended: Promise<void>;

  private constructor(o: ServerOptions) {
    const [program, ...args] = o.command;
    this.child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'pipe'], env: o.env ?? process.env });
    this.child.stdout!.on('data', (piece: Buffer) => {
      this.out += piece.toString();
    });
    this.child.stderr!.on('data', (piece: Buffer) => {
      this.complaints += piece.toString();
      if (process.env['SIGHTLINE_DEBUG']) process.stderr.write(piece);
    });
    this.ended = new Promise((resolve) => {
      this.child.once('exit', () => resolve());
    });
  }

  /** Starts it and waits until it says that it is ready. @throws Error with all that it said where it ends before */
  static async start(o: ServerOptions): Promise<Server> {
    const server = new Server(o);
    const isReady = new Promise<void>((resolve, reject) => {
      server.child.once('error', reject);
      server.child.stdout!.on('data', () => {
        if (o.ready.test(server.out)) resolve();
      });
    });
    await Promise.race([isReady, server.ended]);
    if (!o.ready.test(server.out)) throw new Error(`the server ${server.state}: ${server.out}${server.complaints}`);
    return server;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get pid(): number {
    return this.child.pid!;
  }

  get said(): string {
    return this.out;
  }

  get complained(): string {
    return this.complaints;
  }

  /** As a crash would; its end is then no fault of its own. */
  kill(): void {
    this.isKilled = true;
    this.child.kill('SIGKILL');
  }

  /** Asks it to end. @throws Error where it had ended by itself, ends by a fault, or does not end */
  async end(): Promise<void> {
    const wasThere = this.isRunning;
    if (wasThere) this.child.kill('SIGTERM');
    const late = setTimeout(() => this.child.kill('SIGKILL'), LONGEST_END);
    await this.ended;
    clearTimeout(late);
    if (this.isKilled) return;
    if (!wasThere) throw new Error(`the server ended by itself: it ${this.state}: ${this.complaints}`);
    if (this.child.exitCode !== 0) throw new Error(`asked to end, the server ${this.state}: ${this.complaints}`);
  }

  private get state(): string {
    const { exitCode, signalCode } = this.child;
    return signalCode === null ? `ended with ${exitCode}` : `was ended by ${signalCode}`;
  }
}
