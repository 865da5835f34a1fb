// Files that a run makes for itself alone. Their names say whose they are, so that a later run can remove what a killed
// one left.
import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

/** Files of another machine or container, whose processes cannot be looked up, are removed at this age, ms. */
const FOREIGN_AGE = 7 * 86_400_000;
/** Names without an owner, which versions before this one gave, go after a day. */
const OLDER_AGE = 86_400_000;
const NAME = /^run-([0-9a-f]{8})-(\d+)-([0-9a-f]{8})(?:[-.].*)?$/;
/** Where the system does not say when a process began. */
const UNKNOWN = '00000000';

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}

/** The machine and its namespace of processes: numbers of processes mean nothing outside of it. */
export function machineName(): string {
  let namespace = '';
  try {
    namespace = readlinkSync('/proc/self/ns/pid');
  } catch {
    /* no such thing here */
  }
  return digest(`${read('/etc/machine-id') || hostname()} ${namespace}`);
}

/** When a process began, as a digest, since process numbers are reused. */
function birthOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): field 22 is the start time in ticks since boot; the second field may hold spaces and brackets.
  const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return ticks === undefined ? UNKNOWN : digest(`${read('/proc/sys/kernel/random/boot_id')} ${ticks}`);
}

function running(pid: number, birth: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return birth === UNKNOWN || birth === birthOf(pid);
}

let own: string | null = null;

/** The beginning of the names of files that this process makes for itself. */
export function runName(): string {
  own ??= `run-${machineName()}-${process.pid}-${birthOf(process.pid)}`;
  return own;
}

/**
 * Removes from a folder what runs that are over left there. What belongs to a process that lives, or is not named so,
 * stays.
 * @param older names without an owner that go as well, a day old
 * @returns how many files and folders were removed
 */
export function removeLeftovers(folder: string, older: RegExp | null = null, now = Date.now()): number {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return 0;
  }
  return names
    .filter((name) => over(folder, name, older, now))
    .filter((name) => {
      try {
        rmSync(join(folder, name), { recursive: true, force: true });
        return true;
      } catch {
        return false;
      }
    }).length;
}

function over(folder: string, name: string, older: RegExp | null, now: number): boolean {
  const [, machine, pid, birth] = NAME.exec(name) ?? [];
  if (machine === machineName()) return !running(Number(pid), birth!);
  const limit = machine !== undefined ? FOREIGN_AGE : OLDER_AGE;
  if (machine === undefined && older?.test(name) !== true) return false;
  const age = now - (lstatSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? now);
  return age > limit;
}
