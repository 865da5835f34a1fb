// 'Make a rule…' of a flow: from its names, its certificate, its fingerprints or the address that answered.
import type { ReactNode } from 'react';
import type { FlowDetail } from '../../contract/index.ts';
import { openMenuFor, type MenuItem } from '../state/menu.ts';
import { sourcesOfFlow } from '../state/rule-sources.ts';
import { makeRuleOfFlow } from '../state/threat.ts';
import { shortened, visible } from '../words/format.ts';
import { useWord, word as wordNow } from '../words/words.ts';

/** Characters of a value that the menu shows. */
const LONGEST = 40;

export function makeItems(detail: FlowDetail): MenuItem[] {
  return sourcesOfFlow(detail).map(({ of, value }) => ({
    kind: 'act',
    text: wordNow(`threat.make.of.${of}`),
    detail: shortened(visible(value), LONGEST),
    run: () => makeRuleOfFlow(of, detail.flow),
  }));
}

export function MakeRule({ detail }: { readonly detail: FlowDetail }): ReactNode {
  const word = useWord();
  return (
    <button
      type="button"
      className="button"
      aria-haspopup="menu"
      onClick={(e) => openMenuFor(e.currentTarget, null, { label: word('threat.make.menu'), items: makeItems(detail) })}
    >
      {word('threat.make')}
    </button>
  );
}
