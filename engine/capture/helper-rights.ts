// What the helper's file lets whom do on Linux: its capabilities, group and mode, as `getcap` and `ls -l` say them.
import { type DoctorCheck, say } from '../../contract/index.ts';
import { setcapCommand } from './linux-cause.ts';

export interface HelperFile {
  /** Permission bits, those of setuid and setgid among them. */
  readonly mode: number;
  /** The group's name, or its number where it has none. */
  readonly group: string;
  /** Number of the user's group, null where there is none. */
  readonly own: number | null;
  /** What `getcap` says of it, '' for no capabilities; null where getcap is not installed. */
  readonly capabilities: string | null;
}

const SETUID = 0o4000;
const WRITTEN_BY_OTHERS = 0o022;
const RUN_BY_ALL = 0o001;

/** Names and flags as getcap writes them, like 'cap_net_admin,cap_net_raw=eip'; '' where the file has none. */
export function namedCapabilities(said: string): string {
  return /\s(?:= )?(cap_[a-z_,]+[=+][eip]+)\s*$/.exec(said)?.[1] ?? '';
}

/** Who may capture by this file, and whether that is more than was meant. */
export function rightsCheck(helper: string, file: HelperFile): DoctorCheck {
  const quoted = `'${helper.replaceAll("'", "'\\''")}'`;
  const mode = (file.mode & 0o7777).toString(8).padStart(4, '0');
  const { group } = file;
  const capabilities = file.capabilities === null ? null : namedCapabilities(file.capabilities);
  const check = (
    state: DoctorCheck['state'],
    sentence: DoctorCheck['sentence'],
    command: string | null,
  ): DoctorCheck => ({ name: 'rights', state, sentence, command });
  if ((file.mode & SETUID) !== 0)
    return check('bad', say('helper-setuid', { group, mode }), `sudo chmod u-s ${quoted}`);
  if ((file.mode & WRITTEN_BY_OTHERS) !== 0)
    return check('bad', say('helper-written-by-others', { group, mode }), `chmod go-w ${quoted}`);
  if (capabilities === null) return check('warning', say('helper-no-getcap', { group, mode }), null);
  if (capabilities === '') return check('ok', say('helper-no-capabilities', { group, mode }), null);
  if ((file.mode & RUN_BY_ALL) !== 0)
    return check(
      'warning',
      say('helper-for-everybody', { capabilities, group, mode }),
      setcapCommand(helper, file.own),
    );
  return check('ok', say('helper-for-group', { capabilities, group, mode }), null);
}
