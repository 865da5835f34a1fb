// What the desk answers of names and colours.
import type { ColourReplies, NamesReplies } from '../../contract/index.ts';
import { Refused } from './desk.ts';
import { packetOf, wantBytes } from './asked.ts';
import type { Handlers } from './asker.ts';
import { colourMatches, conversationsOf } from './colour-matches.ts';

export const lookHandlers: Pick<Handlers, keyof NamesReplies | keyof ColourReplies> = {
  names: (desk, _asker, { addresses, ports }, turns) =>
    desk.packetWork.names.page(desk.open(), addresses, ports, turns),
  nameAddress: (desk, _asker, { address, name }) => {
    const s = desk.open();
    const given = desk.packetWork.names.give(s, address, name);
    if (!given.ok) throw new Refused('refused', given.message);
    s.touch();
    return { name: given.name };
  },
  colouringRules: (desk) => desk.packetWork.colouring.state(desk.filters),
  checkRules: async (desk, _asker, { rules }) => ({
    problems: await desk.packetWork.colouring.problems(rules, desk.filters),
  }),
  setColouringRules: (desk, _asker, { rules }) => desk.packetWork.colouring.keep(rules, desk.filters),
  colourMatches: async (desk, _asker, { filters, rows }, turns) => ({
    matches: await colourMatches(desk, desk.open(), filters, rows, turns),
  }),
  conversations: (desk, _asker, { row }) => {
    const s = packetOf(desk, row);
    wantBytes(s, row);
    return { filters: conversationsOf(s, row) };
  },
};
