// English words of the packet list, its panes and menus.
export const listEn = {
  packetHidden: 'The list does not show packet {n}: the filter leaves it out.',
  filterTaken: 'The filter left packet {n} out, and was taken away.',
  othersNotOpened: '{name} is opened. One capture is open at a time; not opened: {others}.',
  'setting.colours': 'Colours of packets',
  'setting.colours.on': "Wireshark's rules",
  'setting.colours.off': 'None',
  partialRowsHint:
    'The capture is too large for the dissection engine: Protocol and Info come from the packets around those in sight.',
  panesShown: 'Panes',
  'group.other': 'flows of other protocols',
};
