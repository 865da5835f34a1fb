// Finds where a capture filter is wrong. libpcap says what is wrong but not where; the place is the first word with
// which the beginning of the filter can no longer be completed. It is found by having beginnings compiled with
// completions of every kind behind them.
import { type FilterProblem, english, foreign, type Message, say } from '../../contract/index.ts';
import { askHelper } from './helper.ts';
import { LONGEST_FILTER } from './plan.ts';

interface Word {
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** What libpcap's scanner takes apart, as far as a place needs it; names hold dots, colons, dashes and backslashes. */
const WORD = /&&|\|\||<<|>>|[<>!=]=|[()[\]!=<>&|+*/%^]|[^\s()[\]!=<>&|+*/%^]+/g;

/**
 * What may follow a beginning that is right, so that the whole is a filter: values of each kind (pcap-filter(7)), a
 * qualifier that waits for its value, the rest of a comparison. A beginning that none of them completes is wrong.
 */
const COMPLETIONS: readonly string[] = [
  '',
  ' 1',
  ' tcp',
  ' 1.2.3.4',
  ' 10.0.0.0/8',
  ' 32',
  ' 128',
  ' 255.255.255.255',
  ' ::1',
  ' fe80::/10',
  ' 00:11:22:33:44:55',
  ' 1-2',
  ' 0x0800',
  ' 1.1',
  ' host 1.2.3.4',
  ' host 00:11:22:33:44:55',
  ' host ::1',
  ' port 1',
  ' portrange 1-2',
  ' net 10',
  ' proto 6',
  ' dst host 1.2.3.4',
  ' dst port 1',
  ' dst 00:11:22:33:44:55',
  ' dst 1.2.3.4',
  ' 1.2.3.4 and 1.2.3.4',
  ' broadcast',
  ' mgt',
  ' beacon',
  ' tods',
  ' = 1',
  ' > 1',
  ' 1 = 1',
  ' = 1.2.3.4',
  ' [0] = 1',
  ' udp',
];
/** Within brackets: an offset is still to come, or its end. */
const IN_BRACKETS: readonly string[] = ['] = 1', ' 0] = 1', ' 1] = 1', ' + 1] = 1', ' 0:1] = 1', ' = 1'];

/** Completions that are tried before all the others. */
const FEW = 4;

/** Time for finding the place, ms; on a machine that has no time it is a rougher one. */
const MOST_MS = 1_500;
const MAX_DEPTH = 200;

/**
 * libpcap's time grows with the square of a filter's length: only in one that is no longer is a place looked for by
 * asking.
 */
const LONGEST_WITH_PLACE = 1024;
/** pcap's number; which names a filter holds does not depend on the link. */
const ETHERNET = 1;
/** How the helper says that a filter holds the name of a host or network. */
const NAMES = 'names are not looked up';
/** A zero byte ends what is handed to a program. */
const NUL = '\0';

interface Answer {
  readonly ok: boolean;
  readonly message: string;
}
type Ask = (filters: readonly string[]) => Promise<readonly Answer[]>;

/** What libpcap says of a filter that it has parsed and that contradicts itself. */
const CONTRADICTION = /rejects all packets/;

/**
 * No interface is opened, and no name server is asked: the helper refuses names of hosts.
 * @param link pcap's number of the link type
 * @param patience ms for finding the place
 * @returns null when the filter compiles for it
 */
export async function checkCaptureFilter(
  helper: string,
  link: number,
  filter: string,
  patience = MOST_MS,
): Promise<FilterProblem | null> {
  const ask: Ask = async (filters) => {
    const lines = await askHelper(helper, ['check', String(link), ...filters]);
    return lines
      .filter((l) => l.type === 'filter' || l.type === 'error')
      .map((l) => ({ ok: l['ok'] === true, message: String(l['message']) }));
  };
  return findProblem(filter, ask, patience);
}

/**
 * @param ask compiles each filter and says of each in turn whether that went well
 * @param patience ms for finding the place
 * @returns null when the filter compiles
 */
export async function findProblem(filter: string, ask: Ask, patience = MOST_MS): Promise<FilterProblem | null> {
  if (filter.trim() === '') return null;
  const nul = filter.indexOf(NUL);
  if (nul >= 0) return { at: nul, length: 1, message: say('no-nul-here') };
  if (filter.length > LONGEST_FILTER) {
    return {
      at: LONGEST_FILTER,
      length: filter.length - LONGEST_FILTER,
      message: say('filter-too-long-here', { max: LONGEST_FILTER, length: filter.length }),
    };
  }
  const [whole] = await ask([filter]);
  if (whole === undefined) return { at: 0, length: filter.length, message: say('filter-not-checked') };
  if (whole.ok) return null;
  const said = plainSaid(whole.message);
  const message = messageOf(said);
  const words = wordsOf(filter);
  const named = wordNamed(words, said);
  if (named !== null) return { at: named.at, length: named.text.length, message };
  if (filter.length > LONGEST_WITH_PLACE) return { at: 0, length: filter.length, message };
  // A beginning may contradict itself and still parse. That is not the mistake when the whole filter has another one.
  const fine = (answer: Answer): boolean =>
    answer.ok || (!CONTRADICTION.test(said) && CONTRADICTION.test(answer.message));
  const [first, last] = await firstWrong(
    filter,
    words,
    async (filters) => (await ask(filters)).some(fine),
    performance.now() + patience,
  );
  const from = words[first];
  if (from === undefined) return { at: filter.length, length: 0, message: say('wrong-at-end', { what: message }) };
  const to = words[last]!;
  // A mask such as `/33` is shown as one word.
  const at = first > 0 && words[first - 1]!.text === '/' ? words[first - 1]!.at : from.at;
  const text = filter.slice(at, to.end);
  return { at, length: text.length, message: say('wrong-at', { what: message, text }) };
}

function wordsOf(filter: string): Word[] {
  return [...filter.matchAll(WORD)].map((m) => ({ text: m[0], at: m.index, end: m.index + m[0].length }));
}

/**
 * The word that a message quotes, where the filter holds it once; a message about a qualifier quotes what applies it.
 */
function wordNamed(words: readonly Word[], message: string): Word | null {
  const quoted = [...message.matchAll(/'([^']+)'|"([^"]+)"/g)].map((m) => m[1] ?? m[2]!);
  for (const text of quoted) {
    const found = words.filter((w) => w.text === text);
    if (found.length === 1) return found[0]!;
  }
  return null;
}

/** Words that may stand behind the first `n`, closing what is open. */
function completed(filter: string, words: readonly Word[], n: number): string[] {
  const beginning = n === 0 ? '' : filter.slice(0, words[n - 1]!.end);
  let round = 0;
  let square = 0;
  for (const { text } of words.slice(0, n)) {
    if (text === '(') round++;
    else if (text === ')') round--;
    else if (text === '[') square++;
    else if (text === ']') square--;
  }
  const close = ')'.repeat(Math.min(MAX_DEPTH, Math.max(0, round)));
  const inside = square > 0 ? IN_BRACKETS : COMPLETIONS;
  const closed = inside.map((c) => `${beginning}${c}${close}`);
  // Parentheses may hold a number, and then a comparison may follow them.
  return round > 0 ? [...closed, ...['', ' 1', ' 0] '].map((c) => `${beginning}${c}${close} = 1`)] : closed;
}

/**
 * @returns the first word after which nothing completes the beginning, and the last that may be it; the number of words
 * when only the end is missing
 * @param until ms of the monotonic clock, after which the place stays as rough as it is
 */
async function firstWrong(
  filter: string,
  words: readonly Word[],
  anyFine: (filters: readonly string[]) => Promise<boolean>,
  until: number,
): Promise<readonly [number, number]> {
  // A filter that is complete or nearly so is found with few questions, since compiling a long filter takes a while,
  // and a correct one the longest.
  const bad = async (n: number): Promise<boolean> => {
    const all = completed(filter, words, n);
    for (const some of [all.slice(0, 1), all.slice(1, FEW), all.slice(FEW)])
      if (some.length > 0 && (await anyFine(some))) return false;
    return true;
  };
  if (!(await bad(words.length))) return [words.length, words.length];
  // The first `low` words can be completed, the first `high` cannot: so it is for every longer beginning.
  let low = 0;
  let high = words.length;
  while (high - low > 1 && performance.now() < until) {
    const middle = (low + high) >> 1;
    if (await bad(middle)) high = middle;
    else low = middle;
  }
  return [low, high - 1];
}

/** What a filter for another program than our helper names that would be looked up, or null. */
export async function nameLookedUp(helper: string, filter: string): Promise<Message | null> {
  const problem = await checkCaptureFilter(helper, ETHERNET, filter);
  if (problem === null || !english(problem.message).startsWith(NAMES)) return null;
  return say('sentence', { text: problem.message });
}

/** A message of ours where the helper refuses a name; else libpcap's own words. */
function messageOf(said: string): Message {
  if (said === '') return say('syntax-error');
  const name = said.startsWith(NAMES) ? /'(.*)'$/s.exec(said)?.[1] : undefined;
  return name === undefined ? foreign(said) : say('names-not-looked-up', { name });
}

/** What libpcap says, without the words before it; '' where it says nothing but that it is wrong. */
function plainSaid(said: string): string {
  const text = said.replace(/^can't parse filter expression: /, '').trim();
  return text === 'syntax error' ? '' : text;
}
