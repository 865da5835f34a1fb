// Tells why capturing does not work on this machine, and the command that mends it.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { CaptureReadiness, DoctorCheck, DoctorReport } from '../../contract/index.ts';
import { askHelper, helperThere, type HelperLine } from './helper.ts';
import { readinessOf } from './interfaces.ts';
import { text } from './linux-cause.ts';
import { otherSources } from './other-sources.ts';

const LITTLE_ROOM = 2e9;

function runnable(helper: string): DoctorCheck | null {
  if (!existsSync(helper)) return null;
  try {
    accessSync(helper, constants.X_OK);
    return null;
  } catch {
    const { gid } = statSync(helper);
    const group =
      text('/etc/group')
        .split('\n')
        .map((l) => l.split(':'))
        .find((p) => p[2] === String(gid))?.[0] ?? String(gid);
    return {
      name: 'helper',
      state: 'bad',
      sentence: `Only the group '${group}' may run the helper, and you are not in it: join it, then log in again.`,
      command: `sudo usermod -aG ${group} "$USER"`,
    };
  }
}

function helperCheck(helper: string): DoctorCheck {
  const forbidden = runnable(helper);
  if (forbidden !== null) return forbidden;
  if (helperThere(helper))
    return { name: 'helper', state: 'ok', sentence: `The capture helper is built: ${helper}.`, command: null };
  const { sentence, command } = readinessOf(helper, [], { missing: true });
  return { name: 'helper', state: 'bad', sentence, command };
}

function interfaceCheck(lines: readonly HelperLine[]): DoctorCheck {
  const all = lines.filter((l) => l.type === 'interface');
  const up = all.filter((l) => l['up'] === true && l['loopback'] !== true && l['name'] !== 'any');
  if (up.length > 0)
    return {
      name: 'interfaces',
      state: 'ok',
      sentence: `${up.length === 1 ? 'One interface is' : `${up.length} interfaces are`} up: ${up
        .slice(0, 6)
        .map((l) => String(l['name']))
        .join(', ')}.`,
      command: null,
    };
  const down = all.find(
    (l) =>
      l['up'] !== true &&
      l['loopback'] !== true &&
      l['name'] !== 'any' &&
      !/^(bluetooth|nflog|nfqueue|dbus|usbmon)/.test(String(l['name'])),
  );
  if (down === undefined)
    return { name: 'interfaces', state: 'warning', sentence: 'No interface but loopback is there.', command: null };
  return {
    name: 'interfaces',
    state: 'warning',
    sentence: `No interface but loopback is up; ${String(down['name'])} is down.`,
    command: process.platform === 'linux' ? `sudo ip link set ${String(down['name'])} up` : null,
  };
}

function diskCheck(folder: string): DoctorCheck {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const gigabytes = `${(free / 1e9).toFixed(1)} GB`;
  return free < LITTLE_ROOM
    ? {
        name: 'disk',
        state: 'warning',
        sentence: `Only ${gigabytes} are free where captures are written (${place}); the ring takes 4.1 GB when it is full.`,
        command: null,
      }
    : { name: 'disk', state: 'ok', sentence: `${gigabytes} are free where captures are written.`, command: null };
}

/** Every way a capture can fail before its first packet, each tried. @param folder where captures are written */
export async function examine(helper: string, folder: string): Promise<DoctorReport> {
  const checks: DoctorCheck[] = [helperCheck(helper)];
  let readiness: Pick<CaptureReadiness, 'ready' | 'sentence' | 'command'> = readinessOf(helper, [], { missing: true });
  if (checks[0]!.state === 'ok') {
    const lines = await askHelper(helper, ['list']);
    readiness = readinessOf(helper, lines, { missing: false });
    const failure = lines.find((l) => l.type === 'error');
    const end = lines.find((l) => l.type === 'end');
    checks.push(
      failure === undefined
        ? { name: 'library', state: 'ok', sentence: `${String(end?.['library'] ?? 'libpcap')}.`, command: null }
        : { name: 'library', state: 'bad', sentence: readiness.sentence, command: readiness.command },
    );
    if (failure === undefined) {
      checks.push({
        name: 'permission',
        state: readiness.ready ? 'ok' : 'bad',
        sentence: readiness.ready ? 'The helper may open interfaces.' : readiness.sentence,
        command: readiness.ready ? null : readiness.command,
      });
      checks.push(interfaceCheck(lines));
    }
  }
  checks.push(diskCheck(folder));
  const there = otherSources();
  const others = [
    there.dumpcap ? 'dumpcap' : null,
    there.ssh ? 'tcpdump over ssh' : null,
    there.cap ? 'npm cap' : null,
    'named pipes',
  ].filter((s) => s !== null);
  checks.push({ name: 'sources', state: 'ok', sentence: `Other sources here: ${others.join(', ')}.`, command: null });
  return { ready: readiness.ready, checks };
}
