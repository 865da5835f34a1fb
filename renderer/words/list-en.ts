// English words of the packet list, its panes and menus.
export const listEn = {
  packetHidden: 'The list does not show packet {n}: the filter leaves it out.',
  filterTaken: 'The filter left packet {n} out, and was taken away.',
  several: '{n} {n:capture|captures}',
  mergeByTime: 'Merge by time',
  mergeHint: 'One capture with the packets of all of them, saved as a file. Labels belong to it.',
  openOnly: 'Open only {name}',
  merging: 'Merging…',
  merged: '{n} {n:packet|packets} merged.',
  panesShown: 'Panes',
  'group.other': 'flows of other protocols',
};
