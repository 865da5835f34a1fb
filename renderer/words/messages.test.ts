// Both languages have every message, with the same values; and no English of ours is left in the Chinese one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ENGLISH, type MessageKey, messageText, type MessageValue } from '../../contract/index.ts';
import { MESSAGES_ZH } from './messages-zh.ts';

const KEYS = Object.keys(ENGLISH) as MessageKey[];
const CHINESE = { table: MESSAGES_ZH, comma: '、' };

/** Commands, options and names of programs are typed as they are in every language. */
const TYPED = [
  /editcap -F pcapng IN OUT\.pcapng/g,
  /etl2pcapng IN OUT\.pcapng/g,
  /text2pcap IN OUT\.pcapng/g,
  /unzip (?:-p )?IN(?: \| sightline flows -)?/g,
  /(?:7z x|unrar x|tar xf|unlzma|uncompress|lzip -d|snzip -d|xz -dc) IN/g,
  /git (?:lfs pull|annex get IN)/g,
  /tshark -T json/g,
  /tcpdump -w FILE/g,
  /npm (?:cap|run (?:build|cap))/g,
  /path,source,label,family/g,
  /goodx|badx/g,
  /==, !=|contains|matches|\b(?:in|and|or)\b/g,
];

function places(template: string): string[] {
  return [...template.matchAll(/\{(\w+)/g)].map((m) => m[1]!);
}

test('both tables have the same keys, and each message the same values', () => {
  assert.deepEqual(Object.keys(MESSAGES_ZH).toSorted(), KEYS.toSorted());
  for (const key of KEYS)
    assert.deepEqual(new Set(places(MESSAGES_ZH[key])), new Set(places(ENGLISH[key])), `places of ${key}`);
});

test('every message that the host can send is Chinese in the Chinese window, but for values and what is typed', () => {
  for (const key of KEYS) {
    const values = Object.fromEntries(places(ENGLISH[key]).map((name): [string, MessageValue] => [name, '〈〉']));
    const shown = messageText({ say: key, values }, CHINESE);
    assert.doesNotMatch(shown, /\{\w/, `${key} has a place that is not filled`);
    const plain = TYPED.reduce((text, typed) => text.replace(typed, ''), shown);
    assert.doesNotMatch(plain, /[A-Za-z]{2,}[ ,]+[a-z]{2,}[ ,]+[a-z]{2,}/, `${key}: ${shown}`);
    // Whoever has letters in English and neither a Chinese character nor a value was forgotten.
    const names = TYPED.reduce((text, typed) => text.replace(typed, ''), ENGLISH[key]);
    if (/[a-z]{3} [a-z]{2}/.test(names)) assert.match(shown, /[\u4e00-\u9fff]|〈〉/, `${key}: ${shown}`);
  }
});
