// English words of the packet list, its panes and menus.
export const listEn = {
  packetHidden: 'The list does not show packet {n}: the filter leaves it out.',
  filterTaken: 'The filter left packet {n} out, and was taken away.',
  othersNotOpened: '{name} is opened. One capture is open at a time; not opened: {others}.',
  panesShown: 'Panes',
  'group.other': 'flows of other protocols',
};
