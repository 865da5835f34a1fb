// The tables of Rules: what matched, which indicators were met, what was refused and why, what is off, own rules.
import { useMemo, useState, type ReactNode } from 'react';
import {
  type MatchedRule,
  type MetIndicator,
  type PacketRow,
  reasonKey,
  type RefusedLine,
  type RefusedReason,
  type RuleId,
  type ThreatState,
} from '../../contract/index.ts';
import { goToPacket, openDialog } from '../state/actions.ts';
import { copyText } from '../state/copy.ts';
import { filterItems } from '../state/filter-menu.ts';
import { act, type MenuItem } from '../state/menu.ts';
import {
  allowIndicator,
  copyRule,
  deleteRule,
  editRule,
  openThreats,
  packetsOfRule,
  ruleFilter,
  ruleNumber,
  showRule,
  switchRule,
  writeRule,
} from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { count, visible } from '../words/format.ts';
import { sentence, useSentence, useWord, word as wordNow, type WordKey } from '../words/words.ts';
import { ThreatTable, type ThreatColumn } from './threat-table.tsx';

export interface PageProps {
  readonly state: ThreatState;
  readonly find?: string;
}

type Named = RuleId & { readonly msg: string };

export const idOf = ({ gid, sid }: RuleId): string => `${gid}:${sid}`;
export const sidColumn = <T extends RuleId>(): ThreatColumn<T> => ({
  id: 'sid',
  title: 'threat.column.sid',
  width: '88px',
  number: true,
  text: ruleNumber,
  order: ({ sid }) => sid,
});
export const msgColumn = <T extends Named>(): ThreatColumn<T> => ({
  id: 'msg',
  title: 'threat.column.msg',
  width: 'minmax(180px, 3fr)',
  text: ({ msg }) => visible(msg),
});

export const priorityColumn = <T extends { readonly priority: number }>(): ThreatColumn<T> => ({
  id: 'priority',
  title: 'threat.column.priority',
  width: '72px',
  number: true,
  text: ({ priority }) => String(priority),
  order: ({ priority }) => priority,
  look: ({ priority }) => `priority-${Math.min(4, priority)}`,
});
export const fileColumn = <T extends { readonly file: string; readonly line: number }>(): ThreatColumn<T> => ({
  id: 'file',
  title: 'threat.column.file',
  width: 'minmax(88px, 0.9fr)',
  text: ({ file, line }) => `${nameOf(file)}:${line}`,
  whole: ({ file, line }) => `${visible(file)}:${line}`,
});

/** The last part of a path: the folder stands in the cell's title, and in the rule's dialog. */
function nameOf(path: string): string {
  return visible(path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
}

/** What can be done with any rule. @param first where it matched first, null where it did not */
export function ruleItems(rule: RuleId, on: boolean, first: PacketRow | null = null): MenuItem[] {
  return [
    ...(first === null
      ? [
          act('threat.rule.show', () => showRule(rule, null), 'Enter'),
          act('threat.rule.packets', () => packetsOfRule(rule)),
        ]
      : [
          act('threat.rule.packets', () => packetsOfRule(rule), 'Enter'),
          act('threat.rule.first', () => goToPacket(first)),
          act('threat.rule.show', () => showRule(rule, first)),
        ]),
    { kind: 'line' },
    ...filterItems(ruleFilter(rule.sid)),
    { kind: 'line' },
    act(on ? 'threat.rule.off' : 'threat.rule.on', () => void switchRule(rule, !on)),
  ];
}

export function ownItems(rule: RuleId): MenuItem[] {
  return [act('threat.rule.edit', () => void editRule(rule)), act('threat.rule.delete', () => void deleteRule(rule))];
}

export function copyItem(rule: RuleId): MenuItem[] {
  return [{ kind: 'line' }, act('threat.rule.copy', () => void copyRule(rule))];
}

const MATCHED: readonly ThreatColumn<MatchedRule>[] = [
  priorityColumn(),
  sidColumn(),
  msgColumn(),
  { id: 'class', title: 'threat.column.class', width: 'minmax(108px, 1fr)', text: (r) => visible(r.classtype ?? '') },
  {
    id: 'matches',
    title: 'threat.column.matches',
    width: '80px',
    number: true,
    text: ({ matches }) => count(matches),
    order: ({ matches }) => matches,
  },
  {
    id: 'flows',
    title: 'threat.column.flows',
    width: '62px',
    number: true,
    text: ({ flows }) => count(flows),
    order: ({ flows }) => flows,
  },
  {
    id: 'first',
    title: 'threat.column.first',
    width: '100px',
    number: true,
    text: ({ first }) => count(first + 1),
    order: ({ first }) => first,
  },
  fileColumn(),
];

export function MatchedTable({ state, find = '' }: PageProps): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const shown = state.matched.length;
  return (
    <ThreatTable
      title={word('threat.page.matched')}
      rows={state.matched}
      columns={MATCHED}
      keyOf={idOf}
      find={find}
      note={shown < state.matchedCount ? word('threat.firstOf', { n: shown, total: state.matchedCount }) : null}
      open={packetsOfRule}
      menu={(rule) => [...ruleItems(rule, true, rule.first), ...(rule.own ? ownItems(rule) : []), ...copyItem(rule)]}
      actions={[
        { text: 'threat.rule.packets', run: (rule) => packetsOfRule(rule) },
        { text: 'threat.rule.first', run: (rule) => goToPacket(rule.first) },
        { text: 'threat.rule.show', run: (rule) => showRule(rule, rule.first) },
        { text: 'threat.rule.off', apart: true, run: (rule) => void switchRule(rule, false) },
      ]}
      none={<NoMatches open={open} state={state} />}
    />
  );
}

