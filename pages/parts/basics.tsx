// Small parts that every page has: verdicts, fields, tables with pages, questions before something is gone.
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { bytes, count, visible } from '../../renderer/words/format.ts';
import type { CaptureState, CaptureVerdict } from '../../platform/contract.ts';
import { type Answer, get } from '../api.ts';
import { tell, usePages, useSentence, useWord } from '../state.ts';

/** A moment as people read it, in the reader's zone. */
export function moment(ms: number): string {
  const two = (n: number): string => String(n).padStart(2, '0');
  const d = new Date(ms);
  const day = `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
  return `${day} ${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

const CHIP = { safe: 'benign', suspicious: 'suspicious', dangerous: 'malicious', nothing: 'open' } as const;

export function VerdictChip({ verdict }: { readonly verdict: CaptureVerdict }): ReactNode {
  const word = useWord();
  return <span className={`chip ${CHIP[verdict]}`}>{word(`v.${verdict}`)}</span>;
}

/** Where a capture is; its verdict once there is one. */
export function StateChip({ state }: { readonly state: CaptureState }): ReactNode {
  const word = useWord();
  if (state.at === 'done') return <VerdictChip verdict={state.verdict} />;
  const values = {
    place: state.at === 'waiting' ? count(state.place) : '',
    share: state.at === 'analysing' ? Math.floor(state.share * 100) : '',
  };
  return <span className={`state ${state.at}`}>{word(`at.${state.at}`, values)}</span>;
}

export interface Loaded<T> {
  readonly value: T | null;
  readonly failed: boolean;
  readonly again: () => void;
}

/** Loads from the API, again when `path` or `news` changes; an answer that comes late for another path is dropped. */
export function useLoaded<T>(path: string | null, news: unknown = null): Loaded<T> {
  const [held, setHeld] = useState<{ readonly path: string; readonly value: T | null } | null>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (path === null) return;
    let current = true;
    void get<T>(path).then((answer) => {
      if (!current) return;
      setHeld({ path, value: answer.ok ? answer.value : null });
      if (!answer.ok && answer.code !== 'not-signed-in' && answer.code !== 'not-found') tell(answer.why, true);
    });
    return () => {
      current = false;
    };
  }, [path, news, turn]);
  const value = held !== null && held.path === path ? held.value : null;
  const failed = held !== null && held.path === path && held.value === null;
  return { value, failed, again: () => setTurn((n) => n + 1) };
}

/** Says why something was refused. @returns whether it went well */
export function wentWell<T>(answer: Answer<T>): answer is Extract<Answer<T>, { ok: true }> {
  if (!answer.ok) tell(answer.why, true);
  return answer.ok;
}

/** A form whose button waits for the answer. */
export function Form({
  children,
  button,
  danger = false,
  send,
}: {
  readonly children: ReactNode;
  readonly button: string;
  readonly danger?: boolean;
  readonly send: () => Promise<void>;
}): ReactNode {
  const [busy, setBusy] = useState(false);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    void send().finally(() => setBusy(false));
  };
  return (
    <form className="form" onSubmit={submit}>
      {children}
      <button type="submit" className={danger ? 'button danger' : 'button primary'} disabled={busy}>
        {button}
      </button>
    </form>
  );
}

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly change: (value: string) => void;
  readonly type?: 'text' | 'password' | 'number' | 'search';
  readonly autoComplete?: string;
  readonly required?: boolean;
  readonly autoFocus?: boolean;
}

export function Field({
  label,
  value,
  change,
  type = 'text',
  autoComplete,
  required,
  autoFocus,
}: FieldProps): ReactNode {
  return (
    <label className="labelled">
      <span>{label}</span>
      <input
        type={type}
        value={value}
        autoComplete={autoComplete ?? 'off'}
        required={required === true}
        autoFocus={autoFocus === true}
        spellCheck={false}
        onChange={(e) => change(e.target.value)}
      />
    </label>
  );
}

export function PasswordField({
  kind,
  ...field
}: Pick<FieldProps, 'label' | 'value' | 'change'> & { readonly kind: 'current' | 'new' }): ReactNode {
  return <Field {...field} type="password" autoComplete={`${kind}-password`} required />;
}

export interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly among: readonly (readonly [value: T, text: string])[];
  readonly change: (value: T) => void;
}

