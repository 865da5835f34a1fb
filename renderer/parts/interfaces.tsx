// The interfaces that can be captured from, with their traffic, and whether capturing is permitted.
import { useEffect, useRef, useState, type ReactNode } from 'react';
import type { CaptureReadiness, InterfaceInfo } from '../../contract/index.ts';
import { startCapture } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { bitRate, visible } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';
import { Command } from './capture-options.tsx';

const LOOK_EVERY = 1000;
const KEPT_RATES = 40;

/** The last rates of an interface, bytes a second. */
type Rates = ReadonlyMap<string, readonly number[]>;

export function Interfaces(): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.chosenInterfaces);
  const source = useStore((s) => s.captureChoice.source);
  const set = useStore((s) => s.set);
  const { readiness, rates } = useInterfaces();
  const blocked = source === 'helper' && readiness?.ready !== true;
  return (
    <section className="card interfaces" aria-label={word('interfaces')}>
      <header className="card-title">
        <h2>{word('interfaces')}</h2>
        <div className="row">
          <button type="button" className="button" onClick={() => set({ dialog: 'capture-options' })}>
            {word('optionsMore')}
          </button>
          <button
            type="button"
            className="button primary"
            disabled={blocked || chosen.length === 0}
            onClick={() => void startCapture()}
          >
            {chosen.length === 0 ? word('start') : word('startOn', { name: chosen.join(' + ') })}
          </button>
        </div>
      </header>
      {readiness === null ? (
        <p className="note pad">{word('lookingForInterfaces')}</p>
      ) : (
        <InterfaceList interfaces={readiness.interfaces} rates={rates} />
      )}
      <OtherSources ssh={readiness?.sources.ssh === true} />
      <Readiness readiness={readiness} />
    </section>
  );
}

/** What the host says of its interfaces, once a second. Keeps the choice to those that are there. */
function useInterfaces(): { readonly readiness: CaptureReadiness | null; readonly rates: Rates } {
  const connected = useStore((s) => s.connected);
  const set = useStore((s) => s.set);
  const [readiness, setReadiness] = useState<CaptureReadiness | null>(null);
  const rates = useRef(new Map<string, number[]>());

  useEffect(() => {
    if (!connected) return undefined;
    let current = true;
    const look = (): void => {
      client.ask('interfaces', {}).then(
        (r) => {
          if (!current) return;
          for (const i of r.interfaces) {
            // What is not counted has no line.
            if (i.rate === null) continue;
            const known = rates.current.get(i.name) ?? [];
            known.push(i.rate);
            rates.current.set(i.name, known.slice(-KEPT_RATES));
          }
          setReadiness(r);
          const { chosenInterfaces } = useStore.getState();
          const there = chosenInterfaces.filter((name) => r.interfaces.some((i) => i.name === name));
          const first = r.interfaces.find((i) => i.up)?.name;
          if (there.length < chosenInterfaces.length || there.length === 0)
            set({ chosenInterfaces: there.length > 0 || first === undefined ? there : [first] });
        },
        () => undefined,
      );
    };
    look();
    const timer = setInterval(look, LOOK_EVERY);
    return () => {
      current = false;
      clearInterval(timer);
    };
  }, [connected, set]);
  return { readiness, rates: rates.current };
}

