// What rules cost in the open capture, the dearest first, and rules that have matched nothing: both are asked of the host
// when somebody looks at them.
import { useEffect, useState, type ReactNode } from 'react';
import type { QuietRule, Replies, RuleCost, RuleCosts } from '../../contract/index.ts';
import { openDialog } from '../state/actions.ts';
import { lookAtCosts, measureRules, showRule, switchRule, useThreats } from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { ThreatTable, type ThreatColumn } from './threat-table.tsx';
import {
  copyItem,
  fileColumn,
  idOf,
  msgColumn,
  Next,
  ownItems,
  type PageProps,
  priorityColumn,
  ruleItems,
  sidColumn,
  toSources,
} from './threat-pages.tsx';

const MICRO = 1_000;
const MILLI = 1e6;

/** Milliseconds of nanoseconds, with the digits that say something. */
function milliseconds(nanoseconds: number): string {
  const ms = nanoseconds / MILLI;
  return ms < 10 ? ms.toFixed(2) : count(Math.round(ms));
}

const COSTS: readonly ThreatColumn<RuleCost>[] = [
  {
    id: 'share',
    title: 'threat.column.share',
    width: '98px',
    number: true,
    text: ({ share }) => `${(share * 100).toFixed(1)} %`,
    order: ({ share }) => share,
    bar: ({ share }) => share,
  },
  {
    id: 'time',
    title: 'threat.column.time',
    width: '74px',
    number: true,
    text: ({ nanoseconds }) => milliseconds(nanoseconds),
    order: ({ nanoseconds }) => nanoseconds,
  },
  {
    id: 'asked',
    title: 'threat.column.asked',
    width: '72px',
    number: true,
    text: ({ asked }) => count(asked),
    order: ({ asked }) => asked,
  },
  {
    id: 'each',
    title: 'threat.column.each',
    width: '70px',
    number: true,
    text: ({ asked, nanoseconds }) => (asked === 0 ? '' : (nanoseconds / asked / MICRO).toFixed(2)),
    order: ({ asked, nanoseconds }) => (asked === 0 ? 0 : nanoseconds / asked),
    look: ({ slow }) => (slow ? 'slow' : ''),
  },
  {
    id: 'matches',
    title: 'threat.column.matches',
    width: '70px',
    number: true,
    text: ({ matches }) => count(matches),
    order: ({ matches }) => matches,
  },
  sidColumn(),
  { ...msgColumn<RuleCost>(), width: 'minmax(150px, 3fr)' },
  {
    id: 'fails',
    title: 'threat.column.fails',
    width: 'minmax(96px, 1.4fr)',
    text: ({ failsAt }) => visible(failsAt ?? ''),
  },
];

export function CostTable({ state }: PageProps): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const session = useStore((s) => s.session?.session ?? null);
  const measuring = useStore((s) => s.job !== null);
  const costs = useThreats((s) => s.costs);
  useEffect(() => void lookAtCosts(), [session, state.slow, state.rules]);
  const none = (): ReactNode => {
    if (state.rules === 0) return <Next text="threat.none.noRules" action="threat.toSources" run={toSources} />;
    if (!open) return <Next text="threat.none.noCapture" action="openMore" run={() => void openDialog()} />;
    return (
      <Next text="threat.none.slow" action="threat.cost.measure" run={() => void measureRules()} disabled={measuring} />
    );
  };
  if (costs === null || !open) return <div className="threat-none">{none()}</div>;
  return (
    <ThreatTable
      title={word('threat.page.slow')}
      rows={costs.costs}
      columns={COSTS}
      keyOf={idOf}
      note={<Sum costs={costs} />}
      open={(rule) => showRule(rule, null)}
      menu={(rule) => [...ruleItems(rule, true), ...copyItem(rule)]}
      actions={[
        { text: 'threat.cost.again', run: () => void measureRules() },
        { text: 'threat.rule.show', run: (rule) => showRule(rule, null) },
        { text: 'threat.rule.off', apart: true, run: (rule) => void switchRule(rule, false) },
      ]}
      none={none()}
    />
  );
}

function Sum({ costs }: { readonly costs: RuleCosts }): ReactNode {
  const word = useWord();
  const { rules, packets, slow, neverMatched, nanoseconds } = costs;
  const values = { rules, packets, slow, never: neverMatched, ms: milliseconds(nanoseconds) };
  return (
    <>
      <span title={word('threat.cost.hint')}>{word('threat.cost.sum', values)}</span>
      {costs.isOld ? <span className="warn"> {word('threat.cost.old')}</span> : null}
    </>
  );
}

const NEVER: readonly ThreatColumn<QuietRule>[] = [
  priorityColumn(),
  sidColumn(),
  msgColumn(),
  { id: 'class', title: 'threat.column.class', width: 'minmax(108px, 1fr)', text: (r) => visible(r.classtype ?? '') },
  fileColumn(),
];

type Never = Replies['neverMatched'];

export function NeverTable({ state }: PageProps): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const [find, setFind] = useState('');
  const never = useNever(find, `${state.rules} ${state.matchedCount} ${state.busy}`, open);
  const none = (): ReactNode => {
    if (state.rules === 0) return <Next text="threat.none.noRules" action="threat.toSources" run={toSources} />;
    if (!open) return <Next text="threat.none.noCapture" action="openMore" run={() => void openDialog()} />;
    return <Next text="threat.none.never" />;
  };
  // Without rows and with a text that is looked for, the field must stay.
  if (!open || state.rules === 0 || (never !== null && never.count === 0 && find === ''))
    return <div className="threat-none">{none()}</div>;
  const rules = never?.rules ?? [];
  const isPart = never !== null && rules.length < never.count;
  return (
    <ThreatTable
      title={word('threat.page.never')}
      rows={rules}
      columns={NEVER}
      keyOf={idOf}
      onFind={setFind}
      note={isPart ? word('threat.firstOf', { n: rules.length, total: never.count }) : null}
      open={(rule) => showRule(rule, null)}
      menu={(rule) => [...ruleItems(rule, true), ...(rule.own ? ownItems(rule) : []), ...copyItem(rule)]}
      actions={[
        { text: 'threat.rule.show', run: (rule) => showRule(rule, null) },
        { text: 'threat.rule.off', apart: true, run: (rule) => void switchRule(rule, false) },
      ]}
      none={null}
    />
  );
}

/** How long somebody types before the host is asked, ms. */
const TYPING = 120;

/** @param of changes where the answer may be another one */
function useNever(find: string, of: string, open: boolean): Never | null {
  const [never, setNever] = useState<Never | null>(null);
  const session = useStore((s) => s.session?.session ?? null);
  useEffect(() => {
    if (!open) return undefined;
    let current = true;
    const timer = setTimeout(() => {
      client.ask('neverMatched', { find }).then(
        (answer) => {
          if (current) setNever(answer);
        },
        () => undefined,
      );
    }, TYPING);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [find, of, open, session]);
  return never;
}

/** How many rules matched nothing, for the list of pages. */
export function quietCount(rules: number, matched: number): number {
  return Math.max(0, rules - matched);
}
