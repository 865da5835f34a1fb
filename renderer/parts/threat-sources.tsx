// What rules and lists are read from: files and folders with what came of each, and the variables of rules.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import { MAX_THREAT_FILES, type ThreatFile, type ThreatState, type ThreatWish } from '../../contract/index.ts';
import { say } from '../state/actions.ts';
import { allowIndicator, openThreats, type ThreatPage, wish } from '../state/threat.ts';
import { useStore } from '../state/store.ts';
import { type Chosen, shell } from '../wire/transport.ts';
import { count, visible } from '../words/format.ts';
import { useSentence, useWord, word as wordNow } from '../words/words.ts';
import { quietCount } from './threat-costs.tsx';

export function ThreatSources({ state }: { readonly state: ThreatState }): ReactNode {
  const word = useWord();
  return (
    <div className="threat-sources" tabIndex={0} role="group" aria-label={word('threat.page.sources')}>
      <p className="dim threat-lead">{word('threat.lead')}</p>
      <Figures state={state} />
      <div className="threat-beside">
        <Sources kind="rules" state={state} />
        <Sources kind="indicators" state={state} />
        <Sources kind="allow" state={state} />
        <Variables wished={state.wish.variables} />
      </div>
    </div>
  );
}

/** Figures that say something of a capture. */
const OF_CAPTURE: ReadonlySet<string> = new Set(['matched', 'never', 'slow']);
/** The page that a figure leads to. */
const PAGE_OF: Readonly<Partial<Record<string, ThreatPage>>> = {
  matched: 'matched',
  never: 'never',
  slow: 'slow',
  off: 'off',
  refused: 'refused',
};

function Figures({ state }: { readonly state: ThreatState }): ReactNode {
  const word = useWord();
  const open = useStore((s) => s.session !== null);
  const figures = [
    ['rules', state.rules],
    ['matched', state.matchedCount],
    ['never', quietCount(state.rules, state.matchedCount)],
    ['slow', state.slow],
    ['off', state.off.length],
    ['entries', state.entries],
    ['expired', state.expired],
    ['allowed', state.allowed],
    ['refused', state.refused],
  ] as const;
  return (
    <dl className="threat-figures" aria-label={word('threat.figures')}>
      {figures
        .filter(([name]) => open || !OF_CAPTURE.has(name))
        .map(([name, n]) => (
          <div key={name} className={name === 'refused' && (n ?? 0) > 0 ? 'warn' : undefined}>
            <dt>{word(`threat.figure.${name}`)}</dt>
            <dd>
              {PAGE_OF[name] === undefined ? (
                count(n ?? 0)
              ) : (
                <button type="button" onClick={() => openThreats(PAGE_OF[name]!)}>
                  {n === null ? '–' : count(n)}
                </button>
              )}
            </dd>
          </div>
        ))}
    </dl>
  );
}

type Kind = 'rules' | 'indicators' | 'allow';

const NONE = { rules: 'threat.rulesNone', indicators: 'threat.indicatorsNone', allow: 'threat.allowNone' } as const;
const PATH_OF = {
  rules: 'threat.pathOfRules',
  indicators: 'threat.pathOfIndicators',
  allow: 'threat.pathOfAllow',
} as const;

