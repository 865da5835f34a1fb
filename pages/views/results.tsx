// What a verdict stands on: incidents with their evidence, the flows behind them, protocols.
import { type ReactNode, useState } from 'react';
import type { FlowRecord, IncidentRecord, Label, Message } from '../../contract/index.ts';
import { count } from '../../renderer/words/format.ts';
import type { EvidenceItem, FlowLabel, FlowsQuery, LabelBody, Page, ProtocolCount } from '../../platform/contract.ts';
import { ask, query } from '../api.ts';
import { Choice, type Column, Field, Paging, shown, sizeText, Table, useLoaded, wentWell } from '../parts/basics.tsx';
import { useLater } from '../parts/later.ts';
import { useSentence, useWord } from '../state.ts';
import type { WordKey } from '../words.ts';

const LIMIT = 50;
/** Packets of a piece of evidence that are named. */
const NAMED = 8;

/** Texts of results in the language shown; those of results that were made without keys are in English. */
function useSaid(): (said: Message | undefined, text: string) => string {
  const sentence = useSentence();
  return (said, text) => shown(said === undefined ? text : sentence(said));
}

export function Incidents({
  at,
  flowsOf,
}: {
  readonly at: string;
  readonly flowsOf: (incident: number) => void;
}): ReactNode {
  const word = useWord();
  const said = useSaid();
  const [offset, setOffset] = useState(0);
  const { value } = useLoaded<Page<IncidentRecord>>(`${at}/incidents${query({ offset, limit: LIMIT })}`);
  if (value === null) return <p className="dim pad">{word('loading')}</p>;
  if (value.total === 0) return <p className="empty">{word('noIncidents')}</p>;
  return (
    <>
      <ul className="incidents">
        {value.items.map((incident) => (
          <li key={incident.id} className="card">
            <div className="row between">
              <h3>{said(incident.said?.title, incident.title)}</h3>
              <span className={`chip ${incident.verdict ?? 'open'}`}>
                {word(incident.verdict ?? 'open')} {word('nPoints', { n: incident.points })}
              </span>
            </div>
            <p>
              <code>{shown(incident.initiator)}</code> → <code>{shown(incident.peer)}</code>{' '}
              <span className="dim">{shown(incident.names.join(', '))}</span>
            </p>
            <ul className="pieces">
              {incident.evidence.map((piece, i) => (
                <li key={i} className={piece.counts ? '' : 'dim'}>
                  <span className="points">{pointsOf(piece)}</span>
                  <span>
                    {said(piece.said, piece.text)}{' '}
                    <span className="dim">
                      {[
                        piece.technique === null ? '' : `ATT&CK ${piece.technique}`,
                        piece.flow_count > 1 ? word('inFlows', { n: piece.flow_count }) : '',
                        packetsOf(piece, word),
                      ]
                        .filter(Boolean)
                        .join(' · ')}
                    </span>
                  </span>
                </li>
              ))}
              {incident.corrections.map((text, i) => (
                <li key={`c${i}`}>
                  <span className="points">±</span>
                  <span>{said(incident.said?.corrections[i], text)}</span>
                </li>
              ))}
            </ul>
            <button type="button" className="link" onClick={() => flowsOf(incident.id)}>
              {word('flowsOf')} ({count(incident.flows)})
            </button>
          </li>
        ))}
      </ul>
      <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />
    </>
  );
}

function pointsOf({ points, counts }: { readonly points: number; readonly counts: boolean }): string {
  if (points === 0) return '·';
  return counts ? `+${points}` : `(${points})`;
}

function packetsOf({ packets }: { readonly packets: readonly number[] }, word: ReturnType<typeof useWord>): string {
  if (packets.length === 0) return '';
  const list = packets.slice(0, NAMED).map((n) => String(n));
  return word('packetsShow', { list: `${list.join(', ')}${packets.length > NAMED ? ', …' : ''}` });
}

type FlowVerdict = NonNullable<FlowsQuery['verdict']>;
type FlowSort = NonNullable<FlowsQuery['sort']>;
const VERDICTS: readonly FlowVerdict[] = ['malicious', 'suspicious', 'unfamiliar', 'benign'];

