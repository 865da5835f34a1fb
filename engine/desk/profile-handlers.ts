// What the desk answers about profiles: one function a request kind.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DEFAULT_PROFILE, type ProfileReplies, type Request, type UsedProfile } from '../../contract/index.ts';
import type { Handlers } from './asker.ts';
import type { Desk } from './desk.ts';
import { chosenPath, downloads, fetchable, stampNow } from './save-place.ts';

export const profileHandlers: Pick<Handlers, keyof ProfileReplies> = {
  profile: ({ shared }, _asker, b) => {
    const { profiles } = shared;
    if (b.layout !== null && b.act !== 'look') for (const note of profiles.keepLayout(b.layout)) shared.say(note);
    act(shared, b);
    const used: UsedProfile = { ...shared.profileNow(), layout: profiles.layout() };
    if (b.act !== 'look') shared.tell({ notice: 'profile', ...used });
    return used;
  },
  exportProfile: (desk, asker, { name, layout, path: asked }) => {
    const { profiles } = desk.shared;
    if (layout !== null) for (const note of profiles.keepLayout(layout)) desk.say(note);
    const path =
      chosenPath(desk, asked) ?? join(downloads(), `Sightline profile ${name || 'Default'} ${stampNow()}.json`);
    mkdirSync(dirname(path), { recursive: true });
    profiles.write(name, path);
    return { file: fetchable(asker, path) };
  },
  importProfile: ({ shared }, _asker, { path }) => {
    const added = readIn(shared, path);
    shared.tell({ notice: 'profile', ...shared.profileNow(), layout: shared.profiles.layout() });
    return { ...shared.profiles.state(), added };
  },
};

/** A file that a page brought for it is not kept. */
function readIn(shared: Desk['shared'], path: string): string {
  try {
    return shared.profiles.read(path);
  } finally {
    if (!shared.tabs.desks.some((desk) => desk.path === path)) shared.onClosed(path);
  }
}

function act(shared: Desk['shared'], { act: what, name, to }: Request<'profile'>): void {
  const { profiles } = shared;
  switch (what) {
    case 'look':
      return;
    case 'use':
      return shared.useProfile(name);
    case 'create':
      return profiles.create(to);
    case 'copy':
      return profiles.copy(name, to);
    case 'rename':
      for (const note of profiles.rename(name, to)) shared.say(note);
      return shared.useProfile(profiles.now);
    case 'delete':
      if (name === profiles.now && name !== DEFAULT_PROFILE) shared.useProfile(DEFAULT_PROFILE);
      return profiles.delete(name);
  }
}
