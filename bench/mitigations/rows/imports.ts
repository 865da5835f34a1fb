// What users bring from others: profiles, colour filters, settings, labels, rows, filters, key tables.
import { type Attack, instead, type Mitigation } from '../types.ts';

const PROFILE: Attack = {
  stride: 'T',
  threat: 'a profile of somebody else’s writes elsewhere, or names files of this machine',
  test: ['engine/desk/profiles.test.ts', 'a profile travels as one file; one from elsewhere is bounded and checked'],
  isInOrder: true,
};
const NAMES: Attack = {
  stride: 'T',
  threat: 'a profile’s name leads out of its folder',
  test: [
    'engine/desk/profiles.test.ts',
    'names that are no names of a folder, are there already, or are the default one are refused',
  ],
  isInOrder: true,
};
const COLOURS: Attack = {
  stride: 'T',
  threat: 'a rule of colours brings another one along',
  test: [
    'engine/desk/colouring.test.ts',
    "what the file of rules cannot hold is said, and a rule's name cannot bring another rule along",
  ],
};
const RANGE: Attack = {
  stride: 'T',
  threat: 'settings out of their range change verdicts without a word',
  test: ['engine/desk/memory.test.ts', 'a setting out of its range is as it is by default, and is named'],
};
const RUNAWAY: Attack = {
  stride: 'D',
  threat: 'a regular expression of a filter runs for years',
  test: [
    'engine/filter/filter.test.ts',
    'regular expressions run in linear time, or are refused where they branch too much',
  ],
};
const BOUNDED: Attack = {
  stride: 'D',
  threat: 'a filter that cannot be matched in bounded time',
  test: ['engine/filter/filter.test.ts', 'what cannot be matched in bounded time is refused by name'],
};
const CELLS: Attack = {
  stride: 'T',
  threat: 'rows that are exported command a terminal',
  test: [
    'engine/exchange/exchange.test.ts',
    'goodx cells hold nothing that a terminal obeys, and what is written is what is read again',
  ],
};
const KEYS: Attack = {
  stride: 'I',
  threat: 'keys that were refused stay in an answer, a log or a folder',
  test: [
    'engine/desk/packet-work.test.ts',
    'keys of tables that are refused reach neither the answer nor the user’s folders',
  ],
};
const COMMENTS: Attack = {
  stride: 'T',
  threat: 'a comment in a capture passes as our label',
  test: ['engine/exchange/marked-capture.test.ts', 'only our own comments say labels, and tags say none'],
};

export const IMPORTS: readonly Mitigation[] = [
  instead(
    'IMP-01',
    'a profile’s name is one of a folder',
    'engine/desk/profiles.ts',
    "if (!isProfileName(name)) throw new Refused('refused', say('profile-name', { name, max: MAX_PROFILE_NAME }));\n    if",
    'if',
    NAMES,
  ),
  instead(
    'IMP-02',
    'a profile that is used is one of those here',
    'engine/desk/profiles.ts',
    'const there = isProfileName(name) && statSync',
    'const there = statSync',
    NAMES,
  ),
  instead(
    'IMP-03',
    'an imported profile has a name of its own where its own is none',
    'engine/desk/profiles.ts',
    "typeof called === 'string' && isProfileName(called) ? called : 'Profile'",
    "typeof called === 'string' ? called : 'Profile'",
    PROFILE,
  ),
  instead(
    'IMP-04',
    'rules of colours that are none do not come along',
    'engine/desk/profiles.ts',
    "typeof value === 'string' ? rulesOnly(value) : null",
    "typeof value === 'string' ? value : null",
    PROFILE,
  ),
  instead(
    'IMP-05',
    'what names files of a machine does not travel',
    'engine/desk/profiles.ts',
    'return JSON.stringify(travelling(file, value), null, 1);',
    'return JSON.stringify(value, null, 1);',
    PROFILE,
  ),
  instead(
    'IMP-06',
    'a name of a colour rule holds no line end',
    'engine/desk/colouring.ts',
    "if (/[@\\r\\n]/.test(name)) return say('colour-odd-name');",
    '',
    COLOURS,
  ),
  instead(
    'IMP-07',
    'a filter of a colour rule holds no line end',
    'engine/desk/colouring.ts',
    "return /[@\\r\\n]/.test(filter) ? say('colour-odd-filter') : null;",
    'return null;',
    COLOURS,
  ),
  instead(
    'IMP-08',
    'settings are held to their ranges',
    'engine/desk/memory.ts',
    "say('setting-is-nothing', { key }) : SETTING_SHAPES[key].check(said, key);",
    "say('setting-is-nothing', { key }) : null;",
    RANGE,
  ),
  instead(
    'IMP-09',
    'cells of exported rows hold nothing that a terminal obeys',
    'engine/exchange/goodx.ts',
    "return plainText(text.replace(/[,\\r\\n]+/g, ' '));",
    "return text.replace(/[,\\r\\n]+/g, ' ');",
    CELLS,
  ),
  instead(
    'IMP-10',
    'a refused table of keys is said by its line',
    'engine/desk/key-table-handlers.ts',
    "throw new Refused('refused', line > 0 ? say('table-line-wrong', { table, line }) : say('table-wrong', { table }));",
    'throw new Error(`${table}: ${text}`);',
    KEYS,
  ),
  instead(
    'IMP-11',
    'only comments of ours are labels',
    'engine/exchange/marked-capture.ts',
    'const said = comments.filter((c) => c.startsWith(OURS)).at(-1);',
    'const said = comments.at(-1);',
    COMMENTS,
  ),
  instead(
    'IMP-12',
    'a pattern branches so much only',
    'engine/filter/pattern.ts',
    'const MAX_BRANCHES = 20;',
    'const MAX_BRANCHES = 1e9;',
    RUNAWAY,
  ),
  instead(
    'IMP-13',
    'a pattern is so long only',
    'engine/filter/pattern.ts',
    'const MAX_PATTERN = 1_000;',
    'const MAX_PATTERN = 1e9;',
    BOUNDED,
  ),
  instead(
    'IMP-14',
    'lists of what never hits do not travel',
    'engine/desk/profiles.ts',
    "['rules', 'indicators', 'allow', 'variables']",
    "['rules', 'indicators', 'variables']",
    PROFILE,
  ),
];
