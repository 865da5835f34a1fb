// Whether bytes are a DNS message, on ports that do not say so.
import { u16 } from '../decode/index.ts';
import { parseDns } from './dns.ts';

/** Multicast DNS asks for many services at once (RFC 6762, 5.3). */
const MAX_QUESTIONS = 32;

/** A DNS message that parses, with counts and a first question that exist in practice. */
export function isMessage(b: Uint8Array, at: number, end: number): boolean {
  if (end - at < 12) return false;
  const opcode = (b[at + 2]! >> 3) & 15;
  const questions = u16(b, at + 4);
  const records = u16(b, at + 6) + u16(b, at + 8) + u16(b, at + 10);
  if (opcode > 5 || opcode === 3 || questions > MAX_QUESTIONS || records > 200 || (b[at + 3]! & 0x40) !== 0)
    return false;
  if (questions === 0 && records === 0) return false;
  if (end - at < 12 + questions * 5 + records * 11) return false;
  const m = parseDns(b, at, end);
  return m !== null && (questions === 0 ? m.response : isType(m.type));
}

/** Types of records that are asked for (IANA, DNS parameters). */
function isType(type: number): boolean {
  return type > 0 && (type <= 110 || (type >= 249 && type <= 260) || (type >= 32_768 && type <= 32_769));
}

/** What tshark takes for DNS by content: one question of a known type and class IN, and nothing out of proportion. */
export function isPlainQuestion(b: Uint8Array, at: number, end: number): boolean {
  if (
    end - at < 17 ||
    b[at + 4] !== 0 ||
    b[at + 5] !== 1 ||
    (b[at + 2]! & 0x78) !== 0 ||
    b[at + 6] !== 0 ||
    b[at + 8] !== 0 ||
    b[at + 10] !== 0
  )
    return false;
  const m = parseDns(b, at, end);
  return (
    m !== null && m.name.length > 3 && m.name.includes('.') && /^[\w.-]+$/.test(m.name) && m.type > 0 && m.type < 260
  );
}
