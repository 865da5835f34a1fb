// What keeps people of one platform from each other where they share it: downloads, names, links, windows, the board.
import { instead, type Mitigation } from '../types.ts';
import { BOARD, ENDED, GUEST, LOCKING, NAMES, WAITING } from './server-attacks.ts';

export const SHARED_ROWS: readonly Mitigation[] = [
  instead(
    'SRV-65',
    'a capture has a few downloads at once',
    'platform/queue/downloads.ts',
    'const MOST_OF_ONE = 4;',
    'const MOST_OF_ONE = 1e9;',
    WAITING,
  ),
  instead(
    'SRV-66',
    'a download that was given up is not made',
    'platform/queue/downloads.ts',
    'if (given?.aborted === true) return LOST;',
    '',
    WAITING,
  ),
  instead(
    'SRV-67',
    'an invitation is looked at before names',
    'platform/accounts/accounts.ts',
    '!(await isInvited(sql, body.invitation, registration, now))',
    'false',
    NAMES,
  ),
  instead(
    'SRV-68',
    'an address is counted before names',
    'platform/accounts/accounts.ts',
    '[`login from ${networkOf(address)}`, BY_ADDRESS],',
    '',
    LOCKING,
  ),
  instead(
    'SRV-69',
    'a new password ends keys',
    'platform/accounts/accounts.ts',
    'await endKeys(q, account);',
    '',
    ENDED,
  ),
  instead(
    'SRV-70',
    'a link of a disabled account shows nothing',
    'platform/team/shares.ts',
    'AND s.expires > $2 AND a.disabled = 0',
    'AND s.expires > $2',
    ENDED,
  ),
  instead(
    'SRV-71',
    'a key administers nothing',
    'platform/server/routes-team.ts',
    'asker!.admin && asker!.session !== null',
    'asker!.admin',
    BOARD,
  ),
  instead(
    'SRV-72',
    'a window of many remembers no filter',
    'platform/window/child.ts',
    '{ ...setup.desk, isShared: true }',
    '{ ...setup.desk }',
    GUEST,
  ),
  instead(
    'SRV-73',
    'no path of the server leaves for a window',
    'platform/window/child.ts',
    'encode(withoutFolder(message, folder))',
    'encode(message)',
    GUEST,
  ),
];
