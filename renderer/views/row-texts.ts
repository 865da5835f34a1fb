// The texts of rows in sight: asked for by the packet list, and again where what the engine has of the capture changes.
import { useEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { packetRow, type PacketPage, type PacketRow, PLACE_PACKET } from '../../contract/index.ts';
import type { GridHandle } from '../list/grid-body.ts';
import type { Pages } from '../list/pages.ts';
import { ColourMatches } from '../list/colour-matches.ts';
import { SightTexts } from '../list/sight-texts.ts';
import { useConversations } from '../state/conversations.ts';
import { useStore } from '../state/store.ts';
import { client } from '../wire/client.ts';
import { visible } from '../words/format.ts';

/** A capture of fewer packets is read in a moment, and the engine has it whole then. */
const SOON_READ = 40_000;

export interface PacketTexts {
  readonly texts: SightTexts;
  /** Some row in sight has texts of a part of the capture. */
  readonly partial: boolean;
  readonly onSight: (pages: Pages<PacketPage>, first: number, end: number) => void;
}

/** Which rows have a colour for a while; asked again where the colours, or what filters find, are others. */
export function useColourMatches(grid: RefObject<GridHandle | null>): ColourMatches {
  const session = useStore((s) => s.session?.session);
  const revision = useStore((s) => s.session?.revision);
  const told = useStore((s) => s.told);
  const filters = useConversations((s) => s.filters);
  const matches = useMemo(
    () =>
      new ColourMatches(
        async (all, rows) => (await client.ask('colourMatches', { filters: all, rows })).matches,
        () => grid.current?.repaint(),
      ),
    [grid],
  );
  useEffect(() => {
    matches.reset(filters);
    grid.current?.repaint();
  }, [matches, grid, filters, session, revision, told]);
  useEffect(() => () => matches.close(), [matches]);
  return matches;
}

/**
 * @param list says whether all rows in sight have their texts (`data-settled`), for those who measure and wait
 * @param fields columns of Wireshark's fields
 * @param seen hears of the rows in sight, also while their texts are not asked for
 */
export function usePacketTexts(
  grid: RefObject<GridHandle | null>,
  list: RefObject<HTMLElement | null>,
  fields: readonly string[],
  seen: (rows: readonly PacketRow[]) => void,
): PacketTexts {
  const session = useStore((s) => s.session?.session);
  const whole = useStore((s) => s.session?.phase === 'done');
  const dissect = useStore((s) => s.session?.dissect);
  const told = useStore((s) => s.told);
  const lastFirst = useRef(-1);
  const [partial, setPartial] = useState(false);
  const texts = useMemo(
    () =>
      new SightTexts({
        ask: (rows, wanted) => client.ask('rows', { rows, fields: wanted }),
        arrived: () => grid.current?.repaint(),
        visible,
      }),
    [grid],
  );
  const columns = fields.join(' ');
  useEffect(() => {
    texts.reset(columns === '' ? [] : columns.split(' '));
    grid.current?.repaint();
  }, [texts, grid, session, whole, columns, told]);
  // An engine that is there again is asked again: it may have been told other preferences, or keys.
  const before = useRef(dissect);
  useEffect(() => {
    if (before.current === 'restarting') texts.reset(columns === '' ? [] : columns.split(' '));
    before.current = dissect;
    if (dissect === 'ready') grid.current?.repaint();
  }, [texts, grid, dissect, columns]);
  useEffect(() => () => texts.close(), [texts]);
  const onSight = (pages: Pages<PacketPage>, first: number, end: number): void => {
    const now = useStore.getState().session;
    const rows: PacketRow[] = [];
    let some = false;
    let settled = true;
    for (let place = first; place < end; place++) {
      const found = pages.at(place);
      settled &&= found !== null;
      if (found === null || found.page.kind[found.index] !== PLACE_PACKET) continue;
      const row = packetRow(found.page.row[found.index]!);
      rows.push(row);
      settled &&= texts.has(row);
      some ||= texts.of(row)?.partial === true;
    }
    seen(rows);
    if (now === null || (now.phase === 'reading' && now.packets < SOON_READ)) return;
    // While rows are passed by nothing is known of them, and the note stays as it is.
    if (settled || some) setPartial(some);
    const { dataset } = list.current!;
    if (dataset['settled'] !== String(settled)) dataset['settled'] = String(settled);
    texts.see(rows, first === lastFirst.current);
    lastFirst.current = first;
  };
  return { texts, partial, onSight };
}
