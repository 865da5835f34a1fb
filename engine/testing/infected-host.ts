// Makes a capture for tests that send it over a wire: sixteen seconds in which one host is infected, another one scans,
// and both do ordinary things. Its first second is the one in which it is made, since certificates are young or old.
// Argument: the file to write.
import { writeFileSync } from 'node:fs';
import { serverFlight } from './certificates.ts';
import { MadeCapture, PROGRAM } from './evidence-kit.ts';
import { clientHello } from './packets.ts';

const BEACON = '45.79.10.20';
const POLLED = '45.79.10.21';
const STORE = '45.79.10.22';
const SERVER = '45.79.10.23';
const SITE = '45.79.10.24';
const NEIGHBOUR = '10.0.0.6';
const VICTIM = '10.0.0.9';

/** Whom OpenSSL certifies when nobody says what a certificate is for. */
const DEFAULT_SUBJECT = 'C=AU, ST=Some-State, O=Internet Widgits Pty Ltd';

function made(): Uint8Array {
  const start = Math.floor(Date.now() / 1000);
  const capture = new MadeCapture(start);
  const body = PROGRAM + '\xa7'.repeat(150_000);
  capture.dns('store.somewhere.test', STORE, 0.1);
  capture.http([{ target: '/a', host: 'store.somewhere.test', response: { type: 'application/octet-stream', body } }], {
    to: STORE,
    at: 0.3,
  });
  capture.dns('www.somewhere.test', SITE, 0.2);
  for (const at of [0.5, 7.1]) capture.http([{ target: '/' }, { target: '/style.css', after: 0.2 }], { to: SITE, at });
  for (let i = 0; i < 7; i++) {
    const turns = [{ dir: 0, data: `own ${i} words` } as const, { dir: 1, data: 'yes' } as const];
    capture.connection(turns, { to: BEACON, port: 4_444, at: 1 + 2.2 * i });
  }
  const asked = Array.from({ length: 8 }, (_, i) => ({
    target: `/p${i % 2}`,
    host: POLLED,
    agent: '',
    after: 1.7 * i,
    response: { body: `task ${i}` },
  }));
  capture.http(asked, { to: POLLED, at: 1.3 });
  const hello = clientHello(null);
  const answer = serverFlight({ subject: DEFAULT_SUBJECT, notBefore: start });
  for (const at of [2.6, 9.4]) {
    const turns = [{ dir: 0, data: hello } as const, { dir: 1, data: answer } as const];
    capture.connection(turns, { to: SERVER, port: 443, at });
  }
  for (let i = 0; i < 20; i++) capture.refused({ from: NEIGHBOUR, to: VICTIM, port: 1_000 + i, at: 4 + i * 0.11 });
  for (let i = 0; i < 24; i++) capture.dns(`${'x'.repeat(14)}${10 + i}.data-zone.test`, SITE, 5 + i * 0.31);
  for (let i = 0; i < 30; i++) capture.udp(`state ${i}`, { from: NEIGHBOUR, to: '10.0.0.7', at: i / 2, answer: 'ok' });
  return capture.bytes();
}

writeFileSync(process.argv[2]!, made());