function NoMatches({ open, state }: { readonly open: boolean; readonly state: ThreatState }): ReactNode {
  if (state.rules === 0) return <Next text="threat.none.noRules" action="threat.toSources" run={toSources} />;
  if (!open) return <Next text="threat.none.noCapture" action="openMore" run={() => void openDialog()} />;
  return <Next text="threat.none.matched" action="threat.key.own" run={writeRule} />;
}

export function toSources(): void {
  openThreats('sources');
}

/** Nothing is there: why, and the next step. */
export function Next(p: {
  readonly text: WordKey;
  readonly action?: WordKey;
  readonly run?: () => void;
  readonly disabled?: boolean;
}): ReactNode {
  const word = useWord();
  return (
    <div className="empty">
      <p>{word(p.text)}</p>
      {p.action === undefined ? null : (
        <button type="button" className="button" disabled={p.disabled} onClick={p.run}>
          {word(p.action)}
        </button>
      )}
    </div>
  );
}

const MET: readonly ThreatColumn<MetIndicator>[] = [
  { id: 'kind', title: 'threat.column.kind', width: '130px', text: ({ kind }) => wordNow(`threat.kind.${kind}`) },
  { id: 'value', title: 'threat.column.value', width: 'minmax(260px, 2fr)', text: ({ value }) => visible(value) },
  { id: 'note', title: 'threat.column.note', width: 'minmax(150px, 1.4fr)', text: ({ note }) => visible(note) },
  { id: 'list', title: 'threat.column.list', width: 'minmax(120px, 1fr)', text: ({ list }) => nameOf(list) },
  {
    id: 'flows',
    title: 'threat.column.flows',
    width: '80px',
    number: true,
    text: ({ flows }) => count(flows),
    order: ({ flows }) => flows,
  },
  {
    id: 'first',
    title: 'threat.column.first',
    width: '110px',
    number: true,
    text: ({ first }) => count(first + 1),
    order: ({ first }) => first,
  },
];

export function MetTable({ state, find = '' }: PageProps): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const none = (): ReactNode => {
    if (state.entries === 0) return <Next text="threat.none.noLists" action="threat.toSources" run={toSources} />;
    return open ? (
      <Next text="threat.none.met" />
    ) : (
      <Next text="threat.none.noCapture" action="openMore" run={() => void openDialog()} />
    );
  };
  return (
    <ThreatTable
      title={word('threat.page.met')}
      rows={state.met}
      columns={MET}
      keyOf={(met) => `${met.list} ${met.kind} ${met.value}`}
      find={find}
      open={(met) => goToPacket(met.first)}
      menu={(met) => [
        act('stats.goTo', () => goToPacket(met.first), 'Enter'),
        { kind: 'line' },
        act('threat.copyValue', () => copyText(met.value)),
        { kind: 'line' },
        act('threat.allow.value', () => void allowIndicator(met, true)),
      ]}
      actions={[
        { text: 'threat.rule.first', run: (met) => goToPacket(met.first) },
        { text: 'threat.copyValue', run: (met) => copyText(met.value) },
        { text: 'threat.allow.value', apart: true, run: (met) => void allowIndicator(met, true) },
      ]}
      none={none()}
    />
  );
}

const REFUSED: readonly ThreatColumn<RefusedLine>[] = [
  {
    id: 'file',
    title: 'threat.column.file',
    width: 'minmax(150px, 1fr)',
    text: ({ file }) => nameOf(file),
    whole: ({ file }) => visible(file),
  },
  {
    id: 'line',
    title: 'threat.column.line',
    width: '80px',
    number: true,
    text: ({ line }) => String(line),
    order: ({ line }) => line,
  },
  {
    id: 'sid',
    title: 'threat.column.sid',
    width: '92px',
    number: true,
    text: ({ sid }) => (sid === null ? '' : String(sid)),
    order: ({ sid }) => sid ?? 0,
  },
  { id: 'why', title: 'threat.column.why', width: 'minmax(300px, 3fr)', text: ({ why }) => visible(sentence(why)) },
];

