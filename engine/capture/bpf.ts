// Where a capture filter is wrong. libpcap says what, not where: the place is found by asking about the filter's beginnings.
import type { FilterProblem } from '../../contract/index.ts';
import { askHelper } from './helper.ts';
import { LONGEST_FILTER } from './plan.ts';

const CONNECTOR = /^(and|or|not|&&|\|\||!|\()$/i;

/** libpcap's time grows with the square of a filter's length: only in one this long is a mistake's place looked for. */
const LONGEST_WITH_PLACE = 1024;
/** pcap's number; which names a filter holds does not depend on the link. */
const ETHERNET = 1;
/** How the helper says that a filter holds the name of a host or network. */
const NAMES = 'names are not looked up';

/** No interface is opened, and no name server is asked: the helper refuses names of hosts. @param link pcap's number of the link type @returns null when the filter compiles for it */
export async function checkCaptureFilter(helper: string, link: number, filter: string): Promise<FilterProblem | null> {
  if (filter.trim() === '') return null;
  const nul = filter.indexOf('\0');
  if (nul >= 0) return { at: nul, length: 1, message: 'a capture filter holds no NUL character' };
  if (filter.length > LONGEST_FILTER) return { at: LONGEST_FILTER, length: filter.length - LONGEST_FILTER, message: `a capture filter has at most ${LONGEST_FILTER} characters, this one ${filter.length}` };
  const words = [...filter.matchAll(/[()!]|&&|\|\||[^\s()!]+/g)].map((m) => ({ text: m[0], at: m.index, end: m.index + m[0].length }));
  const beginnings = filter.length > LONGEST_WITH_PLACE ? [] : words.slice(0, -1).map((w) => filter.slice(0, w.end));
  const lines = (await askHelper(helper, ['check', String(link), filter, ...beginnings])).filter((l) => l.type === 'filter' || l.type === 'error');
  const [whole, ...parts] = lines;
  if (whole === undefined) return { at: 0, length: filter.length, message: 'The filter could not be checked.' };
  if (whole['ok'] === true) return null;
  const message = sentence(String(whole['message']));
  // Messages that name a word of the filter point at it.
  const named = words.find((w) => w.text.length > 1 && !CONNECTOR.test(w.text) && new RegExp(`(^|[\\s'":])${w.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[\\s'":])`).test(message.slice(message.indexOf(':') + 1)));
  if (named && !/syntax error/.test(message)) return { at: named.at, length: named.text.length, message };
  if (beginnings.length === 0 && words.length > 1) return { at: 0, length: filter.length, message };
  let good = -1;
  parts.forEach((p, i) => { if (p['ok'] === true) good = i; });
  let wrong = good + 1;
  if (wrong < words.length - 1 && CONNECTOR.test(words[wrong]!.text)) wrong++;
  const word = words[wrong];
  return word === undefined || (wrong === words.length - 1 && CONNECTOR.test(word.text)) ? { at: filter.length, length: 0, message: `${message} at the end` } : { at: word.at, length: word.text.length, message: `${message} at '${word.text}'` };
}

/** What a filter for another program than our helper names that would be looked up, in words, or null. */
export async function nameLookedUp(helper: string, filter: string): Promise<string | null> {
  const problem = await checkCaptureFilter(helper, ETHERNET, filter);
  return problem?.message.startsWith(NAMES) === true ? `${problem.message}.` : null;
}

function sentence(said: string): string {
  return said.replace(/^can't parse filter expression: /, '').trim() || 'syntax error';
}
