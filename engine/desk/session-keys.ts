// Keys of the sessions that a capture holds, as a key log: of what is in use, the lines whose client random the capture
// has. What Wireshark calls 'Export TLS Session Keys'.
import { type Message, SaidError, say } from '../../contract/index.ts';
import { type DeepWork, isWhole, keyLines, type TreeSource } from '../dissect/index.ts';
import type { TimeSlices } from '../view/index.ts';

const HELLOS = 'tls.handshake.type == 1 || dtls.handshake.type == 1';
const FIELDS = ['tls.handshake.random', 'dtls.handshake.random'];
/** Columns of the engine's own before those of fields. */
const OWN_COLUMNS = 7;
const AT_ONCE = 20_000;

export interface SessionKeys {
  readonly lines: readonly string[];
  readonly note: Message | null;
}

/** @param logs key logs of the user's and of the capture @throws SaidError where there is no key to write */
export async function sessionKeys(
  deep: DeepWork,
  s: TreeSource,
  logs: readonly string[],
  turns: TimeSlices,
): Promise<SessionKeys> {
  const all = [...new Set(logs.flatMap(keyLines))];
  if (all.length === 0) throw new SaidError(say('no-session-keys'));
  if (!isWhole(s)) return { lines: all, note: say('all-keys-written', { n: all.length }) };
  const randoms = await clientRandoms(deep, s, turns);
  const lines = all.filter((line) => randoms.has(line.split(' ')[1]!.toLowerCase()));
  if (lines.length === 0) throw new SaidError(say('no-keys-of-capture', { n: all.length }));
  return { lines, note: null };
}

/** Of every hello of a client, in hexadecimal. */
async function clientRandoms(deep: DeepWork, s: TreeSource, turns: TimeSlices): Promise<Set<string>> {
  return deep.alone(async () => {
    await deep.load(s, () => ({ name: 'whole', rows: [] }), turns, FIELDS);
    const randoms = new Set<string>();
    for (let skip = 0, more = true; more; skip += AT_ONCE) {
      const { frames } = await deep.ask({ do: 'match', filter: HELLOS, skip, limit: AT_ONCE });
      more = frames.length === AT_ONCE;
      for (let left = [...frames]; left.length > 0;) {
        const orders = { details: { of: 'none' }, columns: true, bytes: false } as const;
        const { packets } = await deep.ask({ do: 'print', frames: left, ...orders });
        for (const { columns } of packets)
          for (const text of columns.slice(OWN_COLUMNS))
            for (const random of text.split(',')) randoms.add(random.replaceAll(':', '').toLowerCase());
        left = left.slice(packets.length);
        await turns.rest();
      }
    }
    return randoms;
  });
}
