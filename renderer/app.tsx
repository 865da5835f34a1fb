// The window: toolbar, rail, time strip, view, status bar; keys; files dropped anywhere.
import { useEffect, useState, type ComponentType, type DragEvent, type ReactNode } from 'react';
import { openFiles } from './state/actions.ts';
import { commandOf, COMMANDS } from './state/commands.ts';
import { useStore, type View } from './state/store.ts';
import { tabKey, useTabs } from './state/tabs.ts';
import { DIALOGS } from './dialogs.ts';
import { ContextMenu } from './parts/context-menu.tsx';
import { FindBar } from './parts/find-bar.tsx';
import { LabelMenu } from './parts/label-menu.tsx';
import { Rail } from './parts/rail.tsx';
import { StatusBar } from './parts/status-bar.tsx';
import { TabBar } from './parts/tab-bar.tsx';
import { TimeStrip } from './parts/time-strip.tsx';
import { Toasts } from './parts/toasts.tsx';
import { Toolbar } from './parts/toolbar.tsx';
import { Alerts } from './views/alerts.tsx';
import { Flows } from './views/flows.tsx';
import { Hosts } from './views/hosts.tsx';
import { LabView } from './views/lab.tsx';
import { Packets } from './views/packets.tsx';
import { RulesView } from './views/rules.tsx';
import { Start } from './views/start.tsx';
import { StatisticsView } from './views/statistics.tsx';
import { shell } from './wire/transport.ts';
import type { Refusal } from './wire/entry.ts';
import { languageShown, sentence, useWord } from './words/words.ts';

export function App(): ReactNode {
  const word = useWord();
  const view = useStore((s) => s.view);
  const session = useStore((s) => s.session?.session ?? null);
  const theme = useStore((s) => s.settings?.theme ?? 'system');
  const language = useStore((s) => languageShown(s.settings));
  const connected = useStore((s) => s.connected);
  const hello = useStore((s) => s.hello);
  const refused = useStore((s) => s.refused);
  const dialog = useStore((s) => s.dialog);
  const title = useStore((s) => s.session?.name ?? null);
  const several = useTabs((s) => s.tabs.length > 1);
  const [over, setOver] = useState(false);

  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || useStore.getState().dialog !== null) return;
      if (tabKey(event)) {
        event.preventDefault();
        return;
      }
      const command = commandOf(event);
      if (command === null) return;
      event.preventDefault();
      command.run();
    };
    window.addEventListener('keydown', keys);
    shell?.onCommand((id) => COMMANDS.find((c) => c.id === id)?.run());
    return () => window.removeEventListener('keydown', keys);
  }, []);
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)');
    const apply = (): void => {
      const system = dark.matches ? 'dark' : 'light';
      document.documentElement.dataset['theme'] = theme === 'system' ? system : theme;
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [theme]);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  useEffect(() => {
    document.title = title === null ? 'Sightline' : `${title} – Sightline`;
  }, [title]);

  const drop = (event: DragEvent): void => {
    setOver(false);
    if (!event.dataTransfer.types.includes('Files')) return;
    event.preventDefault();
    void openFiles([...event.dataTransfer.files]);
  };
  const shown = session === null && view !== 'lab' && view !== 'rules' ? 'start' : view;
  const Open = dialog === null ? null : DIALOGS[dialog];
  return (
    <div
      className={`app${shown === 'start' ? '' : ' with-strip'}${several ? ' with-tabs' : ''}`}
      onDragOver={(e) => {
        if (!e.dataTransfer.types.includes('Files')) return;
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={(e) => {
        if (e.relatedTarget === null) setOver(false);
      }}
      onDrop={drop}
    >
      <Toolbar />
      {several ? <TabBar /> : null}
      <Rail />
      <Shown view={shown} session={session} refused={refused} />
      <StatusBar />
      {connected || hello === null || refused !== null ? null : (
        <div className="lost" role="alert">
          {word('hostGone')}
        </div>
      )}
      {over ? <div className="drop-here">{word('dropHere')}</div> : null}
      {Open === null ? null : <Open key={dialog} />}
      <LabelMenu />
      <ContextMenu />
      <Toasts />
      <Spoken />
    </div>
  );
}

/** The newest incident, for those who hear the window. */
function Spoken(): ReactNode {
  const word = useWord();
  const latest = useStore((s) => s.latestAlert);
  return (
    <div className="visually-hidden" role="alert">
      {latest === null ? '' : word('alertSpoken', { title: sentence(latest.incident.title) })}
    </div>
  );
}

/** The view, or why there is none yet. */
function Shown({
  view,
  session,
  refused,
}: {
  readonly view: View;
  readonly session: number | null;
  readonly refused: Refusal | null;
}): ReactNode {
  const word = useWord();
  const connected = useStore((s) => s.connected);
  const known = useStore((s) => s.hello !== null);
  if (refused !== null)
    return (
      <main className="view">
        <p className="note pad refused" role="alert">
          {word(`refused.${refused}`)}
        </p>
      </main>
    );
  if (!known)
    return (
      <main className="view">
        <p className="note pad">{word(connected ? 'starting' : 'connecting')}</p>
      </main>
    );
  if (view === 'start')
    return (
      <div className="view">
        <Start />
      </div>
    );
  if (view === 'lab')
    return (
      <main className="view">
        <LabView />
      </main>
    );
  if (view === 'rules')
    return (
      <main className="view">
        <RulesView />
      </main>
    );
  if (view === 'statistics')
    return (
      <main className="view">
        <StatisticsView key={session} />
      </main>
    );
  const List = LISTS[view];
  return (
    <main className="view">
      {view === 'alerts' || view === 'hosts' ? null : <TimeStrip key={`strip ${session}`} />}
      {view === 'packets' ? <FindBar /> : null}
      <List key={`${view} ${session}`} />
    </main>
  );
}

const LISTS: Record<Exclude<View, 'start' | 'lab' | 'statistics' | 'rules'>, ComponentType> = {
  packets: Packets,
  flows: Flows,
  alerts: Alerts,
  hosts: Hosts,
};
