// Comments of the selected packet: shown in the head of its tree, written in a dialog. Each is the text of people, so it
// is shown as text and never as a filter or a link.
import { useEffect, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { MAX_COMMENT, type PacketRow } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

const NONE: readonly string[] = [];

/** Comments of a packet as they are now. @returns null until they are known */
function useComments(packet: PacketRow | null): readonly string[] | null {
  const revision = useStore((s) => s.session?.revision ?? 0);
  const session = useStore((s) => s.session?.session);
  const [known, setKnown] = useState<{ readonly packet: PacketRow | null; readonly comments: readonly string[] }>({
    packet: null,
    comments: NONE,
  });
  useEffect(() => {
    if (packet === null) return undefined;
    let current = true;
    client.ask('comments', { row: packet }).then(
      ({ comments }) => {
        if (current) setKnown({ packet, comments });
      },
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, [packet, session, revision]);
  return known.packet === packet ? known.comments : null;
}

/** Above the tree, where the packet has comments. */
export function CommentsHead({ packet }: { readonly packet: PacketRow | null }): ReactNode {
  const word = useWord();
  const comments = useComments(packet);
  if (packet === null || comments === null || comments.length === 0) return null;
  return (
    <div className="packet-comments" role="group" aria-label={word('comments')}>
      <ul tabIndex={0} aria-label={word('comments')}>
        {comments.map((text, i) => (
          <li key={i}>{lines(text)}</li>
        ))}
      </ul>
      <button type="button" className="link-button" onClick={() => useStore.setState({ dialog: 'packet-comment' })}>
        {word('comments.edit')}
      </button>
    </div>
  );
}

/** Line ends stay, whatever else is made fit for the eye. */
function lines(text: string): string {
  return text.split(/\r?\n/).map(visible).join('\n');
}

export function PacketComment(): ReactNode {
  const word = useWord();
  const packet = useStore((s) => s.packet);
  const set = useStore((s) => s.set);
  const [texts, setTexts] = useState<readonly string[] | null>(null);
  useEffect(() => {
    if (packet === null) return;
    client.ask('comments', { row: packet }).then(
      ({ comments }) => setTexts((before) => before ?? (comments.length === 0 ? [''] : comments)),
      () => undefined,
    );
  }, [packet]);
  const first = useRef<HTMLTextAreaElement>(null);
  const ready = texts !== null;
  useEffect(() => {
    if (ready) first.current?.focus();
  }, [ready]);
  if (packet === null) return <Dialog title={word('comments.write')}>{word('selectPacket')}</Dialog>;
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    const comments = (texts ?? NONE).map((t) => t.trim()).filter((t) => t !== '');
    if ((await ask('comment', { row: packet, comments })) !== null) set({ dialog: null });
  };
  const change = (at: number, text: string): void =>
    setTexts((before) => (before ?? NONE).map((t, i) => (i === at ? text : t)));
  return (
    <Dialog title={word('comments.of', { n: count(packet + 1) })}>
      <form onSubmit={(e) => void save(e)}>
        <p className="dim">{word('comments.hint')}</p>
        {(texts ?? NONE).map((text, i) => (
          <label key={i} className="field-row comment-field">
            <span>{word('comments.one', { n: i + 1 })}</span>
            <textarea
              className="field"
              rows={3}
              value={text}
              maxLength={MAX_COMMENT}
              ref={i === 0 ? first : null}
              onChange={(e) => change(i, e.target.value)}
            />
          </label>
        ))}
        <div className="dialog-actions">
          <button type="button" className="button" onClick={() => setTexts([...(texts ?? NONE), ''])}>
            {word('comments.another')}
          </button>
          <button type="submit" className="button primary" disabled={texts === null}>
            {word('comments.save')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