export function RefusedTable({ state, find = '' }: PageProps): ReactNode {
  const word = useWord();
  const [reason, setReason] = useState<string | null>(null);
  const chosen = reason !== null && state.refusedReasons.some(({ why }) => reasonKey(why) === reason) ? reason : null;
  const rows = useMemo(
    () => (chosen === null ? state.refusedLines : state.refusedLines.filter(({ why }) => reasonKey(why) === chosen)),
    [chosen, state.refusedLines],
  );
  const of = state.refusedReasons.find(({ why }) => reasonKey(why) === chosen);
  const told = rows.length;
  const all = of?.count ?? state.refused;
  const copy = (line: RefusedLine): void =>
    copyText(`${line.file}:${line.line}${line.sid === null ? '' : ` sid ${line.sid}`}: ${sentence(line.why)}`);
  return (
    <ThreatTable
      title={word('threat.page.refused')}
      rows={rows}
      above={<Reasons reasons={state.refusedReasons} chosen={reason} choose={setReason} />}
      columns={REFUSED}
      keyOf={(line) => `${line.file}:${line.line}:${line.sid}`}
      find={find}
      note={told < all ? word('threat.firstOf', { n: told, total: all }) : null}
      open={copy}
      menu={(line) => [act('threat.copyLine', () => copy(line), 'Enter')]}
      actions={[{ text: 'threat.copyLine', run: (line) => copy(line) }]}
      none={chosen === null ? <Next text="threat.none.refused" /> : null}
    />
  );
}

/** Reasons with how many lines each refuses; one that is pressed narrows the table to its lines. */
function Reasons(p: {
  readonly reasons: readonly RefusedReason[];
  readonly chosen: string | null;
  readonly choose: (reason: string | null) => void;
}): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  if (p.reasons.length < 2) return null;
  return (
    <ul className="threat-reasons" aria-label={word('threat.reasons')}>
      {p.reasons.map(({ why, count: n, alike }) => {
        const key = reasonKey(why);
        const text = visible(sentence(why));
        return (
          <li key={key}>
            <button
              type="button"
              aria-pressed={key === p.chosen}
              title={word('threat.reason.show')}
              onClick={() => p.choose(key === p.chosen ? null : key)}
            >
              <b>{count(n)}</b>
              <span>{alike ? word('threat.reason.alike', { why: text }) : text}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

const NAMED: readonly ThreatColumn<Named>[] = [sidColumn(), msgColumn()];

export function OffTable({ state }: PageProps): ReactNode {
  const word = useWord();
  return (
    <ThreatTable
      title={word('threat.page.off')}
      rows={state.off}
      columns={NAMED}
      keyOf={idOf}
      open={(rule) => showRule(rule, null)}
      menu={(rule) => [
        act('threat.rule.show', () => showRule(rule, null), 'Enter'),
        act('threat.rule.on', () => void switchRule(rule, true)),
        ...copyItem(rule),
      ]}
      actions={[
        { text: 'threat.rule.on', run: (rule) => void switchRule(rule, true) },
        { text: 'threat.rule.show', run: (rule) => showRule(rule, null) },
      ]}
      none={<Next text="threat.none.off" />}
    />
  );
}

type OwnRule = ThreatState['own'][number];
const OWN: readonly ThreatColumn<OwnRule>[] = [
  sidColumn(),
  msgColumn(),
  {
    id: 'rev',
    title: 'threat.column.rev',
    width: '90px',
    number: true,
    text: ({ rev }) => String(rev),
    order: ({ rev }) => rev,
  },
];

export function OwnTable({ state }: PageProps): ReactNode {
  const word = useWord();
  const isOff = (rule: RuleId): boolean => state.off.some((off) => idOf(off) === idOf(rule));
  return (
    <ThreatTable
      title={word('threat.page.own')}
      rows={state.own}
      columns={OWN}
      keyOf={idOf}
      note={visible(state.ownFile)}
      open={(rule) => void editRule(rule)}
      menu={(rule) => [
        act('threat.rule.edit', () => void editRule(rule), 'Enter'),
        act('threat.rule.packets', () => packetsOfRule(rule)),
        act(isOff(rule) ? 'threat.rule.on' : 'threat.rule.off', () => void switchRule(rule, isOff(rule))),
        act('threat.rule.delete', () => void deleteRule(rule)),
        { kind: 'line' },
        ...filterItems(ruleFilter(rule.sid)),
        ...copyItem(rule),
      ]}
      actions={[
        { text: 'threat.key.own', run: writeRule },
        { text: 'threat.rule.edit', run: (rule) => void editRule(rule) },
        { text: 'threat.rule.packets', run: (rule) => packetsOfRule(rule) },
        { text: 'threat.rule.delete', apart: true, run: (rule) => void deleteRule(rule) },
      ]}
      none={<Next text="threat.none.own" action="threat.key.own" run={writeRule} />}
    />
  );
}
