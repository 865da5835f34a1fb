// What is known of one host: names, interface, verdicts over time, services, peers, fingerprints, incidents; each leads
// to its flows and packets.
import { useEffect, useState, type ReactNode } from 'react';
import { type HostDetail, type HostPrint, type HostService, quoted } from '../../contract/index.ts';
import { goToPacket, show, showFlows, showPackets } from '../state/actions.ts';
import { addressFilter, useHosts } from '../state/hosts.ts';
import { chooseIncident, showIncidents } from '../state/incidents.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bytes, count, moment, visible, zone } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Points } from './evidence-list.tsx';
import { HostTimeline } from './host-timeline.tsx';

/** A host that still talks is looked at again no more often than this, ms. */
const AGAIN = 1_500;

export function HostCard({ host }: { readonly host: number }): ReactNode {
  const revision = useStore((s) => s.session?.revision ?? 0);
  const files = useStore((s) => `${s.settings?.placesFile ?? ''} ${s.settings?.networksFile ?? ''}`);
  const [detail, setDetail] = useState<HostDetail | null>(null);
  const [tick, setTick] = useState(0);
  useEffect(() => {
    const timer = setTimeout(() => setTick((n) => n + 1), AGAIN);
    return () => clearTimeout(timer);
  }, [revision]);
  useEffect(() => {
    const job = client.begin('host', { host });
    job.answer.then(setDetail, () => undefined);
    return job.cancel;
  }, [host, tick, files]);
  return detail === null ? null : <Card {...detail} />;
}