export function Choice<T extends string>({ label, value, among, change }: ChoiceProps<T>): ReactNode {
  return (
    <label className="labelled">
      <span>{label}</span>
      <select value={value} onChange={(e) => change(e.target.value as T)}>
        {among.map(([v, text]) => (
          <option key={v} value={v}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

export interface Column<T> {
  readonly head: string;
  readonly cell: (row: T) => ReactNode;
  readonly numeric?: boolean;
  readonly wide?: boolean;
}

function classOf({ numeric, wide }: { readonly numeric?: boolean; readonly wide?: boolean }): string | undefined {
  if (numeric === true) return 'numeric';
  return wide === true ? 'wide' : undefined;
}

export function Table<T>({
  columns,
  rows,
  keyOf,
  label,
}: {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string | number;
  readonly label: string;
}): ReactNode {
  return (
    // A table that is wider than its place is scrolled, also with the keyboard.
    <div className="table-box" tabIndex={0} role="region" aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((c, i) =>
              // A column of buttons or bars explains itself.
              c.head === '' ? (
                <td key={i} />
              ) : (
                <th key={i} className={c.numeric === true ? 'numeric' : undefined} scope="col">
                  {c.head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map((c, i) => (
                <td key={i} className={classOf(c)}>
                  {c.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

export function Paging({
  offset,
  limit,
  total,
  change,
}: {
  readonly offset: number;
  readonly limit: number;
  readonly total: number;
  readonly change: (offset: number) => void;
}): ReactNode {
  const word = useWord();
  if (total <= limit && offset === 0) return null;
  const to = Math.min(total, offset + limit);
  return (
    <nav className="paging">
      <button
        type="button"
        className="button"
        disabled={offset === 0}
        onClick={() => change(Math.max(0, offset - limit))}
      >
        {word('previous')}
      </button>
      <span>{word('pageOf', { from: count(Math.min(total, offset + 1)), to: count(to), total: count(total) })}</span>
      <button type="button" className="button" disabled={to >= total} onClick={() => change(offset + limit)}>
        {word('next')}
      </button>
    </nav>
  );
}

/** Asks before something is gone. */
export function Question({
  title,
  children,
  close,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly close: () => void;
}): ReactNode {
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => box.current?.showModal(), []);
  return (
    <dialog ref={box} className="question" aria-label={title} onClose={close}>
      <h2>{title}</h2>
      {children}
    </dialog>
  );
}

export function DeleteButton({
  text,
  title,
  lead,
  remove,
}: {
  readonly text: string;
  readonly title: string;
  readonly lead: string;
  readonly remove: () => Promise<void>;
}): ReactNode {
  const word = useWord();
  const [asks, setAsks] = useState(false);
  return (
    <>
      <button type="button" className="button danger" onClick={() => setAsks(true)}>
        {text}
      </button>
      {asks ? (
        <Question title={title} close={() => setAsks(false)}>
          <p>{lead}</p>
          <div className="row end">
            <button type="button" className="button" onClick={() => setAsks(false)}>
              {word('cancel')}
            </button>
            <button type="button" className="button danger" onClick={() => void remove().finally(() => setAsks(false))}>
              {word('delete')}
            </button>
          </div>
        </Question>
      ) : null}
    </>
  );
}

/** A secret that is shown this once, with a way to copy it. */
export function Once({ lead, secret }: { readonly lead: string; readonly secret: string }): ReactNode {
  const word = useWord();
  return (
    <div className="once" role="status">
      <p>{lead}</p>
      <div className="row">
        <code>{secret}</code>
        <button
          type="button"
          className="button"
          onClick={() => void navigator.clipboard.writeText(secret).then(() => tell({ say: 'copied' }))}
        >
          {word('copy')}
        </button>
      </div>
    </div>
  );
}

export const sizeText = bytes;
export const shown = visible;

export function Note(): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const note = usePages((s) => s.note);
  useEffect(() => {
    if (note === null || note.bad) return;
    const timer = setTimeout(() => usePages.setState({ note: null }), 6_000);
    return () => clearTimeout(timer);
  }, [note]);
  if (note === null) return null;
  return (
    <div className={note.bad ? 'toast bad' : 'toast'} role={note.bad ? 'alert' : 'status'}>
      <span>{sentence(note.text)}</span>
      <button type="button" className="link" onClick={() => usePages.setState({ note: null })}>
        {word('close')}
      </button>
    </div>
  );
}
