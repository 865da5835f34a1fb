// Export objects: what was sent over HTTP, SMB, TFTP, mail, FTP and DICOM. Saved only when it is asked for, never opened.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import {
  type Message,
  OBJECT_KINDS,
  type ObjectKind,
  type ObjectPage,
  type ObjectRow,
  saidBy,
} from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { saveObjects } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bytes, count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

const ROW = 26;
const A_PAGE = 512;

export function Objects(): ReactNode {
  const word = useWord();
  const [kind, setKind] = useState<ObjectKind>('http');
  const [search, setSearch] = useState('');
  const [picked, setPicked] = useState<ReadonlySet<number>>(new Set());
  const found = useObjects(kind, search);
  const rows = found.rows;
  const choose = (next: ObjectKind): void => {
    setKind(next);
    setPicked(new Set());
  };
  const picks = [...picked];
  const save = (which: readonly number[] | null, as: 'one' | 'folder' | 'zip'): void =>
    void saveObjects(kind, search, which, as);
  return (
    <Dialog title={word('exportObjects')} wide>
      <div className="stream-head">
        <div className="segmented" role="group" aria-label={word('objectKind')}>
          {OBJECT_KINDS.map((k) => (
            <button key={k} type="button" aria-pressed={k === kind} onClick={() => choose(k)}>
              {word(`objects.${k}`)}
            </button>
          ))}
        </div>
        <input
          className="field grow"
          value={search}
          placeholder={word('objectSearch')}
          aria-label={word('objectSearch')}
          onChange={(e) => setSearch(e.target.value)}
        />
      </div>
      <ObjectList rows={rows} note={found.note} picked={picked} setPicked={setPicked} />
      <p className="dim" role="status">
        {found.page === null ? '' : <Remarks page={found.page} picked={picked.size} />}
      </p>
      <div className="dialog-actions">
        <button type="button" className="button" disabled={picks.length !== 1} onClick={() => save(picks, 'one')}>
          {word('saveObject')}
        </button>
        <button type="button" className="button" disabled={picks.length === 0} onClick={() => save(picks, 'folder')}>
          {word('savePicked')}
        </button>
        <button type="button" className="button" disabled={rows.length === 0} onClick={() => save(null, 'folder')}>
          {word('saveAllFolder')}
        </button>
        <button
          type="button"
          className="button"
          disabled={rows.length === 0}
          onClick={() => save(picks.length === 0 ? null : picks, 'zip')}
        >
          {word(picks.length === 0 ? 'saveAllZip' : 'savePickedZip')}
        </button>
      </div>
    </Dialog>
  );
}

interface Found {
  readonly page: ObjectPage | null;
  readonly rows: readonly ObjectRow[];
  readonly note: string | null;
}

function useObjects(kind: ObjectKind, search: string): Found {
  const word = useWord();
  const told = useStore((s) => s.told);
  const session = useStore((s) => s.session?.session);
  const [page, setPage] = useState<ObjectPage | null>(null);
  const [rows, setRows] = useState<readonly ObjectRow[]>([]);
  const [problem, setProblem] = useState<Message | null>(null);
  const [of, setOf] = useState<ObjectKind | null>(null);
  useEffect(() => {
    setProblem(null);
    let current = true;
    let cancel = (): void => undefined;
    const read = async (): Promise<void> => {
      const all: ObjectRow[] = [];
      for (let matched = 1; all.length < matched;) {
        const job = client.begin('objects', { kind, search, from: all.length, count: A_PAGE });
        cancel = job.cancel;
        const next = await job.answer;
        if (!current) return;
        matched = next.matched;
        all.push(...next.rows);
        setPage(next);
        setRows([...all]);
        setOf(kind);
        if (next.rows.length === 0) return;
      }
    };
    read().catch((error: unknown) => {
      if (current) setProblem(saidBy(error));
    });
    return () => {
      current = false;
      cancel();
    };
  }, [kind, search, told, session]);
  if (problem !== null) return { page: null, rows: [], note: sentence(problem) };
  if (of !== kind || page === null) return { page: null, rows: [], note: word('objectsLooking') };
  const none = page.total === 0 ? word('noObjects', { kind: word(`objects.${kind}`) }) : word('noObjectMatches');
  return { page, rows, note: rows.length === 0 ? none : null };
}

