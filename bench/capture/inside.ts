// A connection to a port of another network namespace: socat-like, over the stdin and stdout of a small process in
// there.
import { spawn } from 'node:child_process';
import { Duplex } from 'node:stream';

const BRIDGE =
  "const s = require('node:net').connect(Number(process.argv[1]), '127.0.0.1'); s.setNoDelay(true); " +
  "process.stdin.pipe(s); s.pipe(process.stdout); s.on('error', () => process.exit(0)); s.on('close', () => " +
  'process.exit(0));';

export function connectInside(namespace: string, port: number): Duplex {
  const child = spawn('ip', ['netns', 'exec', namespace, process.execPath, '-e', BRIDGE, String(port)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const duplex = new Duplex({
    read: () => {
      child.stdout.resume();
    },
    write: (piece: Buffer, _encoding, done) => {
      child.stdin.write(piece, () => done());
    },
    final: (done) => {
      child.stdin.end();
      done();
    },
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  child.stdout.on('data', (piece: Buffer) => {
    if (!duplex.push(piece)) child.stdout.pause();
  });
  child.stdout.on('end', () => duplex.push(null));
  return duplex;
}
