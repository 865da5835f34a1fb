// Starts the window: fonts, the connection to the host, the first render.
import '@fontsource-variable/inter/index.css';
import '@fontsource-variable/jetbrains-mono/index.css';
import './style/base.css';
import './style/lists.css';
import './style/packets.css';
import './style/panes.css';
import './style/flow.css';
import './style/inspector.css';
import './style/dialogs.css';
import './style/views.css';
import './style/incidents.css';
import './style/hosts.css';
import './style/lab.css';
import './style/learn.css';
import './style/packet-work.css';
import './style/file-export.css';
import './style/filters.css';
import './style/look.css';
import 'uplot/dist/uPlot.min.css';
import './style/statistics.css';
import './style/graph.css';
import './style/tabs.css';
import './style/profiles.css';
import './style/threat.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';
import { say } from './state/actions.ts';
import { ownName } from './state/client-name.ts';
import { useFilters } from './state/filter-lists.ts';
import { notifyOf } from './state/notify.ts';
import './state/place.ts';
import { watchRates } from './state/rates.ts';
import { useProfiles } from './state/profile-in-use.ts';
import { hearProfile } from './state/profiles.ts';
import { filtersOf, startOver } from './state/selection.ts';
import { remembered, useStore } from './state/store.ts';
import { enterTab, hearTabs, isOfShown, knowTabs, viewOf } from './state/tabs.ts';
import { client } from './wire/client.ts';
import { visible } from './words/format.ts';
import { sentence, word } from './words/words.ts';

const { set } = useStore.getState();

client.session = () => useStore.getState().session?.session ?? null;
client.onNotice = (notice) => {
  if (notice.notice === 'alert') {
    set({ latestAlert: notice.alert });
    notifyOf(notice.alert);
    return;
  }
  if (notice.notice === 'said') {
    say(sentence(notice.message), true, [], true);
    return;
  }
  if (notice.notice === 'filters') {
    useFilters.setState(notice.filters);
    return;
  }
  if (notice.notice === 'tabs' || notice.notice === 'elsewhere') {
    hearTabs(notice);
    return;
  }
  if (notice.notice === 'profile') {
    hearProfile(notice);
    return;
  }
  if (!isOfShown(notice)) return;
  const { session, views } = notice;
  const before = useStore.getState();
  if (session?.learning?.ready === true && before.session?.learning?.ready === false)
    say(word('learn.ready', { name: visible(session.interface ?? session.name), hours: session.learning.hours }));
  if (session?.session === before.session?.session) set({ session, views: views ?? before.views });
  else startOver(viewOf(session, before.view), { session, views: views ?? null });
};

client.onWay = (open) => {
  set({ connected: open, ...(open ? { refused: null } : {}) });
  if (!open) return;
  const greeted = ownName().then((name) => client.ask('hello', { client: name }));
  void greeted.then((hello) => {
    const was = remembered();
    // The page was loaded again, or the way to the host was lost for a while.
    const same = was !== null && hello.session?.session === was.session;
    // Before the first greeting there is nothing to start over, and a dialog that somebody opened meanwhile stays.
    if (!same && useStore.getState().hello !== null) startOver(viewOf(hello.session, 'start'));
    set({
      hello,
      settings: hello.settings,
      recent: hello.recent,
      session: hello.session,
      views: hello.views,
      drafts: filtersOf(hello.views),
      view: hello.session === null ? 'start' : 'packets',
      ...(same ? { view: was.view, packet: was.packet, flow: was.flow } : {}),
    });
    useFilters.setState(hello.filters);
    knowTabs(hello);
    useProfiles.setState(hello.profile);
    for (const note of hello.notes) say(sentence(note), true, [], true);
  });
};
watchRates();
client.onRefused = (refused) => set({ refused });
// A new link pasted into this tab changes only what stands behind the '#', which loads nothing by itself.
window.addEventListener('hashchange', () => {
  if (location.hash.startsWith('#token=')) location.reload();
});
enterTab();
client.start();
createRoot(document.getElementById('window')!).render(<App />);
