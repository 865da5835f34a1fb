// What the desk answers about tabs: one function a request kind.
import { saidBy, type TabReplies } from '../../contract/index.ts';
import type { Handlers } from './asker.ts';

export const tabHandlers: Pick<Handlers, keyof TabReplies> = {
  newTab: (desk) => ({ tab: desk.tabs.add(desk).tab }),
  showTab: async (desk, { client }, { tab }) => {
    const shown = desk.tabs.get(tab);
    desk.tabs.show(client, shown);
    const again = await shown.wake().catch((error: unknown) => {
      desk.say(saidBy(error));
      return false;
    });
    return { tab, again, session: shown.state(), views: shown.viewStates(client) };
  },
  closeTab: async (desk, _asker, { tab }) => {
    await desk.tabs.close(tab);
    return null;
  },
  moveTab: (desk, _asker, { tab, to }) => {
    desk.tabs.move(tab, to);
    return null;
  },
};
