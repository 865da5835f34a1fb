// Texts that people write: notes of a capture, and the board of the team.
import { type ReactNode, useState } from 'react';
import type { Note, NoteBody, Page } from '../../platform/contract.ts';
import { ask, query } from '../api.ts';
import { DeleteButton, Form, moment, Paging, shown, useLoaded, wentWell } from '../parts/basics.tsx';
import { useWord } from '../state.ts';

const LIMIT = 50;

export function BoardPage(): ReactNode {
  const word = useWord();
  return (
    <div className="page">
      <h1>{word('board')}</h1>
      <p className="dim">{word('boardLead')}</p>
      <Notes at="/board" title={null} empty={word('noMessages')} button={word('post')} />
    </div>
  );
}

/** @param at where they are, below the API */
export function Notes({
  at,
  title,
  empty,
  button,
}: {
  readonly at: string;
  readonly title: string | null;
  readonly empty: string;
  readonly button: string;
}): ReactNode {
  const word = useWord();
  const [text, setText] = useState('');
  const [offset, setOffset] = useState(0);
  const { value, again } = useLoaded<Page<Note>>(`${at}${query({ offset, limit: LIMIT })}`);
  const send = async (): Promise<void> => {
    if (!wentWell(await ask<Note>('POST', at, { text } satisfies NoteBody))) return;
    setText('');
    setOffset(0);
    again();
  };
  const remove = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `${at}/${id}`))) again();
  };
  return (
    <section className="notes">
      {title === null ? null : <h2>{title}</h2>}
      <Form button={button} send={send}>
        <label className="labelled wide">
          <span className="visually-hidden">{button}</span>
          <textarea value={text} rows={3} required maxLength={10_000} onChange={(e) => setText(e.target.value)} />
        </label>
      </Form>
      {value?.total === 0 ? <p className="dim">{empty}</p> : null}
      <ul>
        {value?.items.map((note) => (
          <li key={note.id} className="card">
            <div className="row between">
              <span>
                <strong>{shown(note.author)}</strong> <span className="dim">{moment(note.at)}</span>
              </span>
              {note.own ? (
                <DeleteButton
                  text={word('delete')}
                  title={word('delete')}
                  lead={shown(note.text).slice(0, 200)}
                  remove={() => remove(note.id)}
                />
              ) : null}
            </div>
            <p className="said">{lines(note.text)}</p>
          </li>
        ))}
      </ul>
      {value === null ? null : <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />}
    </section>
  );
}

/** Lines stay lines; other marks that would rearrange them are made visible. */
function lines(text: string): string {
  return text.split('\n').map(shown).join('\n');
}
