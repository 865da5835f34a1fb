// Bringing captures: drop or choose, see what was recognised, confirm.
import { type DragEvent, type ReactNode, useRef, useState } from 'react';
import type { Message } from '../../contract/index.ts';
import { count } from '../../renderer/words/format.ts';
import type { Capture, CaptureState, ConfirmBody, FirstPacket, Me } from '../../platform/contract.ts';
import { ask, upload } from '../api.ts';
import { type Column, shown, sizeText, Table, wentWell } from '../parts/basics.tsx';
import { go, hashOf } from '../routes.ts';
import { learnWhoIAm } from '../me.ts';
import { useSentence, useWord } from '../state.ts';

/** Files that are sent at the same time. */
const AT_ONCE = 2;

type Item = { readonly key: number; readonly name: string; readonly size: number } & (
  | { readonly is: 'waiting'; readonly file: File }
  | { readonly is: 'sending'; readonly share: number; readonly stop: () => void }
  | { readonly is: 'there'; readonly capture: Capture }
  | { readonly is: 'confirmed'; readonly capture: Capture }
  | { readonly is: 'refused'; readonly why: Message }
);

export function UploadPage({ me }: { readonly me: Me }): ReactNode {
  const word = useWord();
  const [items, setItems] = useState<readonly Item[]>([]);
  const [over, setOver] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const queue = useRef({ next: 1, sending: 0, files: [] as { readonly key: number; readonly file: File }[] });

  const change = (key: number, to: (item: Item) => Item): void =>
    setItems((known) => known.map((item) => (item.key === key ? to(item) : item)));

  const sendNext = (): void => {
    const q = queue.current;
    while (q.sending < AT_ONCE && q.files.length > 0) {
      const { key, file } = q.files.shift()!;
      q.sending++;
      const { stop, answer } = upload(file, (share) =>
        change(key, (item) => (item.is === 'sending' ? { ...item, share } : item)),
      );
      const base = { key, name: file.name, size: file.size };
      change(key, () => ({ ...base, is: 'sending', share: 0, stop }));
      void answer.then((got) => {
        q.sending--;
        change(key, () =>
          got.ok ? { ...base, is: 'there', capture: got.value } : { ...base, is: 'refused', why: got.why },
        );
        void learnWhoIAm();
        sendNext();
      });
    }
  };

  const take = (files: FileList | null): void => {
    const q = queue.current;
    const more = [...(files ?? [])].map((file) => ({ key: q.next++, file }));
    q.files.push(...more);
    setItems((known) => [
      ...known,
      ...more.map(({ key, file }) => ({ key, name: file.name, size: file.size, is: 'waiting' as const, file })),
    ]);
    // The rows are there before the first of them changes.
    queueMicrotask(sendNext);
  };

  const confirm = async (item: Extract<Item, { is: 'there' }>, analyse: boolean): Promise<boolean> => {
    const answer = await ask<CaptureState>('POST', `/uploads/${item.capture.id}/confirm`, {
      analyse,
    } satisfies ConfirmBody);
    if (!wentWell(answer)) return false;
    change(item.key, () => ({ ...item, is: 'confirmed' }));
    return true;
  };
  const discard = async (item: Extract<Item, { is: 'there' }>): Promise<void> => {
    if (!wentWell(await ask('DELETE', `/uploads/${item.capture.id}`))) return;
    setItems((known) => known.filter(({ key }) => key !== item.key));
    void learnWhoIAm();
  };

  const open = items.filter((item) => item.is === 'there');
  const confirmAll = async (): Promise<void> => {
    for (const item of open) if (!(await confirm(item, true))) return;
    go({ page: 'history' });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <div className="page">
      <h1>{word('upload')}</h1>
      <section
        className={over ? 'drop over' : 'drop'}
        onDragOver={(e) => {
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        <h2>{word('dropHere')}</h2>
        <button type="button" className="button primary" onClick={() => chooser.current?.click()}>
          {word('choose')}
        </button>
        <input
          ref={chooser}
          className="visually-hidden"
          type="file"
          multiple
          aria-label={word('choose')}
          tabIndex={-1}
          onChange={(e) => {
            take(e.target.files);
            e.target.value = '';
          }}
        />
        <p className="dim">{word('dropHint', { size: sizeText(me.limits.fileBytes) })}</p>
        <p className="dim">{word('used', { used: sizeText(me.usedBytes), all: sizeText(me.limits.accountBytes) })}</p>
      </section>
      {open.length > 1 ? (
        <div className="row end">
          <button type="button" className="button primary" onClick={() => void confirmAll()}>
            {word('analyseAll', { n: count(open.length) })}
          </button>
        </div>
      ) : null}
      <ul className="uploads" aria-live="polite">
        {items.map((item) => (
          <li key={item.key} className="card">
            <UploadItem item={item} confirm={confirm} discard={discard} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function UploadItem({
  item,
  confirm,
  discard,
}: {
  readonly item: Item;
  readonly confirm: (item: Extract<Item, { is: 'there' }>, analyse: boolean) => Promise<boolean>;
  readonly discard: (item: Extract<Item, { is: 'there' }>) => Promise<void>;
}): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const head = (
    <div className="row">
      <strong className="ellipsis name">{shown(item.name)}</strong>
      <span className="dim">{sizeText(item.size)}</span>
    </div>
  );
  switch (item.is) {
    case 'waiting':
      return head;
    case 'sending':
      return (
        <>
          {head}
          <div className="row">
            <progress value={item.share} max={1} aria-label={word('uploading')} />
            <button type="button" className="button" onClick={item.stop}>
              {word('stop')}
            </button>
          </div>
        </>
      );
    case 'refused':
      return (
        <>
          {head}
          <p className="bad">{sentence(item.why)}</p>
        </>
      );
    case 'confirmed':
      return (
        <>
          {head}
          <a href={hashOf({ page: 'capture', id: item.capture.id })}>{word('verdict')} →</a>
        </>
      );
    case 'there':
      return (
        <>
          {head}
          <Recognised capture={item.capture} />
          <p>{word('confirmLead')}</p>
          <div className="row">
            <button
              type="button"
              className="button primary"
              onClick={() =>
                void confirm(item, true).then((done) => done && go({ page: 'capture', id: item.capture.id }))
              }
            >
              {word('analyse')}
            </button>
            <button type="button" className="button" onClick={() => void confirm(item, false)}>
              {word('keepOnly')}
            </button>
            <button type="button" className="button" onClick={() => void discard(item)}>
              {word('discard')}
            </button>
          </div>
        </>
      );
  }
}

export function Recognised({ capture }: { readonly capture: Capture }): ReactNode {
  const word = useWord();
  const sentence = useSentence();
  const { format, compression, note, packets } = capture.recognised;
  const columns: readonly Column<FirstPacket>[] = [
    { head: word('no'), cell: (p) => count(p.no), numeric: true },
    { head: word('source'), cell: (p) => shown(p.source) },
    { head: word('destination'), cell: (p) => shown(p.destination) },
    { head: word('protocol'), cell: (p) => shown(p.protocol) },
    { head: word('length'), cell: (p) => count(p.length), numeric: true },
    { head: word('info'), cell: (p) => shown(p.info), wide: true },
  ];
  return (
    <>
      <dl className="facts few">
        <div>
          <dt>{word('recognised')}</dt>
          <dd>{compression === null ? format : word('packedIn', { format, compression })}</dd>
        </div>
        <div className="long">
          <dt>{word('sha256')}</dt>
          <dd>
            <code>{capture.sha256}</code>
          </dd>
        </div>
      </dl>
      {note === null ? null : <p className="bad">{sentence(note)}</p>}
      {packets.length === 0 ? null : (
        <details>
          <summary>{word('firstPackets')}</summary>
          <Table columns={columns} rows={packets} keyOf={(p) => p.no} label={word('firstPackets')} />
        </details>
      )}
    </>
  );
}
