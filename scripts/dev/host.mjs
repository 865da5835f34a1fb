// The host of the served window as a child that can be started again: dist/web/main.js with source maps.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { NODE_FLAGS, ROOT } from '../node24.mjs';

/** A host that does not end in order is ended, ms. */
const PATIENCE = 12_000;

export class Host {
  /**
   * @param {number} port where it listens, in every run
   * @param {readonly string[]} opened what it opens when it starts
   * @param {(text: string) => void} say
   */
  constructor(port, opened, say) {
    this.port = port;
    this.args = ['--enable-source-maps', ...NODE_FLAGS, join(ROOT, 'dist', 'web', 'main.js')];
    this.args.push('--no-browser', '--port', String(port), ...opened);
    this.say = say;
    this.child = null;
    this.turn = Promise.resolve();
    this.ending = false;
    /** A host is there, and takes this token once. */
    this.onLink = () => undefined;
  }

  /** Ends the one that runs, in order, and starts another. */
  restart() {
    this.turn = this.turn.then(() => this.stop()).then(() => this.start());
  }

  /** Ends it for good. */
  end() {
    this.ending = true;
    return this.turn.then(() => this.stop());
  }

  start() {
    if (this.ending) return;
    // In a group of its own: Ctrl-C reaches this process, which then ends the host in order, once.
    const child = spawn(process.execPath, this.args, {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: process.platform !== 'win32',
    });
    this.child = child;
    let said = '';
    let linked = false;
    child.stdout.on('data', (piece) => {
      if (linked) return;
      said += piece;
      const token = /#token=(\S+)\n/.exec(said)?.[1];
      if (token === undefined) return;
      linked = true;
      this.say(`host ${child.pid} started`);
      this.onLink(token);
    });
    child.on('exit', (code, signal) => {
      if (this.child !== child) return;
      this.child = null;
      this.say(`host ${child.pid} ended with ${code ?? signal}; it starts again with the next change, or with Enter`);
    });
  }

  stop() {
    const { child } = this;
    this.child = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((done) => {
      const late = setTimeout(() => child.kill('SIGKILL'), PATIENCE);
      child.once('exit', () => {
        clearTimeout(late);
        done();
      });
      child.kill('SIGTERM');
    });
  }
}
