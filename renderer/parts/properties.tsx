// Capture file properties: what the file is, when it was captured and by what, its interfaces, what is in it.
import { useEffect, useState, type ReactNode } from 'react';
import type { CaptureProperties, FileHashes } from '../../contract/index.ts';
import { useCounting } from '../state/counting.ts';
import { useStore } from '../state/store.ts';
import { bitRate, bytes, count, visible } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { CountingNote } from './counting-note.tsx';

export function Properties(): ReactNode {
  const word = useWord();
  const counting = useCounting();
  const { ask } = counting;
  const [p, set] = useState<CaptureProperties | null>(null);
  const [turn, setTurn] = useState(0);
  const done = useStore((s) => s.session?.phase === 'done');
  const filter = useStore((s) => s.views?.packets.filter ?? '');
  useEffect(() => {
    void ask('statsProperties', {}).then((found) => {
      if (found !== null) set(found);
    });
  }, [ask, turn, done, filter]);
  if (p === null) return <CountingNote counting={counting} again={() => setTurn(turn + 1)} />;
  const known = (text: string): string => (text === '' ? word('stats.p.unknown') : visible(text));
  return (
    <div className="stats-scroll" tabIndex={0} role="group" aria-label={word('stats.p.file')}>
      <div className="stats-cards">
        <Card title={word('stats.p.file')}>
          <Fact name={word('stats.p.name')}>{visible(p.name)}</Fact>
          <Fact name={word('stats.p.path')}>{visible(p.path)}</Fact>
          <Fact name={word('stats.p.length')}>
            {bytes(p.length)} <span className="dim">({count(p.length)} B)</span>
          </Fact>
          <Fact name={word('stats.p.format')}>
            {p.format}
            {p.compression === '' ? '' : ` (${visible(p.compression)})`}
          </Fact>
          <Fact name={word('stats.p.encapsulation')}>{p.encapsulations.join(', ') || word('stats.p.unknown')}</Fact>
          <Fact name={word('stats.p.precision')}>
            {word(p.nanosecond ? 'stats.p.nanoseconds' : 'stats.p.microseconds')}
          </Fact>
          <Hashes />
        </Card>
        <Card title={word('stats.p.time')}>
          <Fact name={word('stats.p.first')}>{stamp(p.first)}</Fact>
          <Fact name={word('stats.p.last')}>{stamp(p.last)}</Fact>
          <Fact name={word('stats.p.elapsed')}>{p.duration.toFixed(6)} s</Fact>
          <Fact name={word('stats.p.order')}>{word(p.strictOrder ? 'stats.p.yes' : 'stats.p.no')}</Fact>
        </Card>
        <Card title={word('stats.p.capture')}>
          <Fact name={word('stats.p.hardware')}>{known(p.hardware)}</Fact>
          <Fact name={word('stats.p.os')}>{known(p.os)}</Fact>
          <Fact name={word('stats.p.application')}>{known(p.application)}</Fact>
          <Fact name={word('stats.p.packetComments')}>{count(p.packetComments)}</Fact>
          <Fact name={word('stats.p.cut')}>{count(p.cut)}</Fact>
        </Card>
      </div>
      {p.comments.length === 0 ? null : (
        <Card title={word('stats.p.comments')}>
          {p.comments.map((text, i) => (
            <dd key={i} className="stats-comment">
              {visible(text)}
            </dd>
          ))}
        </Card>
      )}
      <Measurements p={p} />
      <Interfaces p={p} />
    </div>
  );
}

/** As people read it: a blank for the T, digits as the file has them. */
function stamp(text: string): string {
  return text === '' ? '–' : text.replace('T', ' ').replace('Z', ' UTC');
}