/** Files and folders of rules or of lists. */
export function Sources({ kind, state }: { readonly kind: Kind; readonly state: ThreatState }): ReactNode {
  const word = useWord();
  const wished = state.wish[kind];
  const known = { rules: state.files, indicators: state.lists, allow: state.allows }[kind];
  const remove = (path: string): void => void wish({ [kind]: wished.filter((one) => one !== path) });
  return (
    <section className="stats-card threat-card" aria-labelledby={`threat-${kind}`}>
      <h3 id={`threat-${kind}`}>{word(`threat.${kind}`)}</h3>
      {known.length === 0 ? (
        <p className="dim">{word(NONE[kind])}</p>
      ) : (
        <ul className="threat-files" aria-label={word(`threat.${kind}`)}>
          {known.map((file) => (
            <li key={file.path}>
              <FileLine kind={kind} file={file} />
              {wished.includes(file.path) ? (
                <button
                  type="button"
                  className="icon-button"
                  aria-label={word('threat.remove', { path: visible(file.path) })}
                  title={word('threat.remove', { path: visible(file.path) })}
                  onClick={() => remove(file.path)}
                >
                  ×
                </button>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      {kind === 'allow' ? <OwnAllowed values={state.ownAllowed} /> : null}
      <AddSource kind={kind} wished={wished} />
    </section>
  );
}

/** Values that were allowed one by one, each with the way back. */
function OwnAllowed({ values }: { readonly values: ThreatState['ownAllowed'] }): ReactNode {
  const word = useWord();
  if (values.length === 0) return null;
  return (
    <ul className="threat-allowed" aria-label={word('threat.allowOwn')}>
      {values.map((one) => (
        <li key={`${one.kind} ${one.value}`}>
          <span className="dim">{word(`threat.kind.${one.kind}`)}</span>
          <span className="mono">{visible(one.value)}</span>
          <button
            type="button"
            className="icon-button"
            aria-label={word('threat.allowOwn.remove', { value: visible(one.value) })}
            title={word('threat.allowOwn.remove', { value: visible(one.value) })}
            onClick={() => void allowIndicator(one, false)}
          >
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

function FileLine({ kind, file }: { readonly kind: Kind; readonly file: ThreatFile }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const path = visible(file.path);
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1;
  return (
    <div className="threat-file" title={path}>
      <span className="threat-path">
        <span className="dim">{path.slice(0, at)}</span>
        <strong>{path.slice(at)}</strong>
      </span>
      {file.wrong === null ? (
        <span className="threat-counts">
          {file.format === null ? null : <span className="chip grade">{visible(file.format)}</span>}
          <span className="dim">
            {file.used === null
              ? word('threat.file.reading')
              : word(kind === 'rules' ? 'threat.file.used' : 'threat.file.entries', { n: file.used })}
          </span>
          {file.refused === null || file.refused === 0 ? null : (
            <button
              type="button"
              className="link-button warn"
              title={word('threat.file.refusedShow', { path })}
              onClick={() => openThreats('refused', path.slice(at))}
            >
              {word('threat.file.refused', { n: file.refused })}
            </button>
          )}
        </span>
      ) : (
        <span className="bad">{visible(sentence(file.wrong))}</span>
      )}
    </div>
  );
}

/** The desktop asks for a path by its dialogs; in a browser it is typed, since a page cannot name files. */
function AddSource({ kind, wished }: { readonly kind: Kind; readonly wished: readonly string[] }): ReactNode {
  const word = useWord();
  const [path, setPath] = useState('');
  const add = async (found: string, shown = found): Promise<void> => {
    if (found === '') return;
    if (wished.includes(shown)) say(wordNow('threat.known'));
    else if (wished.length >= MAX_THREAT_FILES) say(wordNow('threat.full', { n: MAX_THREAT_FILES }), true);
    else if (await wish({ [kind]: [...wished, found] })) setPath('');
  };
  const take = (chosen: Chosen | null): void => {
    if (chosen !== null) void add(chosen.grant, chosen.path);
  };
  if (shell !== null)
    return (
      <div className="threat-add">
        <button type="button" className="button" onClick={() => void shell?.chooseFile().then(take)}>
          {word('threat.addFile')}
        </button>
        <button type="button" className="button" onClick={() => void shell?.chooseFolder().then(take)}>
          {word('threat.addFolder')}
        </button>
      </div>
    );
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void add(path.trim());
  };
  return (
    <form className="threat-add" onSubmit={submit}>
      <input
        className="field mono"
        value={path}
        maxLength={4096}
        spellCheck={false}
        autoComplete="off"
        placeholder={word('threat.path')}
        aria-label={word(PATH_OF[kind])}
        onChange={(e) => setPath(e.target.value)}
      />
      <button type="submit" className="button" disabled={path.trim() === ''}>
        {word('threat.add')}
      </button>
    </form>
  );
}

type Variable = ThreatWish['variables'][number];
const NAME = /^\$?[A-Z][A-Z0-9_]*$/;

function Variables({ wished }: { readonly wished: readonly Variable[] }): ReactNode {
  const word = useWord();
  const [rows, setRows] = useState(wished);
  const key = JSON.stringify(wished);
  // What the host keeps takes the place of what was typed: it has it, or another window has written another.
  useEffect(() => setRows(JSON.parse(key) as readonly Variable[]), [key]);
  const change = (at: number, part: Partial<Variable>): void =>
    setRows(rows.map((row, i) => (i === at ? { ...row, ...part } : row)));
  const wrong = wrongOf(rows);
  const same = JSON.stringify(rows) === key;
  const use = (event: FormEvent): void => {
    event.preventDefault();
    if (wrong !== null) return;
    void wish({ variables: rows.map(({ name, value }) => ({ name: name.replace(/^\$/, ''), value: value.trim() })) });
  };
  return (
    <section className="stats-card threat-card" aria-labelledby="threat-variables">
      <h3 id="threat-variables">{word('threat.variables')}</h3>
      <p className="dim">{word('threat.variablesHint')}</p>
      <form onSubmit={use}>
        {rows.length === 0 ? null : (
          <ul className="threat-variables">
            {rows.map((row, i) => (
              <li key={i}>
                <input
                  className="field mono"
                  value={row.name}
                  maxLength={100}
                  spellCheck={false}
                  placeholder="HOME_NET"
                  aria-label={word('threat.variable.nameOf', { n: i + 1 })}
                  aria-describedby={wrong === null || wrong === '' || same ? undefined : 'threat-variables-wrong'}
                  onChange={(e) => change(i, { name: e.target.value })}
                />
                <input
                  className="field mono"
                  value={row.value}
                  maxLength={4096}
                  spellCheck={false}
                  placeholder="[192.168.0.0/16,10.0.0.0/8]"
                  aria-label={word('threat.variable.valueOf', { name: row.name || String(i + 1) })}
                  onChange={(e) => change(i, { value: e.target.value })}
                />
                <button
                  type="button"
                  className="icon-button"
                  aria-label={word('threat.variable.remove', { name: row.name || String(i + 1) })}
                  onClick={() => setRows(rows.filter((_, k) => k !== i))}
                >
                  ×
                </button>
              </li>
            ))}
          </ul>
        )}
        {wrong === null || wrong === '' || same ? null : (
          <p id="threat-variables-wrong" className="bad" role="status">
            {wrong}
          </p>
        )}
        <div className="threat-add">
          <button type="button" className="button" onClick={() => setRows([...rows, { name: '', value: '' }])}>
            {word('threat.variable.add')}
          </button>
          <button type="submit" className="button primary" disabled={same || wrong !== null}>
            {word('threat.variable.apply')}
          </button>
        </div>
      </form>
    </section>
  );
}

/** What is wrong with variables, null for nothing. */
function wrongOf(rows: readonly Variable[]): string | null {
  const names = rows.map(({ name }) => name.replace(/^\$/, ''));
  const bad = rows.find(({ name }) => !NAME.test(name));
  // A line that nobody has begun to write is not told to be wrong.
  if (bad !== undefined) return bad.name === '' && bad.value === '' ? '' : wordNow('threat.variable.bad');
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) return wordNow('threat.variable.twice', { name: twice });
  const empty = rows.find(({ value }) => value.trim() === '');
  return empty === undefined ? null : wordNow('threat.variable.noValue', { name: empty.name });
}
