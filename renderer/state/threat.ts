// Threat rules and indicators in the window: what the host said of them last, and what a person does about them. Nothing
// is counted here.
import { create } from 'zustand';
import type {
  FlowRow,
  PacketRow,
  MetIndicator,
  PacketThreat,
  Replies,
  Request,
  RequestKind,
  RuleId,
  RuleCosts,
  RuleSource,
  ThreatState,
  ThreatWish,
} from '../../contract/index.ts';
import { sentence, word, type WordKey } from '../words/words.ts';
import { ask, goToPacket, placeFor, runJob, say, show, showPackets } from './actions.ts';
import { lightBytes, openBytes } from './byte-range.ts';
import type { Command } from './command.ts';
import { copyText } from './copy.ts';
import { chosenBytes } from './file-export.ts';
import { useStore } from './store.ts';

/** Pages in the order of the list beside them. */
export const THREAT_PAGES = ['sources', 'matched', 'met', 'never', 'slow', 'refused', 'off', 'own'] as const;
export type ThreatPage = (typeof THREAT_PAGES)[number];

/** A rule that is shown in its dialog, and the packet that it is looked at from. */
export interface ShownRule extends RuleId {
  readonly packet: PacketRow | null;
  /** What it matched on there. */
  readonly match: PacketThreat | null;
}

/** A rule that is written, and what it began as. */
export interface RuleDraft {
  readonly text: string;
  readonly of: { readonly by: 'hand' } | { readonly by: 'own'; readonly sid: number } | MadeOf;
}
interface MadeOf {
  readonly by: RuleSource['of'];
}

interface Threats {
  /** Null before the host has answered. */
  readonly state: ThreatState | null;
  /** The page that is open; null until somebody chose one. */
  readonly page: ThreatPage | null;
  /** A text that the page's table is narrowed to as it opens. */
  readonly find: string;
  readonly shown: ShownRule | null;
  readonly draft: RuleDraft;
  readonly costs: RuleCosts | null;
  /** Counts answers that changed what is asked: matches of packets are read again. */
  readonly changes: number;
}

export const useThreats = create<Threats>(() => ({
  state: null,
  page: null,
  find: '',
  shown: null,
  draft: { text: '', of: { by: 'hand' } },
  costs: null,
  changes: 0,
}));

const { getState: now, setState: set } = useThreats;

/** Asks what is loaded and what matched. */
export async function lookAtThreats(): Promise<void> {
  const state = await ask('threat', {});
  if (state !== null) set({ state });
}

type Changing = { [K in RequestKind]: Replies[K] extends ThreatState ? K : never }[RequestKind];

/** @returns whether it was done */
async function change<K extends Changing>(kind: K, body: Request<K>): Promise<boolean> {
  const state: ThreatState | null = await ask(kind, body);
  if (state === null) return false;
  set({ state, changes: now().changes + 1 });
  void settle();
  return true;
}

/** How often work under way is looked at, ms. */
const LOOK_EVERY = 400;
let settling = false;

/** What rules matched is read again when they have been asked of all packets that came before. */
async function settle(): Promise<void> {
  if (settling) return;
  settling = true;
  while (now().state?.busy === true && useStore.getState().connected) {
    await new Promise((done) => setTimeout(done, LOOK_EVERY));
    await lookAtThreats();
  }
  settling = false;
  set({ changes: now().changes + 1 });
}

export function wish(part: Partial<ThreatWish>): Promise<boolean> {
  const { state } = now();
  return state === null ? Promise.resolve(false) : change('setThreat', { wish: { ...state.wish, ...part } });
}

export function reloadThreats(): Promise<boolean> {
  return change('reloadThreat', {});
}

export async function switchRule({ gid, sid }: RuleId, on: boolean): Promise<boolean> {
  const done = await change('switchRule', { gid, sid, on });
  if (done) say(word(on ? 'threat.rule.turnedOn' : 'threat.rule.turnedOff', { sid: String(sid) }));
  return done;
}

export async function deleteRule({ gid, sid }: RuleId): Promise<boolean> {
  const done = await change('deleteRule', { gid, sid });
  if (done) say(word('threat.rule.deleted', { sid: String(sid) }));
  return done;
}

/** A value of a list never hits, or may again. */
export async function allowIndicator(
  { kind, value }: Pick<MetIndicator, 'kind' | 'value'>,
  on: boolean,
): Promise<void> {
  const done = await change('allowIndicator', { kind, value, on });
  if (done) say(word(on ? 'threat.allow.done' : 'threat.allow.undone', { value }));
}

/** Has rules asked of the open capture once more, to know what they cost. */
export async function measureRules(): Promise<void> {
  const measured = await runJob('measureRules', {}, word('threat.cost.measuring'));
  if (measured === null) return;
  set({ costs: measured.costs });
  void lookAtThreats();
}

/** What was measured last, perhaps by another window. */
export async function lookAtCosts(): Promise<void> {
  const answer = await ask('ruleCosts', {});
  if (answer !== null) set({ costs: answer.costs });
}

export function openThreats(page: ThreatPage, find = ''): void {
  useStore.getState().set({ dialog: null });
  set({ page, find });
  show('rules');
}