function Card({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactNode {
  return (
    <section className="stats-card">
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Hashes(): ReactNode {
  const word = useWord();
  const counting = useCounting();
  const [hashes, set] = useState<FileHashes | null>(null);
  const make = (): void => {
    void counting.ask('statsHashes', {}).then((made) => {
      if (made !== null) set(made);
    });
  };
  if (hashes === null)
    return (
      <Fact name={word('stats.p.sha256')}>
        {counting.done === null ? (
          <button type="button" className="link-button" onClick={make}>
            {word('stats.p.makeHash')}
          </button>
        ) : (
          <CountingNote counting={counting} again={make} />
        )}
      </Fact>
    );
  return (
    <>
      <Fact name={word('stats.p.sha256')}>
        <code className="stats-hash">{hashes.sha256}</code>
      </Fact>
      <Fact name={word('stats.p.sha1')}>
        <code className="stats-hash">{hashes.sha1}</code>
      </Fact>
    </>
  );
}

interface Measured {
  readonly packets: number;
  readonly bytes: number;
  readonly duration: number | null;
}

function Measurements({ p }: { readonly p: CaptureProperties }): ReactNode {
  const word = useWord();
  const all: Measured = { packets: p.packets, bytes: p.bytes, duration: p.duration };
  const columns: readonly Measured[] = [all, p.displayed, { ...p.marked, duration: null }];
  const per = (amount: number, of: number | null, digits = 1): string => {
    if (of === null || of <= 0) return '–';
    const [whole, rest] = (amount / of).toFixed(digits).split('.');
    return `${count(Number(whole))}.${rest}`;
  };
  const share = (n: number, whole: number): string => (whole === 0 ? '' : ` (${((n * 100) / whole).toFixed(1)} %)`);
  const lines: readonly (readonly [string, (m: Measured) => string])[] = [
    [word('stats.p.packets'), (m) => count(m.packets) + (m === all ? '' : share(m.packets, all.packets))],
    [word('stats.p.span'), (m) => (m.duration === null ? '–' : m.duration.toFixed(3))],
    [word('stats.p.pps'), (m) => per(m.packets, m.duration)],
    [word('stats.p.size'), (m) => per(m.bytes, m.packets, 2)],
    [word('stats.p.bytes'), (m) => count(m.bytes) + (m === all ? '' : share(m.bytes, all.bytes))],
    [word('stats.p.bps'), (m) => (m.duration === null || m.duration <= 0 ? '–' : count(m.bytes / m.duration))],
    [word('stats.p.bits'), (m) => (m.duration === null || m.duration <= 0 ? '–' : bitRate(m.bytes / m.duration))],
  ];
  return (
    <section className="stats-card">
      <h3>{word('stats.p.statistics')}</h3>
      <table className="stats-plain">
        <thead>
          <tr>
            <th scope="col">{word('stats.p.measurement')}</th>
            {(['captured', 'displayed', 'marked'] as const).map((of) => (
              <th key={of} scope="col" className="number">
                {word(`stats.p.${of}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {lines.map(([name, of]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {columns.map((m, i) => (
                <td key={i} className="number">
                  {of(m)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Of a capture with thousands of interfaces the first ones. */
const SHOWN = 200;

function Interfaces({ p }: { readonly p: CaptureProperties }): ReactNode {
  const word = useWord();
  return (
    <section className="stats-card">
      <h3>{word('stats.p.interfaces')}</h3>
      <table className="stats-plain">
        <thead>
          <tr>
            <th scope="col">{word('stats.p.interface')}</th>
            <th scope="col">{word('stats.p.packets')}</th>
            <th scope="col">{word('stats.p.dropped')}</th>
            <th scope="col">{word('stats.p.filter')}</th>
            <th scope="col">{word('stats.p.link')}</th>
            <th scope="col">{word('stats.p.snap')}</th>
          </tr>
        </thead>
        <tbody>
          {p.interfaces.slice(0, SHOWN).map((one, i) => (
            <tr key={i}>
              <th scope="row">
                {visible(one.name) || `#${i}`}
                {[one.description, one.hardware, one.os]
                  .filter((t) => t !== '')
                  .map((text) => (
                    <span key={text} className="dim">
                      {' '}
                      {visible(text)}
                    </span>
                  ))}
              </th>
              <td>{one.packets === null ? word('stats.p.unknown') : count(one.packets)}</td>
              <td>{one.dropped === null ? word('stats.p.unknown') : count(one.dropped)}</td>
              <td>{one.filter === '' ? '–' : visible(one.filter)}</td>
              <td>{one.link}</td>
              <td>{one.snapLength === 0 ? word('stats.p.unlimited') : count(one.snapLength)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
