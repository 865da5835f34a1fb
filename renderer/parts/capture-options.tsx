// Before a capture: how it is made, tcpdump on another machine, a named pipe; and Doctor, when none can be made.
import { useEffect, useState, type FormEvent, type ReactNode } from 'react';
import type { CaptureReadiness, DoctorReport } from '../../contract/index.ts';
import { ask, startCapture, startFrom } from '../state/actions.ts';
import { type CaptureChoice, DEFAULT_CHOICE } from '../state/capture-choice.ts';
import { copyText } from '../state/copy.ts';
import { useStore } from '../state/store.ts';
import { sentence, useWord, word as plainWord } from '../words/words.ts';
import { client } from '../wire/client.ts';
import { keepChosen } from '../wire/granted.ts';
import { shell } from '../wire/transport.ts';
import { Dialog } from './dialog.tsx';

type NumberKey = { [K in keyof CaptureChoice]: CaptureChoice[K] extends number ? K : never }[keyof CaptureChoice];
const LIMITS: Readonly<Record<NumberKey, readonly [low: number, high: number]>> = {
  snapLength: [0, 262_144],
  bufferMiB: [1, 1024],
  segmentMB: [0, 1_000_000],
  segmentSeconds: [0, 31_536_000],
  segments: [0, 10_000],
  stopPackets: [0, 1e12],
  stopSeconds: [0, 31_536_000],
  stopMB: [0, 1e9],
};

function useChoice(): readonly [CaptureChoice, (change: Partial<CaptureChoice>) => void] {
  const choice = useStore((s) => s.captureChoice);
  const set = useStore((s) => s.set);
  return [choice, (change) => set({ captureChoice: { ...choice, ...change } })];
}