export function showRule({ gid, sid }: RuleId, packet: PacketRow | null, match: PacketThreat | null = null): void {
  set({ shown: { gid, sid, packet, match } });
  useStore.getState().set({ dialog: 'rule' });
}

/** A rule's number as people write it: most rules are of group 1, which nobody writes. */
export function ruleNumber({ gid, sid }: RuleId): string {
  return gid === 1 ? String(sid) : `${gid}:${sid}`;
}

export function packetsOfRule({ sid }: RuleId): void {
  void showPackets(ruleFilter(sid));
}

export function ruleFilter(sid: number): string {
  return `rule.sid == ${sid}`;
}

export async function copyRule({ gid, sid }: RuleId): Promise<void> {
  const rule = await ask('rule', { gid, sid });
  if (rule !== null) copyText(rule.text, word('threat.rule.copied'));
}

/** Opens the editor with a rule of the own ones. */
export async function editRule({ gid, sid }: RuleId): Promise<void> {
  const rule = await ask('rule', { gid, sid });
  if (rule !== null) openEditor({ text: rule.text, of: { by: 'own', sid } });
}

export function writeRule(): void {
  openEditor({ text: '', of: { by: 'hand' } });
}

function openEditor(draft: RuleDraft): void {
  set({ draft });
  // The editor says where a rule is kept.
  if (now().state === null) void lookAtThreats();
  useStore.getState().set({ dialog: 'rule-editor' });
}

/** Makes a rule of what is pointed at, and opens the editor with it. */
export async function makeRule(source: RuleSource): Promise<void> {
  const made = await ask('makeRule', { source });
  if (made === null) return;
  if (made.text === '') {
    if (made.wrong !== null) say(word('threat.editor.notMade', { why: sentence(made.wrong) }), true);
    return;
  }
  openEditor({ text: made.text, of: { by: source.of } });
  // The rule can be asked, and does not say what was meant.
  if (made.wrong !== null) say(sentence(made.wrong), true);
}

/** A rule of something that a flow has. */
export function makeRuleOfFlow(of: RuleSource['of'], flow: FlowRow): void {
  void makeRule({ of, packet: null, flow, offset: 0, length: 0 });
}

export function makeRuleOfPacket(of: RuleSource['of'], packet: PacketRow): void {
  void makeRule({ of, packet, flow: null, offset: 0, length: 0 });
}

export function makeRuleOfBytes(packet: PacketRow, from: number, to: number): void {
  void makeRule({ of: 'bytes', packet, flow: null, offset: from, length: to - from });
}

function makeOfChosen(): void {
  const bytes = chosenBytes();
  // Bytes that were put together from several packets have no place in this one.
  if (bytes === null || bytes.source !== 0 || bytes.from >= bytes.to) say(word('threat.make.noBytes'), true);
  else makeRuleOfBytes(bytes.row, bytes.from, bytes.to);
}

/** Keeps a rule among the own ones. @returns what is wrong with it, null where it is kept */
export async function keepRule(text: string): Promise<Replies['keepRule'] | null> {
  const kept = await ask('keepRule', { text });
  if (kept === null || kept.wrong !== null) return kept;
  say(word('threat.editor.kept', { sid: String(kept.sid) }));
  set({ changes: now().changes + 1 });
  void lookAtThreats().then(settle);
  return kept;
}

/** Shows the bytes of a rule's match at a packet, which its row does not hold. */
export async function showMatchAt(rule: RuleId, packet: PacketRow): Promise<void> {
  const found = await ask('packetThreats', { packet });
  const match = found?.threats.find(({ gid, sid }) => gid === rule.gid && sid === rule.sid);
  if (match === undefined) return;
  if (match.bytes.length === 0) say(word('threat.bytesElsewhere'));
  showMatch(match);
}

/** Goes to the packet that holds what a rule matched on, and lights up the bytes that its contents lie on. */
export function showMatch(match: PacketThreat): void {
  useStore.getState().set({ dialog: null });
  goToPacket(match.bytesIn);
  openBytes();
  lightBytes(
    match.bytesIn,
    match.bytes.map(({ offset, length }) => ({ from: offset, to: offset + length })),
  );
}

export async function saveEve(): Promise<void> {
  const place = await placeFor('eve.json');
  if (place === null) return;
  const saved = await runJob('exportEve', place, word('saving'));
  if (saved === null) return;
  const phase = useStore.getState().session?.phase;
  const isLive = phase === 'live' || phase === 'paused';
  say(word(isLive ? 'threat.eveLive' : 'threat.eveSaved', { n: saved.alerts }), false, [saved.file]);
  if (saved.lost > 0) say(word('threat.eveLost', { lost: saved.lost }), true, [], true);
}

/** Words of the palette. */
export const THREAT_COMMANDS: readonly Command[] = [
  { id: 'rules', title: 'threat.title', keys: '7', run: () => show('rules') },
  ...THREAT_PAGES.map((page): Command => ({
    id: `rules-${page}`,
    title: `threat.page.${page}` as WordKey,
    run: () => openThreats(page),
  })),
  { id: 'rule-new', title: 'threat.key.own', run: writeRule },
  { id: 'rule-of-bytes', title: 'threat.key.makeOfBytes', open: true, run: makeOfChosen },
  { id: 'rules-eve', title: 'threat.key.eve', open: true, run: () => void saveEve() },
];
