// One colouring rule: whether it is used, its name and filter, its colours as they look, and what is wrong with it.
import { useId, type ReactNode } from 'react';
import { type Colour, colourOf, type ColouringRule, MAX_RULE_NAME, type Message, rgbOf } from '../../contract/index.ts';
import { useThemeShown } from '../state/theme.ts';
import { useSentence, useWord } from '../words/words.ts';
import { contrast, LEAST_CONTRAST, rowColours } from '../views/row-colours.ts';

export function ColouringRuleRow({
  rule,
  at,
  count,
  problem,
  change,
  move,
  remove,
}: {
  readonly rule: ColouringRule;
  readonly at: number;
  readonly count: number;
  readonly problem: Message | null;
  readonly change: (part: Partial<ColouringRule>) => void;
  readonly move: (to: number) => void;
  readonly remove: () => void;
}): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const id = useId();
  const dark = useThemeShown() !== 'light';
  const [background, foreground] = [rgbOf(rule.background), rgbOf(rule.foreground)];
  const ratio = contrast(background, foreground);
  const shown = rowColours(background, foreground, dark);
  const name = rule.name === '' ? word('rules.unnamed') : rule.name;
  const notes = [
    problem === null ? null : { bad: true, text: word('rules.notUsed', { why: sentence(problem) }) },
    ratio >= LEAST_CONTRAST ? null : { bad: false, text: word('rules.contrast', { ratio: ratio.toFixed(1) }) },
  ].filter((n) => n !== null);
  const colour = (which: 'background' | 'foreground'): ReactNode => (
    <input
      type="color"
      value={hexOf(rule[which])}
      aria-label={word(`rules.${which}`, { name })}
      title={word(`rules.${which}`, { name })}
      onChange={(e) => change({ [which]: colourOf(Number.parseInt(e.target.value.slice(1), 16)) })}
    />
  );
  return (
    <li className={rule.enabled ? '' : 'off'}>
      <input
        type="checkbox"
        checked={rule.enabled}
        aria-label={word('rules.use', { name })}
        onChange={(e) => change({ enabled: e.target.checked })}
      />
      <input
        className="field rule-name"
        data-part="name"
        value={rule.name}
        maxLength={MAX_RULE_NAME}
        aria-label={word('rules.name')}
        placeholder={word('rules.unnamed')}
        spellCheck={false}
        style={shown === null ? undefined : { background: shown.background, color: shown.text }}
        onChange={(e) => change({ name: e.target.value })}
      />
      <input
        className="field mono rule-filter"
        value={rule.filter}
        maxLength={2_000}
        aria-label={word('rules.filter', { name })}
        aria-invalid={problem !== null}
        aria-describedby={notes.length === 0 ? undefined : id}
        spellCheck={false}
        onChange={(e) => change({ filter: e.target.value })}
      />
      {colour('foreground')}
      {colour('background')}
      <button
        type="button"
        className="icon-button"
        data-part="up"
        disabled={at === 0}
        aria-label={word('rules.up', { name })}
        onClick={() => move(at - 1)}
      >
        ↑
      </button>
      <button
        type="button"
        className="icon-button"
        data-part="down"
        disabled={at === count - 1}
        aria-label={word('rules.down', { name })}
        onClick={() => move(at + 1)}
      >
        ↓
      </button>
      <button
        type="button"
        className="icon-button"
        data-part="remove"
        aria-label={word('rules.remove', { name })}
        onClick={remove}
      >
        ×
      </button>
      {notes.length === 0 ? null : (
        <p id={id} className="rule-note" role="status">
          {notes.map((n) => (
            <span key={n.text} className={n.bad ? 'bad' : 'dim'}>
              {n.text}
            </span>
          ))}
        </p>
      )}
    </li>
  );
}

function hexOf(colour: Colour): string {
  return `#${rgbOf(colour).toString(16).padStart(6, '0')}`;
}