function Card(d: HostDetail): ReactNode {
  const word = useWord();
  const filter = addressFilter(d.address);
  return (
    <div className="host-card">
      <section>
        <div className="alert-line">
          <h2>{d.address}</h2>
          {d.names[0] === undefined ? null : <strong>{visible(d.names[0].name)}</strong>}
        </div>
        <p className="dim">
          {word('host.seen', { n: d.flows, first: moment(d.first), last: `${moment(d.last)} ${zone(d.last)}` })} ·{' '}
          {word('host.traffic', {
            in: bytes(d.bytesIn),
            inPackets: d.packetsIn,
            out: bytes(d.bytesOut),
            outPackets: d.packetsOut,
          })}
        </p>
        <div className="alert-buttons">
          <button type="button" className="link-button" onClick={() => void showFlows(filter)}>
            {word('host.flows')}
          </button>
          <button type="button" className="link-button" onClick={() => void showPackets(filter)}>
            {word('host.packets')}
          </button>
          {d.incidents.length === 0 ? null : (
            <button type="button" className="link-button" onClick={() => void showIncidents(filter)}>
              {word('host.incidents')}
            </button>
          )}
        </div>
        <h3>{word('host.over')}</h3>
        <HostTimeline detail={d} />
        <h3>{word('host.incidentsTitle')}</h3>
        <p className="dim">{d.incidents.length === 0 ? word('host.noneOf') : word('hostIncidents', sumOf(d))}</p>
        <ul className="host-incidents">
          {d.incidents.map(({ alert, incident, flow }) => (
            <li key={alert}>
              <Points incident={incident} />{' '}
              <button
                type="button"
                className="link-button wrapped"
                onClick={() => {
                  chooseIncident(alert, flow);
                  show('alerts');
                }}
              >
                {visible(sentence(incident.title))}
              </button>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <Facts detail={d} />
        <Prints prints={d.prints} />
      </section>
      <section>
        <Services title={word('host.offers')} services={d.offers} address={d.address} side="responder" />
        <Services title={word('host.uses')} services={d.uses} address={d.address} side="initiator" />
        <Peers detail={d} />
      </section>
    </div>
  );
}

function sumOf({ incidents }: HostDetail): { readonly n: number; readonly points: number } {
  return { n: incidents.length, points: incidents.reduce((sum, i) => sum + i.incident.points, 0) };
}

function Facts({ detail: d }: { readonly detail: HostDetail }): ReactNode {
  const word = useWord();
  const { macPacket, geo } = d;
  const place = [geo?.city, geo?.country, (geo?.asn ?? null) === null ? null : `AS${geo?.asn}`, geo?.organisation];
  return (
    <>
      <h3>{word('host.names')}</h3>
      {d.names.length === 0 ? <p className="dim">{word('host.noneOf')}</p> : null}
      <ul className="host-names">
        {d.names.map((n) => (
          <li key={`${n.by} ${n.name}`}>
            {visible(n.name)} <span className="dim">{word(`host.by.${n.by}`)}</span>
          </li>
        ))}
      </ul>
      {d.mac === null || macPacket === null ? null : (
        <>
          <h3>{word('host.interface')}</h3>
          <p>
            <button type="button" className="link-button mono" onClick={() => goToPacket(macPacket)}>
              {d.mac}
            </button>{' '}
            <span className="dim">{d.vendor === null ? word('host.vendorUnknown') : visible(d.vendor)}</span>
          </p>
        </>
      )}
      {geo === null ? null : (
        <>
          <h3>{word('host.place')}</h3>
          <p>{visible(place.filter((t) => t !== null && t !== undefined).join(' · '))}</p>
        </>
      )}
    </>
  );
}

const PRINT_FIELDS: Partial<Record<HostPrint['kind'], string>> = {
  ja4: 'flow.ja4',
  ja3: 'flow.ja3',
  ja3s: 'flow.ja3s',
  agent: 'flow.http.user_agent',
};

function Prints({ prints }: { readonly prints: readonly HostPrint[] }): ReactNode {
  const word = useWord();
  return (
    <>
      <h3>{word('host.prints')}</h3>
      {prints.length === 0 ? <p className="dim">{word('host.noneOf')}</p> : null}
      <ul className="host-prints">
        {prints.map((p) => {
          const field = PRINT_FIELDS[p.kind];
          const shown = visible(p.value);
          return (
            <li key={`${p.kind} ${p.value}`}>
              <span className="dim">{word(`host.print.${p.kind}`)}</span>{' '}
              {field === undefined ? (
                <span className="mono">{shown}</span>
              ) : (
                <button
                  type="button"
                  className="link-button mono wrapped"
                  onClick={() => void showFlows(`${field} == ${quoted(p.value)}`)}
                >
                  {shown}
                </button>
              )}{' '}
              <span className="dim">
                {word('nFlows', { n: count(p.flows) })} ·{' '}
                {p.hosts > 1 ? word('host.also', { n: p.hosts }) : word('host.alone')}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Services({
  title,
  services,
  address,
  side,
}: {
  readonly title: string;
  readonly services: readonly HostService[];
  readonly address: string;
  readonly side: 'initiator' | 'responder';
}): ReactNode {
  const word = useWord();
  return (
    <>
      <h3>{title}</h3>
      {services.length === 0 ? (
        <p className="dim">{word('host.noneOf')}</p>
      ) : (
        <table className="host-table">
          <thead>
            <tr>
              <th>{word('host.port')}</th>
              <th>{word('column.app')}</th>
              <th className="n">{word('column.flows')}</th>
              <th className="n">{word('column.peers')}</th>
              <th className="n">{word('host.bytes')}</th>
            </tr>
          </thead>
          <tbody>
            {services.map((s) => (
              <tr key={`${s.transport} ${s.port}`}>
                <td>
                  <button
                    type="button"
                    className="link-button"
                    title={word('host.flows')}
                    onClick={() => void showFlows(serviceFilter(address, side, s))}
                  >
                    {s.port}/{s.transport.toLowerCase()}
                  </button>
                </td>
                <td>
                  {visible(s.app)} {s.answered ? null : <span className="dim">{word('host.silent')}</span>}
                </td>
                <td className="n">{count(s.flows)}</td>
                <td className="n">{count(s.peers)}</td>
                <td className="n">{bytes(s.bytes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

function serviceFilter(address: string, side: 'initiator' | 'responder', s: HostService): string {
  const transport = s.transport.toLowerCase();
  const port = transport === 'tcp' || transport === 'udp' ? ` and ${transport}.dstport == ${s.port}` : '';
  return `flow.${side} == ${address}${port}`;
}

function Peers({ detail: d }: { readonly detail: HostDetail }): ReactNode {
  const word = useWord();
  return (
    <>
      <h3>{word('host.peers')}</h3>
      {d.peerCount > d.peers.length ? (
        <p className="dim">{word('host.peersMore', { n: d.peers.length, all: d.peerCount })}</p>
      ) : null}
      <table className="host-table">
        <thead>
          <tr>
            <th>{word('column.address')}</th>
            <th>{word('column.names')}</th>
            <th className="n">{word('column.flows')}</th>
            <th className="n">{word('column.bytesIn')}</th>
            <th className="n">{word('column.bytesOut')}</th>
          </tr>
        </thead>
        <tbody>
          {d.peers.map((p) => (
            <tr key={p.host}>
              <td>
                <button type="button" className="link-button" onClick={() => useHosts.setState({ host: p.host })}>
                  {p.address}
                </button>
              </td>
              <td>{p.name === null ? '' : visible(p.name)}</td>
              <td className="n">
                <button
                  type="button"
                  className="link-button"
                  title={word('host.flows')}
                  onClick={() => void showFlows(`${addressFilter(d.address)} and ${addressFilter(p.address)}`)}
                >
                  {count(p.flows)}
                </button>
              </td>
              <td className="n">{bytes(p.bytesIn)}</td>
              <td className="n">{bytes(p.bytesOut)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
