// Decode as: a port has the protocol that the user says, in every capture, until it is taken back.
import { useEffect, useMemo, useRef, useState, type FormEvent, type ReactNode } from 'react';
import { type DecodeTable, type FlowDetail } from '../../contract/index.ts';
import { ask } from '../state/actions.ts';
import { readAgain } from '../state/packet-work.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function DecodeAs(): ReactNode {
  const word = useWord();
  const flow = useStore((s) => s.flow);
  const [known, setKnown] = useState<DecodeTable | null>(null);
  const [table, setTable] = useState('tcp.port');
  const [port, setPort] = useState('');
  const [module, setModule] = useState('');
  const touched = useRef(false);
  useEffect(() => {
    void ask('decodeTable', {}).then(setKnown);
  }, []);
  useEffect(() => {
    if (flow === null) return;
    // What is selected is what is meant most often.
    void ask('flow', { flow }).then((detail) => {
      const from = detail === null ? null : portOf(detail);
      // What was typed meanwhile stays.
      if (from === null || touched.current) return;
      setTable(from.table);
      setPort(String(from.port));
    });
  }, [flow]);
  const tables = useMemo(() => [...new Set(known?.protocols.map((p) => p.table) ?? [])].sort(), [known]);
  const protocols = useMemo(
    () =>
      (known?.protocols ?? [])
        .filter((p) => p.table === table)
        .sort((x, y) => x.title.toLowerCase().localeCompare(y.title.toLowerCase())),
    [known, table],
  );
  const change = async (entry: { table: string; port: number; module: string | null }): Promise<void> => {
    const now = await ask('decodeAs', entry);
    if (now === null) return;
    setKnown(now);
    readAgain();
  };
  const number = Number(port);
  const good = /^\d{1,5}$/.test(port) && number <= 65_535 && protocols.some((p) => p.module === module);
  const add = (event: FormEvent): void => {
    event.preventDefault();
    if (good) void change({ table, port: number, module });
  };
  const titleOf = (of: string): string => known?.protocols.find((p) => p.module === of)?.title ?? of;
  return (
    <Dialog title={word('decodeAs')}>
      <p>{word('decodeLead')}</p>
      <form className="decode-form" onSubmit={add}>
        <select
          className="field"
          aria-label={word('decodeTable')}
          value={table}
          onChange={(e) => {
            touched.current = true;
            setTable(e.target.value);
          }}
        >
          {tables.map((t) => (
            <option key={t} value={t}>
              {t}
            </option>
          ))}
        </select>
        <input
          className="field"
          inputMode="numeric"
          aria-label={word('decodeValue')}
          placeholder={word('decodeValue')}
          value={port}
          onChange={(e) => {
            touched.current = true;
            setPort(e.target.value);
          }}
          data-first
        />
        <select
          className="field grow"
          aria-label={word('decodeProtocol')}
          value={module}
          onChange={(e) => setModule(e.target.value)}
        >
          <option value="">{known === null ? word('preferencesReading') : word('decodeProtocol')}</option>
          {protocols.map((p) => (
            <option key={p.module} value={p.module}>
              {p.title}
            </option>
          ))}
        </select>
        <button type="submit" className="button primary" disabled={!good}>
          {word('decodeAdd')}
        </button>
      </form>
      <ul className="decode-list">
        {known?.entries.map((e) => (
          <li key={`${e.table} ${e.port}`}>
            <span className="mono">
              {e.table} == {e.port}
            </span>
            <span>{titleOf(e.module)}</span>
            <button
              type="button"
              className="link-button"
              onClick={() => void change({ table: e.table, port: e.port, module: null })}
            >
              {word('decodeRemove')}
            </button>
          </li>
        ))}
      </ul>
      {known !== null && known.entries.length === 0 ? <p className="dim">{word('decodeNone')}</p> : null}
    </Dialog>
  );
}

/** The responder's port of a flow, and the table that it is of. */
function portOf(detail: FlowDetail): { readonly table: string; readonly port: number } | null {
  const table = { TCP: 'tcp.port', UDP: 'udp.port', SCTP: 'sctp.port' }[detail.transport];
  const port = Number(/:(\d+)$/.exec(detail.responder)?.[1] ?? NaN);
  return table === undefined || !Number.isInteger(port) ? null : { table, port };
}