function ObjectList({
  rows,
  note,
  picked,
  setPicked,
}: {
  readonly rows: readonly ObjectRow[];
  readonly note: string | null;
  readonly picked: ReadonlySet<number>;
  readonly setPicked: (picked: ReadonlySet<number>) => void;
}): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  const scroll = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState(0);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 10,
  });
  const toggle = (number: number): void => {
    const next = new Set(picked);
    if (!next.delete(number)) next.add(number);
    setPicked(next);
  };
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1, PageDown: 12, PageUp: -12 }[event.key];
    const row = rows[at];
    if (by !== undefined) {
      const to = Math.max(0, Math.min(rows.length - 1, at + by));
      setAt(to);
      list.scrollToIndex(to, { align: 'auto' });
    } else if (event.key === ' ' && row !== undefined) toggle(row.number);
    else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) setPicked(new Set(rows.map((o) => o.number)));
    else if (event.key === 'Enter' && row !== undefined) {
      set({ dialog: null });
      goToPacket(row.packet);
    } else return;
    event.preventDefault();
  };
  return (
    <div className="object-table">
      <div className="object-row object-head" aria-hidden="true">
        <span />
        <span className="number">{word('objectPacket')}</span>
        <span>{word('objectHost')}</span>
        <span>{word('objectType')}</span>
        <span className="number">{word('objectSize')}</span>
        <span>{word('objectName')}</span>
        <span>SHA-256</span>
      </div>
      <div
        className="object-list"
        ref={scroll}
        tabIndex={0}
        role="listbox"
        aria-multiselectable="true"
        aria-label={word('exportObjects')}
        aria-activedescendant={rows[at] === undefined ? undefined : `object-${rows[at].number}`}
        onKeyDown={keys}
        data-first
      >
        {note === null ? null : <p className="note">{note}</p>}
        <div style={{ height: list.getTotalSize(), position: 'relative' }}>
          {list.getVirtualItems().map((item) => {
            const o = rows[item.index]!;
            const on = picked.has(o.number);
            return (
              <div
                key={o.number}
                id={`object-${o.number}`}
                role="option"
                aria-selected={on}
                className={`object-row${item.index === at ? ' at' : ''}${on ? ' picked' : ''}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onClick={() => {
                  setAt(item.index);
                  toggle(o.number);
                }}
                onDoubleClick={() => goToPacket(o.packet)}
              >
                <span className="tick" aria-hidden="true">
                  {on ? '✓' : ''}
                </span>
                <span className="number">{count(o.packet + 1)}</span>
                <span title={visible(o.host)}>{visible(o.host)}</span>
                <span title={visible(o.type)}>{visible(o.type)}</span>
                <span className="number">{bytes(o.bytes)}</span>
                <span title={visible(o.name)}>{visible(o.name)}</span>
                <span className="mono" title={o.sha256}>
                  {o.sha256}
                </span>
              </div>
            );
          })}
        </div>
      </div>
    </div>
  );
}

function Remarks({ page, picked }: { readonly page: ObjectPage; readonly picked: number }): ReactNode {
  const word = useWord();
  return [
    page.matched === page.total
      ? word('nObjects', { n: page.total })
      : word('nObjectsOf', { n: count(page.matched), m: count(page.total) }),
    picked > 0 ? word('nPicked', { n: count(picked) }) : word('objectsHint'),
    page.left > 0 ? word('objectsLeft', { n: page.left }) : '',
    page.partial ? word('objectsPartial') : '',
  ]
    .filter(Boolean)
    .join(' ');
}
