// What an address of releases answers, which somebody between may have written.
import { type Attack, instead, type Mitigation } from '../types.ts';

const FILE = 'engine/exchange/releases.ts';
const FORGED: Attack = {
  stride: 'S',
  threat: 'a notice of somebody else’s leads the user to a program of theirs',
  test: [
    'engine/exchange/releases.test.ts',
    'a notice that is not signed with our key is not believed, whatever it says',
  ],
};
const FROZEN: Attack = {
  stride: 'T',
  threat: 'an old notice is shown for ever, or one that nobody of us would write',
  test: [
    'engine/exchange/releases.test.ts',
    'an old notice that is shown for ever, and one that is damaged, are said to be',
  ],
};
const BACK: Attack = {
  stride: 'T',
  threat: 'the user is led back to a version with known errors',
  test: ['engine/exchange/releases.test.ts', 'a newer release is told with the files of this system'],
};
const ASKED: Attack = {
  stride: 'I',
  threat: 'it is asked in clear text, or without end',
  test: [
    'engine/exchange/releases.test.ts',
    'only https and loopback are asked, answers are bounded, and nothing is asked where nothing was given',
  ],
};

export const RELEASES: readonly Mitigation[] = [
  instead(
    'REL-01',
    'a notice is believed with our signature only',
    FILE,
    'if (!keys.some((key) => verify(null, text, key, signed)))',
    'if (keys.length === 0)',
    FORGED,
  ),
  instead(
    'REL-02',
    'a key is one of Ed25519',
    FILE,
    "return keys.every((key) => key.asymmetricKeyType === 'ed25519') ? keys : null;",
    'return keys;',
    FORGED,
  ),
  instead(
    'REL-03',
    'a notice has a last day',
    FILE,
    'if (now > Date.parse(`${notice.until}T23:59:59Z`))',
    'if (now < 0)',
    FROZEN,
  ),
  instead(
    'REL-04',
    'names of files are plain ones',
    FILE,
    'const FILE_NAME = /^[\\w.+-]{1,120}$/;',
    'const FILE_NAME = /^/;',
    FROZEN,
  ),
  instead(
    'REL-05',
    'the page is one of https without control characters',
    FILE,
    "if (typeof page !== 'string' || !/^https:\\/\\/[^\\s]{1,500}$/.test(page) || plainText(page) !== page) return null;",
    "if (typeof page !== 'string') return null;",
    FROZEN,
  ),
  instead(
    'REL-06',
    'nobody is led to an older version',
    FILE,
    'if (compared(version, running.version) <= 0)',
    'if (version === running.version)',
    BACK,
  ),
  instead(
    'REL-07',
    'only https is asked beyond this machine',
    FILE,
    "const mayAsk = url?.protocol === 'https:' || (url?.protocol === 'http:' && LOOPBACK.has(url.hostname));",
    "const mayAsk = url?.protocol === 'https:' || url?.protocol === 'http:';",
    ASKED,
  ),
  instead(
    'REL-08',
    'an answer is so large only',
    FILE,
    "if (size > most) return say('release-large', { bytes: most });",
    '',
    ASKED,
  ),
  instead(
    'REL-09',
    'each address on the way is looked at',
    FILE,
    "redirect: 'manual' });",
    "redirect: 'follow' });",
    ASKED,
  ),
];
