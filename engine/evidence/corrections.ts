// What is corrected after the sum of an incident: pairs that say more together, and devices that talk to their maker.
import { type Message, say } from '../../contract/index.ts';
import { added, NONE } from '../observe/index.ts';

export type Correction =
  | { readonly kind: 'pair'; readonly points: number; readonly said: Message }
  | { readonly kind: 'cap'; readonly points: number; readonly said: Message };

/** What is known of the incident's flow beside its rules. */
export interface CorrectionView {
  readonly pc: boolean;
  /** All requests name a host that is no address; null without requests. */
  readonly namedHosts: boolean | null;
  /** The incident is with a registered name that was asked for, and no address. */
  readonly byName: boolean;
}

const ODD_CLIENT = ['http-odd-agent', 'http-no-agent'];
const BARE_POST = ['http-post-bare', 'http-post-few-headers'];
const DEVICE_LIKE = new Set([
  ...ODD_CLIENT,
  ...BARE_POST,
  'http-no-host',
  'http-poll',
  'repeated-post',
  'regular-starts',
  'regular-starts-unknown-peer',
  'regular-many',
  'opaque-body',
  'elf-from-store',
  'model-witness',
]);
const DEVICE_CAP = 2;

/** @param rules names of the rules that the incident has within the hour @param sum before corrections */
export function correctionOf(rules: readonly string[], sum: number, v: CorrectionView): readonly Correction[] {
  let found: readonly Correction[] = NONE;
  const has = (names: readonly string[]): boolean => names.some((n) => rules.includes(n));
  if (has(ODD_CLIENT) && has(BARE_POST))
    found = added(found, { kind: 'pair', points: 1, said: say('pair-odd-client-bare-post') });
  if (rules.includes('smtp-login-in-clear') && rules.includes('smtp-ehlo-bare-host'))
    found = added(found, { kind: 'pair', points: 1, said: say('pair-mail') });
  if (
    pointsAfter(sum, found) > DEVICE_CAP &&
    !v.byName &&
    !v.pc &&
    v.namedHosts === true &&
    rules.every((r) => DEVICE_LIKE.has(r))
  )
    found = added(found, { kind: 'cap', points: DEVICE_CAP, said: say('cap-device') });
  return found;
}

/** A sum after its corrections. */
export function pointsAfter(sum: number, corrections: readonly Correction[]): number {
  return corrections.reduce((points, c) => (c.kind === 'cap' ? Math.min(points, c.points) : points + c.points), sum);
}
