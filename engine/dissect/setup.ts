// What every dissect process is told before it loads anything: preferences of dissectors, ports that are decoded as
// something, and keys. Keys are the user's secrets: they are here and in the processes' memory, and nowhere else.

/** One preference as the engine takes it: module, name, value. */
export type Preference = readonly [module: string, name: string, value: string];

/** A port of a table (`tcp.port`) that a protocol shall have, whatever the engine thinks of it. */
export interface DecodeAs {
  readonly table: string;
  readonly port: number;
  readonly module: string;
}

/** Told to a process that shall wait for tables, and for rules of colours, before the engine begins. */
export const WITH_TABLES = 'with-tables';

/** Lines of keys, as Wireshark's file of that name has them. */
export interface KeyTable {
  readonly table: string;
  readonly text: string;
}

export class DissectSetup {
  private chosen: readonly Preference[] = [];
  private naming: readonly Preference[] = [];
  private rules: string | null = null;
  private decoded: readonly DecodeAs[] = [];
  private secrets: Uint8Array | null = null;
  private keyTables: readonly KeyTable[] = [];
  private readonly listeners = new Set<() => void>();

  get preferences(): readonly Preference[] {
    return this.chosen;
  }

  get decodeAs(): readonly DecodeAs[] {
    return this.decoded;
  }

  get keys(): Uint8Array | null {
    return this.secrets;
  }

  get tables(): readonly KeyTable[] {
    return this.keyTables;
  }

  /** Rules of colours, as Wireshark's file `colorfilters`; null for the engine's own. */
  get colours(): string | null {
    return this.rules;
  }

  /** Nothing has to be told to a process that was just started. */
  get plain(): boolean {
    const { chosen, naming, decoded, tables } = this;
    if (this.secrets !== null || this.rules !== null) return false;
    return chosen.length === 0 && naming.length === 0 && decoded.length === 0 && tables.length === 0;
  }

  /** Processes start anew with it: dissectors keep what they learned by the old ones. */
  change(change: {
    readonly preferences?: readonly Preference[];
    /** Which addresses and ports have names. */
    readonly names?: readonly Preference[];
    readonly colours?: string | null;
    readonly decodeAs?: readonly DecodeAs[];
    readonly keys?: Uint8Array | null;
    readonly tables?: readonly KeyTable[];
  }): void {
    if (change.preferences !== undefined) this.chosen = change.preferences;
    if (change.names !== undefined) this.naming = change.names;
    if (change.colours !== undefined) this.rules = change.colours;
    if (change.decodeAs !== undefined) this.decoded = change.decodeAs;
    if (change.keys !== undefined) this.secrets = change.keys;
    if (change.tables !== undefined) this.keyTables = change.tables;
    for (const listener of this.listeners) listener();
  }

  /** @returns how to stop listening */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Preferences that the engine is told. */
  get told(): readonly Preference[] {
    return [...this.naming, ...this.chosen];
  }

  /** Ports of a protocol are one preference of it, which the engine adds to those that it has by itself. */
  get ports(): readonly Preference[] {
    const ports = new Map<string, { readonly of: DecodeAs; readonly ports: number[] }>();
    for (const d of this.decoded) {
      const key = `${d.module} ${d.table}`;
      const known = ports.get(key);
      if (known === undefined) ports.set(key, { of: d, ports: [d.port] });
      else known.ports.push(d.port);
    }
    return [...ports.values()].map((p): Preference => [p.of.module, p.of.table, p.ports.join(',')]);
  }
}
