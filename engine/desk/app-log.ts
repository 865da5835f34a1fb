// The application log with what a report of a fault needs beside it: versions, the machine, the state of the window.
import { mkdirSync } from 'node:fs';
import { arch, cpus, freemem, platform, release, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { english } from '../../contract/index.ts';
import { SCHEMA_HASH } from '../features/index.ts';
import { keptLog } from '../log/index.ts';
import { writePlain } from '../store/index.ts';
import type { Desk } from './desk.ts';

const MEGABYTE = 1e6;

/** Nothing of what packets hold; names of files, interfaces and networks are in it. */
export function appLogText(desk: Desk): string {
  const session = desk.state();
  const about: Readonly<Record<string, unknown>> = {
    product: `${desk.options.product} ${desk.options.version}`,
    node: process.version,
    machine: `${platform()} ${release()} ${arch()}, ${cpus().length} cores`,
    memory: `${Math.round(freemem() / MEGABYTE)} of ${Math.round(totalmem() / MEGABYTE)} MB free, \
${Math.round(process.memoryUsage.rss() / MEGABYTE)} MB taken by Sightline`,
    model: desk.model.name,
    features: SCHEMA_HASH,
    settings: desk.settings,
    session:
      session === null
        ? null
        : {
            source: session.source,
            phase: session.phase,
            packets: session.packets,
            flows: session.flows,
            drops: session.drops,
            dissect: session.dissect,
            message: session.message === null ? null : english(session.message),
          },
    notes: desk.notes.map((note) => english(note)),
  };
  const lines = Object.entries(about).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${lines.join('\n')}\n\n${keptLog()}`;
}

export function saveAppLog(desk: Desk, path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writePlain(path, appLogText(desk));
}
