// What a window sends, before anything is done with it: bytes are a message or nothing, a request fits its shape or is
// refused with a sentence and a place, what fits travels and comes back equal, and no path is taken that the host did
// not give out.
import type * as Contract from '../../contract/index.ts';
import { REQUESTS, type RequestKind } from '../../contract/index.ts';
import { latin } from './conversations.ts';
import { seedBodies } from './request-seeds.ts';
import { type Load, type Target, words } from './target.ts';
import { latinText } from './tokens.ts';

const MARK = '"\\u0000column"';
/** What stands for a file that a person chose. */
const TAKEN = '/chosen/by/a/person';
/** Names of fields that are files or folders of the machine, told without the schemas. */
const NAMES_FILE = /^(?:paths?|folder|hostsFile|placesFile|networksFile)$/;
const MOST_UNITS = 20_000_000;

/** A message as the wire has it: the length of its JSON, the JSON, and some bytes for its columns. */
function framed(json: Uint8Array): Uint8Array {
  const start = Math.ceil((4 + json.length) / 8) * 8;
  const out = new Uint8Array(start + 64);
  new DataView(out.buffer).setUint32(0, json.length, true);
  out.set(json, 4);
  for (let i = start; i < out.length; i++) out[i] = i * 37;
  return out;
}

/** @throws where a sentence is none, or is without end */
export function spoken(text: string): void {
  if (text === '' || text.length > 20_000 || /\{\w+\}/.test(text.replaceAll(/["'].*["']/g, '')))
    throw new Error(`a sentence that is none: ${JSON.stringify(text.slice(0, 200))}`);
}

/** @throws where a file is named by anything but what a person chose */
function onlyTaken(value: unknown, name: string): void {
  if (Array.isArray(value)) for (const one of value) onlyTaken(one, name);
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) onlyTaken(inner, key);
  else if (typeof value === 'string' && NAMES_FILE.test(name) && value !== TAKEN)
    throw new Error(`${name} names ${value}`);
}

export async function contractTargets(load: Load): Promise<Target[]> {
  const { REQUESTS: requests, decode, encode, english, transferable, unitsOf } = await load<typeof Contract>('index');
  /** As the wire has numbers: it has no infinity and one zero. */
  const same = (message: unknown): void => {
    const sent = encode(message);
    if (Buffer.compare(encode(decode(sent)), sent) !== 0) throw new Error('another message after it was sent');
  };
  /** What was read is bounded, can be written and is the same when it is read again. */
  const comesBack = (message: unknown): void => {
    const units = unitsOf(message);
    if (units !== Infinity && units > MOST_UNITS) throw new Error(`${units} units`);
    transferable(message);
    same(message);
  };
  const kinds = Object.keys(REQUESTS) as RequestKind[];
  const requestsOf = kinds.flatMap((kind) => seedBodies(kind).map((body) => latin(JSON.stringify({ kind, body }))));
  const columns = [
    `{"id":1,"a":{${MARK}:"Uint8Array","length":3},"b":[{${MARK}:"Float64Array","length":2}]}`,
    `{${MARK}:"Uint16Array","length":-1}`,
    `[{${MARK}:"toString","length":1},{${MARK}:"Int32Array","length":1e9},{"length":1,${MARK}:"Uint32Array"}]`,
  ];

  return [
    {
      name: 'wire',
      limit: 600,
      seeds: [
        ...columns.map((text) => framed(latin(text))),
        encode({ id: 1, kind: 'hello', body: { client: 'a' }, columns: [Float32Array.of(1, 2), Uint8Array.of(1)] }),
        new Uint8Array(3),
      ],
      words: words(MARK, '"length":', '"Uint8Array"', '"Float64Array"', '{', '}', '[', ']', '1e9', 'null', '-1'),
      run: (data) => {
        const message = decode(data);
        if (message !== null) comesBack(message);
      },
    },
    {
      name: 'wire-text',
      limit: 600,
      isText: true,
      seeds: [...columns.map(latin), ...requestsOf.slice(0, 4)],
      words: words(MARK, '"length":1', '"Uint8Array"', '"Int32Array"', '"Float32Array"', '"__proto__":', ','),
      run: (data) => {
        const message = decode(framed(data));
        if (message !== null) comesBack(message);
      },
    },
    {
      name: 'request',
      limit: 3_000,
      isText: true,
      seeds: requestsOf,
      words: words('"grant:"', ',', ':', '"kind":', '"body":', '"/etc/passwd"', '{"path":"/etc/passwd"}', 'NaN'),
      run: (data) => {
        let message: unknown;
        try {
          message = JSON.parse(latinText(data));
        } catch {
          return;
        }
        if (typeof message !== 'object' || message === null) return;
        const { kind, body } = message as Record<string, unknown>;
        unitsOf(message);
        if (typeof kind !== 'string' || !Object.hasOwn(requests, kind)) return;
        const request = requests[kind as RequestKind];
        const wrong = request.check(body, kind);
        if (wrong !== null) {
          const said = english(wrong);
          spoken(said);
          if (!JSON.stringify(wrong.values).includes(kind)) throw new Error(`no place in: ${said}`);
          return;
        }
        same({ body });
        const meant = request.paths?.(body, (said) => (said === null ? null : TAKEN)) ?? body;
        onlyTaken(meant, '');
        if (request.check(meant, kind) !== null) throw new Error('what is meant does not fit');
      },
    },
  ];
}