function InterfaceList({
  interfaces,
  rates,
}: {
  readonly interfaces: readonly InterfaceInfo[];
  readonly rates: Rates;
}): ReactNode {
  const word = useWord();
  const chosen = useStore((s) => s.chosenInterfaces);
  const set = useStore((s) => s.set);
  const choose = (chosenInterfaces: readonly string[]): void => set({ chosenInterfaces });
  return (
    <ul
      className="interface-list"
      role="listbox"
      aria-multiselectable="true"
      aria-label={word('interfaces')}
      tabIndex={0}
      title={word('severalHint')}
      onKeyDown={(e) => {
        const at = interfaces.findIndex((i) => i.name === chosen.at(-1));
        const by = { ArrowDown: 1, ArrowUp: -1 }[e.key];
        if (e.key === 'Enter') void startCapture();
        if (by === undefined || interfaces.length === 0) return;
        e.preventDefault();
        const name = interfaces[Math.max(0, Math.min(interfaces.length - 1, at + by))]!.name;
        choose(e.shiftKey ? [...chosen.filter((c) => c !== name), name] : [name]);
      }}
    >
      {interfaces.map((i) => (
        <li
          key={i.name}
          role="option"
          aria-selected={chosen.includes(i.name)}
          className={chosen.includes(i.name) ? 'chosen' : ''}
          onClick={(e) => choose(e.ctrlKey || e.metaKey || e.shiftKey ? toggled(chosen, i.name) : [i.name])}
          onDoubleClick={() => {
            choose([i.name]);
            void startCapture();
          }}
        >
          <span className="interface-name">{visible(i.name)}</span>
          <span className="interface-about">{about(i, word)}</span>
          <Sparkline rates={rates.get(i.name) ?? []} up={i.up} />
          <span className="interface-rate">{i.rate === null || !i.up ? '–' : bitRate(i.rate)}</span>
        </li>
      ))}
    </ul>
  );
}

/** One more interface chosen, or one less; the last one stays. */
function toggled(chosen: readonly string[], name: string): readonly string[] {
  if (!chosen.includes(name)) return [...chosen, name];
  return chosen.length > 1 ? chosen.filter((c) => c !== name) : chosen;
}

function OtherSources({ ssh }: { readonly ssh: boolean }): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  return (
    <ul className="other-sources" aria-label={word('otherSources')}>
      {ssh ? (
        <li>
          <button type="button" onClick={() => set({ dialog: 'ssh' })}>
            <span className="interface-name">ssh…</span>
            <span className="interface-about">{word('source.sshTitle')}</span>
          </button>
        </li>
      ) : null}
      <li>
        <button type="button" onClick={() => set({ dialog: 'pipe' })}>
          <span className="interface-name">pipe…</span>
          <span className="interface-about">{word('source.pipeTitle')}</span>
        </button>
      </li>
    </ul>
  );
}

function Readiness({ readiness }: { readonly readiness: CaptureReadiness | null }): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  return (
    <footer className="readiness">
      <div className="readiness-line">
        {readiness === null ? null : (
          <>
            <span className={`chip ${readiness.ready ? 'benign' : 'suspicious'}`}>
              {word(readiness.ready ? 'ready' : 'notReady')}
            </span>{' '}
            <span>{sentence(readiness.sentence)}</span>
          </>
        )}
        <button type="button" className="link-button" onClick={() => set({ dialog: 'doctor' })}>
          {word('doctor')}
        </button>
      </div>
      {readiness === null || readiness.command === null ? null : <Command command={readiness.command} />}
    </footer>
  );
}

function about(i: InterfaceInfo, word: ReturnType<typeof useWord>): string {
  return [
    kindOf(i, word),
    i.link !== null && i.link !== 'EN10MB' ? i.link : null,
    stateOf(i, word),
    i.addresses
      .filter((a) => !a.startsWith('fe80'))
      .slice(0, 2)
      .join(', '),
  ]
    .filter(Boolean)
    .join(' · ');
}

function kindOf(i: InterfaceInfo, word: ReturnType<typeof useWord>): string {
  if (i.name === 'any') return word('anyInterface');
  if (i.loopback) return word('loopback');
  return i.description === '' ? word('ethernet') : visible(i.description);
}

/** Why nothing can come from an interface, null where something can. */
function stateOf(i: InterfaceInfo, word: ReturnType<typeof useWord>): string | null {
  if (!i.up) return word('down');
  return i.running || i.loopback ? null : word('noLink');
}

function Sparkline({ rates, up }: { readonly rates: readonly number[]; readonly up: boolean }): ReactNode {
  const largest = Math.max(1, ...rates);
  const points = rates
    .map((r, i) => `${(140 * (i + KEPT_RATES - rates.length)) / (KEPT_RATES - 1)},${22 - (r / largest) * 18}`)
    .join(' ');
  return (
    <svg className="sparkline" viewBox="0 0 140 24" aria-hidden="true">
      {up && rates.length > 1 ? <polyline points={points} /> : <line x1="0" y1="22" x2="140" y2="22" />}
    </svg>
  );
}
