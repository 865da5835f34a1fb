// Ports that the user gives to protocols, told to the engine so that they hold against those that protocols have.
import type { PreferenceEngine } from './engine.ts';
import type { Preference } from './setup.ts';

/** Ports in a range as Wireshark writes it (`80,3128,8000-8010`). */
function holds(range: string, port: number): boolean {
  return range.split(',').some((part) => {
    const [from, to = from] = part.split('-').map(Number);
    return from !== undefined && to !== undefined && port >= from && port <= to;
  });
}

/**
 * Gives protocols ports. It is to be done after preferences were applied, each time: as they are applied, protocols take
 * their own ports back in the order of their names, so that SMTP would take 25 from FTP and leave it to Telnet. The
 * engine adds ports to those that a protocol has and then takes all of these for it: a protocol of which another one
 * gets a port is told first.
 * @param given module, table and ports, one for each module and table
 */
export function decodePorts(engine: PreferenceEngine, given: readonly Preference[]): void {
  const left = given.map(([module, table, ports]) => {
    const { code, data } = engine.getPref(module, table);
    return { module, table, ports, has: code === 0 ? data.range_value : '' };
  });
  type Told = (typeof left)[number];
  const takes = (a: Told, b: Told): boolean =>
    a !== b && a.table === b.table && a.ports.split(',').some((port) => holds(b.has, Number(port)));
  while (left.length > 0) {
    // Two that take a port of each other cannot both be right; the later one is.
    const next = Math.max(
      0,
      left.findIndex((one) => !left.some((other) => takes(one, other))),
    );
    const [{ module, table, ports }] = left.splice(next, 1) as [Told];
    engine.setPref(module, table, ports);
  }
}