export function Flows({
  at,
  own,
  incident,
  leave,
}: {
  readonly at: string;
  readonly own: boolean;
  readonly incident: number | null;
  readonly leave: () => void;
}): ReactNode {
  const word = useWord();
  const [search, setSearch] = useState('');
  const [verdict, setVerdict] = useState<FlowVerdict | ''>('');
  const [sort, setSort] = useState<FlowSort>('points');
  const [offset, setOffset] = useState(0);
  const asked = useLater(search);
  const order = sort === 'start' ? 'up' : 'down';
  const path = query({ search: asked, verdict, sort, order, offset, limit: LIMIT, incident: incident ?? undefined });
  const { value } = useLoaded<Page<FlowRecord>>(`${at}/flows${path}`);
  const labels = useLoaded<Page<FlowLabel>>(own ? `${at}/labels` : null);
  const labelOf = new Map(labels.value?.items.map((l) => [l.flow, l.label]));
  const label = async (flow: number, to: Label | null): Promise<void> => {
    if (wentWell(await ask('PUT', `${at}/labels`, { flow, label: to } satisfies LabelBody))) labels.again();
  };
  const columns: readonly Column<FlowRecord>[] = [
    {
      head: word('verdict'),
      cell: (f) => <span className={`chip ${f.verdict ?? 'open'}`}>{word((f.verdict ?? 'open') as WordKey)}</span>,
    },
    { head: word('points'), cell: (f) => (f.points === undefined || f.points === 0 ? '' : f.points), numeric: true },
    { head: word('initiator'), cell: (f) => <code>{end(f.src, f.sport)}</code> },
    { head: word('peer'), cell: (f) => <code>{end(f.dst, f.dport)}</code> },
    { head: word('application'), cell: (f) => shown(f.app) },
    { head: word('name'), cell: (f) => shown(f.sni ?? ''), wide: true },
    { head: word('packets'), cell: (f) => count(f.packets_fwd + f.packets_rev), numeric: true },
    { head: word('bytes'), cell: (f) => sizeText(f.bytes_fwd + f.bytes_rev), numeric: true },
    { head: word('start'), cell: (f) => f.start.replace('T', ' ').slice(0, 19) },
    ...(own
      ? [
          {
            head: word('label'),
            cell: (f: FlowRecord) => (
              <select
                aria-label={word('label')}
                value={labelOf.get(f.id) ?? ''}
                onChange={(e) => void label(f.id, e.target.value === '' ? null : (e.target.value as Label))}
              >
                <option value="">{word('labelNone')}</option>
                <option value="benign">{word('benign')}</option>
                <option value="malicious">{word('malicious')}</option>
              </select>
            ),
          },
        ]
      : []),
  ];
  const first =
    <T,>(set: (value: T) => void): ((value: T) => void) =>
    (v) => {
      setOffset(0);
      set(v);
    };
  return (
    <>
      <div className="filters">
        <Field label={word('searchFlows')} value={search} change={first(setSearch)} type="search" />
        <Choice
          label={word('verdict')}
          value={verdict}
          among={[['', word('anyVerdict')], ...VERDICTS.map((v) => [v, word(v)] as const)]}
          change={first(setVerdict)}
        />
        <Choice
          label={word('sortBy')}
          value={sort}
          among={[
            ['points', word('points')],
            ['start', word('start')],
            ['packets', word('packets')],
            ['bytes', word('bytes')],
            ['duration', word('duration')],
          ]}
          change={first(setSort)}
        />
        {incident === null ? null : (
          <button type="button" className="button" onClick={leave}>
            {word('allFlows')}
          </button>
        )}
      </div>
      {value === null ? <p className="dim pad">{word('loading')}</p> : null}
      {value?.total === 0 ? <p className="empty">{word('noFlows')}</p> : null}
      {value === null || value.total === 0 ? null : (
        <>
          <Table columns={columns} rows={value.items} keyOf={(f) => f.id} label={word('flows')} />
          <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />
        </>
      )}
    </>
  );
}

function end(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

export function Evidence({ at }: { readonly at: string }): ReactNode {
  const word = useWord();
  const said = useSaid();
  const [offset, setOffset] = useState(0);
  const { value } = useLoaded<Page<EvidenceItem>>(`${at}/evidence${query({ offset, limit: LIMIT })}`);
  if (value === null) return <p className="dim pad">{word('loading')}</p>;
  if (value.total === 0) return <p className="empty">{word('noEvidence')}</p>;
  const columns: readonly Column<EvidenceItem>[] = [
    { head: word('points'), cell: (e) => pointsOf(e), numeric: true },
    { head: word('evidence'), cell: (e) => said(e.said, e.text), wide: true },
    { head: 'ATT&CK', cell: (e) => e.technique ?? '' },
    { head: word('initiator'), cell: (e) => <code>{shown(e.initiator)}</code> },
    { head: word('peer'), cell: (e) => <code>{shown(e.peer)}</code> },
    { head: word('flows'), cell: (e) => count(e.flow_count), numeric: true },
    { head: word('packets'), cell: (e) => packetsOf(e, word) },
  ];
  return (
    <>
      <Table
        columns={columns}
        rows={value.items}
        keyOf={(e) => `${e.incident} ${e.rule} ${e.first}`}
        label={word('evidence')}
      />
      <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />
    </>
  );
}

export function Protocols({ at }: { readonly at: string }): ReactNode {
  const word = useWord();
  const { value } = useLoaded<Page<ProtocolCount>>(`${at}/protocols`);
  if (value === null) return <p className="dim pad">{word('loading')}</p>;
  return <ProtocolTable rows={value.items} />;
}

export function ProtocolTable({ rows }: { readonly rows: readonly ProtocolCount[] }): ReactNode {
  const word = useWord();
  const most = Math.max(1, ...rows.map((r) => r.bytes));
  const columns: readonly Column<ProtocolCount>[] = [
    { head: word('protocol'), cell: (p) => shown(p.protocol) },
    { head: word('flows'), cell: (p) => count(p.flows), numeric: true },
    { head: word('packets'), cell: (p) => count(p.packets), numeric: true },
    { head: word('bytes'), cell: (p) => sizeText(p.bytes), numeric: true },
    { head: '', cell: (p) => <meter value={p.bytes} max={most} aria-hidden="true" />, wide: true },
  ];
  return <Table columns={columns} rows={rows} keyOf={(p) => p.protocol} label={word('protocols')} />;
}