export function CaptureOptions(): ReactNode {
  const word = useWord();
  const [choice, change] = useChoice();
  const chosen = useStore((s) => s.chosenInterfaces);
  const set = useStore((s) => s.set);
  const [readiness, setReadiness] = useState<CaptureReadiness | null>(null);
  useEffect(() => {
    client.ask('interfaces', {}).then(setReadiness, () => undefined);
  }, []);
  const sources = (['helper', 'dumpcap', 'cap'] as const).filter(
    (s) => s === 'helper' || s === choice.source || readiness?.sources[s] === true,
  );
  const number = (key: NumberKey): ReactNode => (
    <label className="setting">
      <span>{word(`option.${key}`)}</span>
      <input
        className="field"
        type="number"
        min={LIMITS[key][0]}
        max={LIMITS[key][1]}
        key={`${key} ${choice[key]}`}
        defaultValue={choice[key]}
        onBlur={(e) => {
          const n = Number(e.target.value);
          if (Number.isInteger(n) && n >= LIMITS[key][0] && n <= LIMITS[key][1]) change({ [key]: n });
          else e.target.value = String(choice[key]);
        }}
      />
    </label>
  );
  const flag = (key: 'promiscuous' | 'monitor'): ReactNode => (
    <label className="setting">
      <span>{word(`option.${key}`)}</span>
      <input type="checkbox" checked={choice[key]} onChange={(e) => change({ [key]: e.target.checked })} />
    </label>
  );
  return (
    <Dialog title={word('captureOptions')}>
      <form
        onSubmit={(e: FormEvent) => {
          e.preventDefault();
          (document.activeElement as HTMLElement | null)?.blur();
          set({ dialog: null });
          void startCapture();
        }}
      >
        <div className="setting">
          <span id="option-source">{word('option.source')}</span>
          <div className="segmented" role="group" aria-labelledby="option-source">
            {sources.map((s) => (
              <button key={s} type="button" aria-pressed={choice.source === s} onClick={() => change({ source: s })}>
                {word(`source.${s}`)}
              </button>
            ))}
          </div>
        </div>
        <p className={choice.source === 'cap' ? 'warn' : 'dim'}>{word(`source.${choice.source}Hint`)}</p>
        {flag('promiscuous')}
        {flag('monitor')}
        {number('snapLength')}
        {number('bufferMiB')}
        <h3>{word('option.ring')}</h3>
        {number('segmentMB')}
        {number('segmentSeconds')}
        {number('segments')}
        <p className="dim">
          {choice.segments === 0 || (choice.segmentMB === 0 && choice.segmentSeconds === 0)
            ? word('option.ringNone')
            : word('option.ringHint')}
        </p>
        <h3>{word('option.stop')}</h3>
        {number('stopPackets')}
        {number('stopSeconds')}
        {number('stopMB')}
        <p className="dim">{word('option.zeroHint')}</p>
        <div className="dialog-actions">
          <button
            type="button"
            className="button"
            onClick={() =>
              change({
                ...DEFAULT_CHOICE,
                host: choice.host,
                remoteInterface: choice.remoteInterface,
                pipe: choice.pipe,
              })
            }
          >
            {word('option.default')}
          </button>
          <button type="submit" className="button primary" disabled={chosen.length === 0}>
            {chosen.length === 0 ? word('start') : word('startOn', { name: chosen.join(' + ') })}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** @param kind tcpdump on another machine, or a pipe of this one */
export function OtherSource({ kind }: { readonly kind: 'ssh' | 'pipe' }): ReactNode {
  const word = useWord();
  const [choice, change] = useChoice();
  const [busy, setBusy] = useState(false);
  const choosePipe = async (): Promise<void> => {
    const chosen = (await shell?.choosePipe()) ?? null;
    if (chosen !== null) change({ pipe: keepChosen(chosen) });
  };
  const go = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    await startFrom(kind);
    setBusy(false);
  };
  return (
    <Dialog title={word(kind === 'ssh' ? 'source.sshTitle' : 'source.pipeTitle')}>
      <form onSubmit={(e) => void go(e)}>
        {kind === 'ssh' ? (
          <>
            <label className="field-row">
              <span>{word('source.host')}</span>
              <input
                className="field mono"
                value={choice.host}
                placeholder="user@host"
                spellCheck={false}
                onChange={(e) => change({ host: e.target.value })}
                data-first
              />
            </label>
            <label className="field-row">
              <span>{word('source.remoteInterface')}</span>
              <input
                className="field mono"
                value={choice.remoteInterface}
                spellCheck={false}
                onChange={(e) => change({ remoteInterface: e.target.value })}
              />
            </label>
          </>
        ) : (
          <label className="field-row">
            <span>{word('source.path')}</span>
            <input
              className="field mono"
              value={choice.pipe}
              readOnly={shell !== null}
              placeholder="/tmp/capture.fifo"
              spellCheck={false}
              onChange={(e) => change({ pipe: e.target.value })}
              data-first
            />
            {shell === null ? null : (
              <button type="button" className="button" onClick={() => void choosePipe()}>
                {word('lab.choose')}
              </button>
            )}
          </label>
        )}
        <p className="dim">{word(kind === 'ssh' ? 'source.sshHint' : 'source.pipeHint')}</p>
        <div className="dialog-actions">
          <button
            type="submit"
            className="button primary"
            disabled={busy || (kind === 'ssh' ? choice.host : choice.pipe).trim() === ''}
          >
            {busy ? word('connectingTo') : word('start')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

export function copyCommand(command: string): void {
  copyText(command, plainWord('commandCopied'));
}

export function Command({ command }: { readonly command: string }): ReactNode {
  const word = useWord();
  return (
    <p className="command">
      <code>{command}</code>
      <button type="button" className="button" onClick={() => copyCommand(command)}>
        {word('copy')}
      </button>
    </p>
  );
}

const STATES = { ok: 'benign', warning: 'suspicious', bad: 'malicious' } as const;

export function Doctor(): ReactNode {
  const word = useWord();
  const [report, setReport] = useState<DoctorReport | null>(null);
  const [busy, setBusy] = useState(true);
  const look = async (): Promise<void> => {
    setBusy(true);
    const answer = await ask('doctor', {});
    if (answer !== null) setReport(answer);
    setBusy(false);
  };
  useEffect(() => void look(), []);
  return (
    <Dialog title={word('doctor')}>
      <p className="doctor-verdict" role="status">
        {report === null ? (
          word('doctorLooking')
        ) : (
          <>
            <span className={`chip ${report.ready ? 'benign' : 'suspicious'}`}>
              {word(report.ready ? 'ready' : 'notReady')}
            </span>{' '}
            {word(report.ready ? 'doctorReady' : 'doctorNotReady')}
          </>
        )}
      </p>
      <ul className="checks">
        {report?.checks.map((c) => (
          <li key={c.name}>
            <span className={`chip ${STATES[c.state]}`}>{word(`check.${c.state}`)}</span>
            <div>
              <strong>{word(`check.${c.name}`)}</strong>
              <p>{sentence(c.sentence)}</p>
              {c.command === null ? null : <Command command={c.command} />}
            </div>
          </li>
        ))}
      </ul>
      <div className="dialog-actions">
        <button type="button" className="button primary" disabled={busy} onClick={() => void look()} data-first>
          {word('testAgain')}
        </button>
      </div>
    </Dialog>
  );
}
