// What the host says of tabs, beside contract/messages-en.ts.
export const TAB_ENGLISH = {
  'no-such-tab': 'This tab is closed.',
  'too-many-tabs': 'Sightline opens {max:plain} tabs at once; close one first.',
  'what-tabs': 'the list of open tabs',
  'tabs-not-written': 'Which tabs are open could not be written: {why}.',
} as const;
