// The form that begins a measurement: which folder, who judges, with whom that is compared; and how far it is.
import { useState, type ReactNode } from 'react';
import type { LabProgress, Request } from '../../contract/index.ts';
import { keepChosen, namedBy } from '../wire/granted.ts';
import { shell } from '../wire/transport.ts';
import { useSentence, useWord } from '../words/words.ts';

type Judge = Request<'evaluate'>['judge'];
type By = Judge['by'];

const JUDGES: readonly By[] = ['in-use', 'shipped', 'left-out', 'rules', 'file'];

/** Who judges as the form has it; null is nobody, and a file may lack its path yet. */
interface Chosen {
  readonly by: By | null;
  readonly path: string;
}

export function Measure(p: {
  readonly running: LabProgress | null;
  readonly busy: boolean;
  readonly cancel: (() => void) | null;
  readonly begin: (asked: Request<'evaluate'>) => void;
}): ReactNode {
  const word = useWord();
  const [folder, setFolder] = useState('');
  const [judge, setJudge] = useState<Chosen>({ by: 'in-use', path: '' });
  const [against, setAgainst] = useState<Chosen>({ by: null, path: '' });
  const choose = async (): Promise<void> => {
    const chosen = (await shell?.chooseFolder()) ?? null;
    if (chosen !== null) setFolder(keepChosen(chosen));
  };
  const ready = folder.trim() !== '' && isWhole(judge) && isWhole(against) && !p.busy;
  return (
    <form
      className="lab-part"
      aria-label={word('lab.run')}
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) p.begin({ folder: namedBy(folder.trim()), judge: asked(judge)!, against: asked(against) });
      }}
    >
      <h3>{word('lab.measure')}</h3>
      <div className="lab-row">
        <input
          className="field"
          value={folder}
          readOnly={shell !== null}
          onChange={(e) => setFolder(e.target.value)}
          placeholder={word('lab.folder')}
          aria-label={word('lab.folder')}
        />
        {shell === null ? null : (
          <button type="button" className="button" onClick={() => void choose()}>
            {word('lab.choose')}
          </button>
        )}
        <button type="submit" className="button primary" disabled={!ready}>
          {word('lab.run')}
        </button>
      </div>
      <div className="lab-judges">
        <JudgeChoice label={word('lab.judge')} chosen={judge} choose={setJudge} />
        <JudgeChoice label={word('lab.against')} chosen={against} choose={setAgainst} mayBeNobody />
      </div>
      <Hint chosen={[judge, against]} />
      {p.running === null ? null : <Progress running={p.running} cancel={p.cancel} />}
    </form>
  );
}

function isWhole({ by, path }: Chosen): boolean {
  return by !== 'file' || path.trim() !== '';
}

function asked({ by, path }: Chosen): Judge | null {
  return by === null ? null : { by, path: by === 'file' ? namedBy(path.trim()) : null };
}

function JudgeChoice(p: {
  readonly label: string;
  readonly chosen: Chosen;
  readonly choose: (chosen: Chosen) => void;
  readonly mayBeNobody?: boolean;
}): ReactNode {
  const word = useWord();
  const { by, path } = p.chosen;
  const choices: readonly (By | null)[] = p.mayBeNobody === true ? [null, ...JUDGES] : JUDGES;
  const chooseFile = async (): Promise<void> => {
    const file = (await shell?.chooseFile()) ?? null;
    if (file !== null) p.choose({ by, path: keepChosen(file) });
  };
  return (
    <div className="lab-judge">
      <label>
        <span>{p.label}</span>
        <select
          className="field"
          value={by ?? 'none'}
          onChange={(e) => p.choose({ by: choices.find((c) => (c ?? 'none') === e.target.value) ?? null, path })}
        >
          {choices.map((c) => (
            <option key={c ?? 'none'} value={c ?? 'none'}>
              {word(`lab.by.${c ?? 'none'}`)}
            </option>
          ))}
        </select>
      </label>
      {by !== 'file' ? null : (
        <div className="lab-row">
          <input
            className="field"
            value={path}
            readOnly={shell !== null}
            onChange={(e) => p.choose({ by, path: e.target.value })}
            placeholder={word('lab.modelPath')}
            aria-label={`${p.label}: ${word('lab.modelPath')}`}
          />
          {shell === null ? null : (
            <button type="button" className="button" onClick={() => void chooseFile()}>
              {word('lab.choose')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}

/** What figures of the chosen judges are worth, and what they take. */
function Hint({ chosen }: { readonly chosen: readonly Chosen[] }): ReactNode {
  const word = useWord();
  const asItIs = chosen.some((c) => c.by === 'in-use' || c.by === 'shipped' || c.by === 'file');
  const leftOut = chosen.some((c) => c.by === 'left-out');
  return (
    <>
      {asItIs ? <p className="dim">{word('lab.asItIsHint')}</p> : null}
      {leftOut ? <p className="dim">{word('lab.leftOutHint')}</p> : null}
    </>
  );
}

function Progress({
  running: r,
  cancel,
}: {
  readonly running: LabProgress;
  readonly cancel: (() => void) | null;
}): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  return (
    <div className="lab-row" role="status">
      <progress value={r.done} max={Math.max(1, r.all)} />
      <span className="lab-said">{sentence(r.said)}</span>
      {cancel === null ? null : (
        <button type="button" className="button" onClick={cancel}>
          {word('lab.stop')}
        </button>
      )}
    </div>
  );
}
