// Cells of a measurement's tables, in the language shown, and what they are sorted by.
import type { ReactNode } from 'react';
import type { Message, NamedCell, ReportCell, ShareCell } from '../../contract/index.ts';
import { count, visible } from '../words/format.ts';
import { groupName, meaningOf, sentence, useSentence, useWord } from '../words/words.ts';

/** Letters that stay on one line: addresses, names of sources. */
const ONE_LINE = 28;

export function Cell({ cell }: { readonly cell: ReportCell }): ReactNode {
  const say = useSentence();
  const text = (said: string | Message): string => visible(typeof said === 'string' ? said : say(said));
  if (typeof cell === 'number') return cell === 0 ? <span className="dim">0</span> : count(cell);
  if (typeof cell === 'string') return <Words text={visible(cell)} />;
  if ('say' in cell) return <Words text={text(cell)} />;
  if ('tone' in cell) return <span className={cell.tone}>{text(cell.text)}</span>;
  if ('names' in cell) return <Names names={cell.names} />;
  if ('feature' in cell) return <Feature name={cell.feature} />;
  if ('featureGroup' in cell) return groupName(cell.featureGroup);
  if ('sentences' in cell) return cell.sentences.map((said, i) => <p key={i}>{text(said)}</p>);
  return <Share cell={cell} />;
}

function Words({ text }: { readonly text: string }): ReactNode {
  return text.length > ONE_LINE ? text : <span className="one">{text}</span>;
}

/** What names of ours mean; the name that records have is there for whoever points at it. */
function Names({ names }: { readonly names: readonly NamedCell[] }): ReactNode {
  const say = useSentence();
  if (names.length === 1 && names[0]!.points === null)
    return <span title={names[0]!.name}>{visible(say(names[0]!.means))}</span>;
  return names.map((n) => (
    <span className="lab-name" key={n.name} title={n.name}>
      {visible(say(n.means))}
      {n.points === null ? null : <b>{n.points}</b>}
    </span>
  ));
}

function Feature({ name }: { readonly name: string }): ReactNode {
  // The words follow the language.
  useWord();
  return (
    <>
      {meaningOf(name)} <code className="dim">{name}</code>
    </>
  );
}

export function Share({ cell: { n, of, goal } }: { readonly cell: ShareCell }): ReactNode {
  if (of === 0) return <span className="dim">–</span>;
  return (
    <span className="lab-share">
      <span className="dim">
        {count(n)} / {count(of)}
      </span>
      <b>{((100 * n) / of).toFixed(1)} %</b>
      {goal === null ? null : (
        <span className={goal.met ? 'good' : 'bad'}>
          {goal.met ? '✓' : '✗'} {goal.atLeast ? '≥' : '≤'} {Math.round(goal.share * 100)} %
        </span>
      )}
    </span>
  );
}

/** What a cell is sorted by: a number where it has one, else its text. */
export function sortKey(cell: ReportCell): number | string {
  if (typeof cell === 'number') return cell;
  if (typeof cell === 'string') return numberIn(cell) ?? cell;
  if ('say' in cell) return sentence(cell);
  if ('tone' in cell) return typeof cell.text === 'string' ? (numberIn(cell.text) ?? cell.text) : sentence(cell.text);
  if ('names' in cell) return cell.names.map((n) => sentence(n.means)).join();
  if ('feature' in cell) return meaningOf(cell.feature);
  if ('featureGroup' in cell) return groupName(cell.featureGroup);
  if ('sentences' in cell) return cell.sentences.map((said) => sentence(said)).join();
  return cell.of === 0 ? -1 : cell.n / cell.of;
}

/** The number that a text begins with, two with a comma between them added up; null where it is no number. */
function numberIn(text: string): number | null {
  const found = /^(?:≥ )?([+−-]?)(\d+(?:\.\d+)?)(?:, (\d+))?(?= |$)/.exec(text);
  if (found === null) return null;
  const [, sign, first, second] = found;
  const sum = Number(first) + Number(second ?? 0);
  return sign === '−' || sign === '-' ? -sum : sum;
}
