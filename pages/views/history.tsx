// All captures of the account: search, sort, states as they change.
import { type ReactNode, useState } from 'react';
import {
  CAPTURE_STATES,
  CAPTURE_VERDICTS,
  type CaptureRow,
  type CapturesQuery,
  type CaptureStateName,
  type CaptureVerdict,
  type Page,
} from '../../platform/contract.ts';
import { query } from '../api.ts';
import {
  Choice,
  type Column,
  Field,
  moment,
  Paging,
  shown,
  sizeText,
  StateChip,
  Table,
  useLoaded,
} from '../parts/basics.tsx';
import { hashOf } from '../routes.ts';
import { usePages, useWord } from '../state.ts';
import { useLater } from '../parts/later.ts';

const LIMIT = 50;
type Sort = NonNullable<CapturesQuery['sort']>;

export function HistoryPage(): ReactNode {
  const word = useWord();
  const change = usePages((s) => s.change);
  const [search, setSearch] = useState('');
  const [state, setState] = useState<CaptureStateName | ''>('');
  const [verdict, setVerdict] = useState<CaptureVerdict | ''>('');
  const [sort, setSort] = useState<Sort>('uploaded');
  const [offset, setOffset] = useState(0);
  const asked = useLater(search);
  const order = sort === 'name' ? 'up' : 'down';
  const path = `/captures${query({ search: asked, state, verdict, sort, order, offset, limit: LIMIT })}`;
  const { value } = useLoaded<Page<CaptureRow>>(path, change);
  const again =
    <T,>(set: (value: T) => void): ((value: T) => void) =>
    (v) => {
      setOffset(0);
      set(v);
    };
  const columns: readonly Column<CaptureRow>[] = [
    {
      head: word('name'),
      cell: (c) => <a href={hashOf({ page: 'capture', id: c.id })}>{shown(c.name)}</a>,
      wide: true,
    },
    { head: word('state'), cell: (c) => <StateChip state={c.state} /> },
    { head: word('incidents'), cell: (c) => c.counts?.incidents ?? '', numeric: true },
    { head: word('flows'), cell: (c) => c.counts?.flows.toLocaleString('en-US') ?? '', numeric: true },
    { head: word('packets'), cell: (c) => c.counts?.packets.toLocaleString('en-US') ?? '', numeric: true },
    { head: word('size'), cell: (c) => sizeText(c.size), numeric: true },
    { head: word('format'), cell: (c) => c.format },
    { head: word('uploadedAt'), cell: (c) => moment(c.uploaded) },
    { head: word('notes'), cell: (c) => (c.notes === 0 ? '' : c.notes), numeric: true },
  ];
  const filtered = asked !== '' || state !== '' || verdict !== '';
  return (
    <div className="page">
      <h1>{word('history')}</h1>
      <div className="filters">
        <Field label={word('searchCaptures')} value={search} change={again(setSearch)} type="search" />
        <Choice
          label={word('state')}
          value={state}
          among={[
            ['', word('anyState')],
            ...CAPTURE_STATES.map((s) => [s, word(`at.${s}`, { place: '…', share: '…' })] as const),
          ]}
          change={again(setState)}
        />
        <Choice
          label={word('verdict')}
          value={verdict}
          among={[['', word('anyVerdict')], ...CAPTURE_VERDICTS.map((v) => [v, word(`v.${v}`)] as const)]}
          change={again(setVerdict)}
        />
        <Choice
          label={word('sortBy')}
          value={sort}
          among={[
            ['uploaded', word('uploadedAt')],
            ['name', word('name')],
            ['size', word('size')],
            ['verdict', word('verdict')],
          ]}
          change={again(setSort)}
        />
      </div>
      {value === null ? <p className="dim">{word('loading')}</p> : null}
      {value?.total === 0 ? (
        <div className="empty">
          <p>{word(filtered ? 'noFit' : 'noCaptures')}</p>
          {filtered ? null : <a href={hashOf({ page: 'upload' })}>{word('firstUpload')}</a>}
        </div>
      ) : null}
      {value === null || value.total === 0 ? null : (
        <>
          <Table columns={columns} rows={value.items} keyOf={(c) => c.id} label={word('history')} />
          <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />
        </>
      )}
    </div>
  );
}
