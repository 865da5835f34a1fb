// Follow stream: what both sides said, in order, as text or as bytes.
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { type Message, packetRow, type PacketRow, saidBy, type StreamPage } from '../../contract/index.ts';
import { goToPacket } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bytes, count, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

const LINE = 19;
const COLUMNS = 110;

interface Line {
  readonly direction: number;
  readonly row: PacketRow;
  readonly text: string;
}

export function Stream(): ReactNode {
  const word = useWord();
  const flow = useStore((s) => s.flow);
  const finding = useStore((s) => s.finding);
  const set = useStore((s) => s.set);
  const [stream, setStream] = useState<StreamPage | null>(null);
  const [problem, setProblem] = useState<Message | null>(null);
  const [as, setAs] = useState<'text' | 'hex'>('text');
  const [side, setSide] = useState<'both' | 0 | 1>('both');
  const scroll = useRef<HTMLDivElement>(null);
  useEffect(() => {
    setStream(null);
    setProblem(null);
    if (flow === null) return undefined;
    const job = client.begin('stream', { flow });
    let current = true;
    job.answer.then(
      (s) => {
        if (current) setStream(s);
      },
      (error: Error) => {
        if (current) setProblem(saidBy(error));
      },
    );
    return () => {
      current = false;
      job.cancel();
    };
  }, [flow]);
  const lines = useMemo(
    () => (stream === null ? [] : linesOf(stream, as).filter((l) => side === 'both' || l.direction === side)),
    [stream, as, side],
  );
  const list = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => LINE,
    overscan: 10,
  });
  const waits = (): string | null => {
    if (problem !== null) return sentence(problem);
    if (flow === null && !finding) return word('noFlow');
    if (stream === null) return word('readingFlow');
    return stream.bytes.length === 0 ? word('noPayload') : null;
  };
  const note = waits();
  return (
    <Dialog title={word('followStream')} wide>
      <div className="stream-head">
        <div className="segmented" role="group" aria-label={word('showAs')}>
          {(['text', 'hex'] as const).map((a) => (
            <button key={a} type="button" aria-pressed={as === a} onClick={() => setAs(a)}>
              {word(`stream.${a}`)}
            </button>
          ))}
        </div>
        {stream === null ? null : (
          <div className="segmented" role="group" aria-label={word('side')}>
            {(['both', 0, 1] as const).map((s) => (
              <button key={s} type="button" aria-pressed={side === s} onClick={() => setSide(s)}>
                {s === 'both' ? word('bothSides') : sideOf(stream, s)}
              </button>
            ))}
          </div>
        )}
      </div>
      <div className="stream" ref={scroll} tabIndex={0} role="group" aria-label={word('followStream')} data-first>
        {note === null ? null : <p className="note">{note}</p>}
        <div style={{ height: list.getTotalSize(), position: 'relative' }}>
          {list.getVirtualItems().map((item) => {
            const line = lines[item.index]!;
            return (
              <div
                key={item.index}
                className={`stream-line ${line.direction === 0 ? 'client' : 'server'}`}
                style={{ transform: `translateY(${item.start}px)` }}
                onDoubleClick={() => {
                  set({ dialog: null });
                  goToPacket(line.row);
                }}
              >
                {line.text}
              </div>
            );
          })}
        </div>
      </div>
      <p className="dim">
        {stream === null
          ? ''
          : [
              word('streamHint'),
              stream.missing > 0 ? word('streamMissing', { n: count(stream.missing) }) : '',
              stream.cut ? word('streamCut') : '',
            ]
              .filter(Boolean)
              .join(' ')}
      </p>
    </Dialog>
  );
}

/** One side of a stream and how much it sent. */
function sideOf(stream: StreamPage, side: 0 | 1): string {
  return side === 0
    ? `${stream.client} → ${bytes(stream.clientBytes)}`
    : `${stream.server} → ${bytes(stream.serverBytes)}`;
}

/** Bytes as ASCII, a dot for what is not printable. */
function printable(part: Uint8Array): string {
  return Array.from(part, (b) => (b >= 32 && b < 127 ? String.fromCharCode(b) : '.')).join('');
}

function linesOf(s: StreamPage, as: 'text' | 'hex'): Line[] {
  const lines: Line[] = [];
  const decoder = new TextDecoder('utf-8');
  let from = 0;
  for (let i = 0; i < s.ends.length; i++) {
    const part = s.bytes.subarray(from, s.ends[i]!);
    const direction = s.direction[i]!;
    const row = packetRow(s.rows[i]!);
    if (as === 'hex') {
      for (let at = 0; at < part.length; at += 16) {
        const line = part.subarray(at, at + 16);
        const hex = Array.from(line, (b) => b.toString(16).padStart(2, '0')).join(' ');
        lines.push({
          direction,
          row,
          text: `${(from + at).toString(16).padStart(8, '0')}  ${hex.padEnd(48)}  ${printable(line)}`,
        });
      }
    } else {
      for (const text of decoder.decode(part).split(/\r?\n/)) {
        const shown = visible(text);
        for (let at = 0; at === 0 || at < shown.length; at += COLUMNS)
          lines.push({ direction, row, text: shown.slice(at, at + COLUMNS) });
      }
    }
    from = s.ends[i]!;
  }
  return lines;
}
