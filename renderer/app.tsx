// The window: toolbar, rail, time strip, view, status bar; keys; files dropped anywhere.
import { useEffect, useState, type DragEvent, type ReactNode } from 'react';
import { openFile } from './state/actions.ts';
import { commandOf, COMMANDS } from './state/commands.ts';
import { useStore } from './state/store.ts';
import { CaptureOptions, Doctor, OtherSource } from './parts/capture-options.tsx';
import { Find, GoTo, Keys, Save } from './parts/dialogs.tsx';
import { LabelMenu } from './parts/label-menu.tsx';
import { Palette } from './parts/palette.tsx';
import { Rail } from './parts/rail.tsx';
import { SettingsDialog } from './parts/settings.tsx';
import { StatusBar } from './parts/status-bar.tsx';
import { Stream } from './parts/stream.tsx';
import { TimeStrip } from './parts/time-strip.tsx';
import { Toasts } from './parts/toasts.tsx';
import { Toolbar } from './parts/toolbar.tsx';
import { Alerts } from './views/alerts.tsx';
import { Flows } from './views/flows.tsx';
import { Packets } from './views/packets.tsx';
import { Start } from './views/start.tsx';
import { shell } from './wire/transport.ts';
import { languageShown, useWord } from './words/words.ts';

export function App(): ReactNode {
  const word = useWord();
  const view = useStore((s) => s.view);
  const session = useStore((s) => s.session?.session ?? null);
  const settings = useStore((s) => s.settings);
  const connected = useStore((s) => s.connected);
  const hello = useStore((s) => s.hello);
  const refused = useStore((s) => s.refused);
  const dialog = useStore((s) => s.dialog);
  const latest = useStore((s) => s.latestAlert);
  const title = useStore((s) => s.session?.name ?? null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    const keys = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || useStore.getState().dialog !== null) return;
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
      document.documentElement.dataset['theme'] =
        settings?.theme === 'dark' || settings?.theme === 'light' ? settings.theme : dark.matches ? 'dark' : 'light';
    };
    apply();
    dark.addEventListener('change', apply);
    return () => dark.removeEventListener('change', apply);
  }, [settings?.theme]);
  useEffect(() => {
    document.documentElement.lang = languageShown(settings) === 'zh' ? 'zh-CN' : 'en';
  }, [settings?.language]);
  useEffect(() => {
    document.title = title === null ? 'Sightline' : `${title} – Sightline`;
  }, [title]);

  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file) void openFile(file);
  };
  const shown = session === null ? 'start' : view;
  return (
    <div
      className={`app${shown === 'start' ? '' : ' with-strip'}`}
      onDragOver={(e) => {
        e.preventDefault();
        setOver(true);
      }}
      onDragLeave={(e) => {
        if (e.relatedTarget === null) setOver(false);
      }}
      onDrop={drop}
    >
      <Toolbar />
      <Rail />
      {refused !== null ? (
        <main className="view">
          <p className="note pad refused" role="alert">
            {word(`refused.${refused}`)}
          </p>
        </main>
      ) : hello === null ? (
        <main className="view">
          <p className="note pad">{word(connected ? 'starting' : 'connecting')}</p>
        </main>
      ) : shown === 'start' ? (
        <div className="view">
          <Start />
        </div>
      ) : (
        <main className="view">
          {shown === 'alerts' ? null : <TimeStrip key={`strip ${session}`} />}
          {shown === 'packets' ? (
            <Packets key={`packets ${session}`} />
          ) : shown === 'flows' ? (
            <Flows key={`flows ${session}`} />
          ) : (
            <Alerts key={`alerts ${session}`} />
          )}
        </main>
      )}
      <StatusBar />
      {connected || hello === null || refused !== null ? null : (
        <div className="lost" role="alert">
          {word('hostGone')}
        </div>
      )}
      {over ? <div className="drop-here">{word('dropHere')}</div> : null}
      {dialog === 'goto' ? (
        <GoTo />
      ) : dialog === 'find' ? (
        <Find />
      ) : dialog === 'palette' ? (
        <Palette />
      ) : dialog === 'stream' ? (
        <Stream />
      ) : dialog === 'settings' && settings !== null ? (
        <SettingsDialog />
      ) : dialog === 'save' ? (
        <Save />
      ) : dialog === 'keys' ? (
        <Keys />
      ) : dialog === 'capture-options' ? (
        <CaptureOptions />
      ) : dialog === 'ssh' || dialog === 'pipe' ? (
        <OtherSource key={dialog} kind={dialog} />
      ) : dialog === 'doctor' ? (
        <Doctor />
      ) : null}
      <LabelMenu />
      <Toasts />
      <div className="visually-hidden" role="alert">
        {latest === null ? '' : word('alertSpoken', { id: latest.flowId, responder: latest.responder })}
      </div>
    </div>
  );
}
