// Where a capture filter is wrong. libpcap says what, not where: the place is found by asking about the filter's beginnings.
import type { FilterProblem } from '../../contract/index.ts';
import { askHelper } from './helper.ts';

const CONNECTOR = /^(and|or|not|&&|\|\||!|\()$/i;

/** No interface is opened. @param link pcap's number of the link type @returns null when the filter compiles for it */
export async function checkCaptureFilter(helper: string, link: number, filter: string): Promise<FilterProblem | null> {
  if (filter.trim() === '') return null;
  const words = [...filter.matchAll(/[()!]|&&|\|\||[^\s()!]+/g)].map((m) => ({ text: m[0], at: m.index, end: m.index + m[0].length }));
  const beginnings = words.slice(0, -1).map((w) => filter.slice(0, w.end));
  const lines = (await askHelper(helper, ['check', String(link), filter, ...beginnings])).filter((l) => l.type === 'filter' || l.type === 'error');
  const [whole, ...parts] = lines;
  if (whole === undefined) return { at: 0, length: filter.length, message: 'The filter could not be checked.' };
  if (whole['ok'] === true) return null;
  const message = sentence(String(whole['message']));
  // Messages that name a word of the filter point at it.
  const named = words.find((w) => w.text.length > 1 && !CONNECTOR.test(w.text) && new RegExp(`(^|[\\s'":])${w.text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}($|[\\s'":])`).test(message.slice(message.indexOf(':') + 1)));
  if (named && !/syntax error/.test(message)) return { at: named.at, length: named.text.length, message };
  let good = -1;
  parts.forEach((p, i) => { if (p['ok'] === true) good = i; });
  let wrong = good + 1;
  if (wrong < words.length - 1 && CONNECTOR.test(words[wrong]!.text)) wrong++;
  const word = words[wrong];
  return word === undefined || (wrong === words.length - 1 && CONNECTOR.test(word.text)) ? { at: filter.length, length: 0, message: `${message} at the end` } : { at: word.at, length: word.text.length, message: `${message} at '${word.text}'` };
}

function sentence(said: string): string {
  return said.replace(/^can't parse filter expression: /, '').trim() || 'syntax error';
}
