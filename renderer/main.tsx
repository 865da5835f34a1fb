// Starts the window: fonts, the connection to the host, the first render.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './style/base.css';
import './style/lists.css';
import './style/panes.css';
import './style/flow.css';
import './style/inspector.css';
import './style/dialogs.css';
import './style/views.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { say } from './state/actions.ts';
import { clientName, remembered, useStore } from './state/store.ts';
import { client } from './wire/client.ts';
import { sentence } from './words/words.ts';

const { set } = useStore.getState();

client.onNotice = (notice) => {
  if (notice.notice === 'alert') {
    set({ latestAlert: notice.alert });
    return;
  }
  if (notice.notice === 'said') {
    say(sentence(notice.message), true, [], true);
    return;
  }
  const before = useStore.getState();
  const other = notice.session?.session !== before.session?.session;
  set({
    session: notice.session,
    views: notice.views ?? (other ? null : before.views),
    ...(other
      ? {
          packet: null,
          flow: null,
          alert: null,
          drafts: { packets: notice.views?.packets.filter ?? '', flows: notice.views?.flows.filter ?? '' },
          view: notice.session === null ? 'start' : before.view === 'start' ? 'packets' : before.view,
        }
      : {}),
  });
};
client.onWay = (open) => {
  set({ connected: open, ...(open ? { refused: null } : {}) });
  if (!open) return;
  void client.ask('hello', { client: clientName() }).then((hello) => {
    const was = remembered();
    const same = was !== null && hello.session?.session === was.session;
    set({
      hello,
      settings: hello.settings,
      recent: hello.recent,
      session: hello.session,
      views: hello.views,
      drafts: { packets: hello.views?.packets.filter ?? '', flows: hello.views?.flows.filter ?? '' },
      view: hello.session === null ? 'start' : same ? was.view : 'packets',
      ...(same ? { packet: was.packet, flow: was.flow } : {}),
    });
    for (const note of hello.notes) say(sentence(note), true, [], true);
  });
};
client.onRefused = (refused) => set({ refused });
// A new link pasted into this tab changes only what stands behind the '#', which loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) location.reload();
});
client.start();
createRoot(document.getElementById('window')!).render(<App />);
