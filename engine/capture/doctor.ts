// Tells why capturing does not work on this machine, and the command that mends it.
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { type CaptureReadiness, type DoctorCheck, type DoctorReport, say } from '../../contract/index.ts';
import { askHelper, helperThere, type HelperLine } from './helper.ts';
import { readinessOf } from './interfaces.ts';
import { rightsCheck } from './helper-rights.ts';
import { linuxFacts, text } from './linux-cause.ts';
import { otherSources } from './other-sources.ts';

const LITTLE_ROOM = 2e9;

function groupName(gid: number): string {
  const groups = text('/etc/group')
    .split('\n')
    .map((l) => l.split(':'));
  return groups.find((p) => p[2] === String(gid))?.[0] ?? String(gid);
}

/** Capabilities, group and mode of the helper's file; nothing where the system has none, or the file is not there. */
function rightsOf(helper: string): readonly DoctorCheck[] {
  const stat = process.platform === 'linux' ? statSync(helper, { throwIfNoEntry: false }) : undefined;
  if (stat === undefined) return [];
  const { fileCapabilities: capabilities, group: own } = linuxFacts(helper);
  return [rightsCheck(helper, { mode: stat.mode, group: groupName(stat.gid), own, capabilities })];
}

function runnable(helper: string): DoctorCheck | null {
  if (!existsSync(helper)) return null;
  try {
    accessSync(helper, constants.X_OK);
    return null;
  } catch {
    const group = groupName(statSync(helper).gid);
    return {
      name: 'helper',
      state: 'bad',
      sentence: say('helper-group', { group }),
      command: `sudo usermod -aG ${group} "$USER"`,
    };
  }
}

function helperCheck(helper: string): DoctorCheck {
  const forbidden = runnable(helper);
  if (forbidden !== null) return forbidden;
  if (helperThere(helper))
    return { name: 'helper', state: 'ok', sentence: say('helper-built', { path: helper }), command: null };
  const { sentence, command } = readinessOf(helper, [], { missing: true });
  return { name: 'helper', state: 'bad', sentence, command };
}

function interfaceCheck(lines: readonly HelperLine[]): DoctorCheck {
  const all = lines.filter((l) => l.type === 'interface');
  const up = all.filter((l) => l['up'] === true && l['loopback'] !== true && l['name'] !== 'any');
  const names = up.slice(0, 6).map((l) => String(l['name']));
  if (up.length > 0)
    return {
      name: 'interfaces',
      state: 'ok',
      sentence:
        up.length === 1 ? say('one-interface-up', { names }) : say('interfaces-up', { count: up.length, names }),
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
    return { name: 'interfaces', state: 'warning', sentence: say('only-loopback'), command: null };
  return {
    name: 'interfaces',
    state: 'warning',
    sentence: say('only-loopback-up', { name: String(down['name']) }),
    command: process.platform === 'linux' ? `sudo ip link set ${String(down['name'])} up` : null,
  };
}

function diskCheck(folder: string): DoctorCheck {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const room = `${(free / 1e9).toFixed(1)} GB`;
  return free < LITTLE_ROOM
    ? { name: 'disk', state: 'warning', sentence: say('little-room', { free: room, place }), command: null }
    : { name: 'disk', state: 'ok', sentence: say('room', { free: room }), command: null };
}

/** Every way a capture can fail before its first packet, each tried. @param folder where captures are written */
export async function examine(helper: string, folder: string): Promise<DoctorReport> {
  const checks: DoctorCheck[] = [helperCheck(helper), ...rightsOf(helper)];
  let readiness: Pick<CaptureReadiness, 'ready' | 'sentence' | 'command'> = readinessOf(helper, [], { missing: true });
  if (checks[0]!.state === 'ok') {
    const lines = await askHelper(helper, ['list']);
    readiness = readinessOf(helper, lines, { missing: false });
    const failure = lines.find((l) => l.type === 'error');
    const end = lines.find((l) => l.type === 'end');
    checks.push(
      failure === undefined
        ? {
            name: 'library',
            state: 'ok',
            sentence: say('sentence', { text: String(end?.['library'] ?? 'libpcap') }),
            command: null,
          }
        : { name: 'library', state: 'bad', sentence: readiness.sentence, command: readiness.command },
    );
    if (failure === undefined) {
      checks.push({
        name: 'permission',
        state: readiness.ready ? 'ok' : 'bad',
        sentence: readiness.ready ? say('helper-may-open') : readiness.sentence,
        command: readiness.ready ? null : readiness.command,
      });
      checks.push(interfaceCheck(lines));
    }
  }
  checks.push(diskCheck(folder));
  const there = otherSources();
  const others = [
    there.dumpcap ? 'dumpcap' : null,
    there.ssh ? say('source-ssh') : null,
    there.cap ? say('source-cap') : null,
    say('source-pipes'),
  ].filter((s) => s !== null);
  checks.push({ name: 'sources', state: 'ok', sentence: say('other-sources', { names: others }), command: null });
  return { ready: readiness.ready, checks };
}
