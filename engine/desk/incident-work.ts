// What people did with the incidents of a capture: states, tags and notes, all of them read out of the journal, to which
// each act adds an entry. An act is answered when its entry is on the disk.
import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import {
  addressId,
  INCIDENT_STATES,
  incidentKey,
  type IncidentState,
  type IncidentWork,
  type JournalEntry,
  type JournalWhat,
  MAX_TAG,
} from '../../contract/index.ts';
import type { Incident } from '../evidence/index.ts';
import { type Analysis, peerText } from '../session/index.ts';
import type { Store } from '../store/index.ts';

const MAX_TAGS = 32;

/** An incident by which nobody has done anything. */
const UNTOUCHED: IncidentWork = { state: 'new', tags: [], notes: [], log: [] };

/** Entries that one person makes now. */
export function entry(about: string, what: JournalWhat, value: string): JournalEntry {
  return { id: randomUUID(), at: new Date().toISOString(), who: whoAmI(), about, what, value };
}

/** Who is logged in. */
export function whoAmI(): string {
  try {
    return userInfo().username;
  } catch {
    // A user without a name, as in some containers.
    return `uid ${process.getuid?.() ?? '?'}`;
  }
}

export class WorkBook {
  /** Grows with each entry. */
  version = 0;
  private readonly analysis: () => Analysis;
  private readonly entries = new Map<string, JournalEntry>();
  private readonly byIncident = new Map<string, IncidentWork>();
  private readonly keys = new WeakMap<Incident, string>();

  /** @param analysis of the capture */
  constructor(analysis: () => Analysis) {
    this.analysis = analysis;
  }

  keyOf(incident: Incident): string {
    let key = this.keys.get(incident);
    if (key === undefined) {
      const analysis = this.analysis();
      const initiator = analysis.addresses.text(addressId(incident.initiator));
      key = incidentKey(initiator, peerText(analysis, incident));
      this.keys.set(incident, key);
    }
    return key;
  }

  of(incident: Incident): IncidentWork {
    return this.byIncident.size === 0 ? UNTOUCHED : (this.byIncident.get(this.keyOf(incident)) ?? UNTOUCHED);
  }

  /** Takes in what the store holds of the capture; what was done since the capture was opened stays. */
  load(entries: readonly JournalEntry[]): void {
    const fresh = entries.filter((e) => !this.entries.has(e.id));
    if (fresh.length === 0) return;
    for (const e of fresh) this.entries.set(e.id, e);
    const all = [...this.entries.values()].sort((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)));
    this.byIncident.clear();
    for (const e of all) this.take(e);
    this.version++;
  }

  /**
   * Adds an entry for each incident that it changes: a state that it has, a tag that is there are no change.
   * @returns how many
   */
  async act(
    store: Store,
    capture: string,
    incidents: readonly Incident[],
    act: 'state' | 'note' | 'tag' | 'untag',
    value: string,
  ): Promise<number> {
    const text = act === 'note' ? value.trim() : value.trim().slice(0, MAX_TAG);
    if (text === '' || (act === 'state' && !isState(text))) return 0;
    const made = incidents.filter((i) => isChange(this.of(i), act, text)).map((i) => entry(this.keyOf(i), act, text));
    if (made.length === 0) return 0;
    await store.addEntries(capture, made);
    for (const e of made) {
      this.entries.set(e.id, e);
      this.take(e);
    }
    this.version++;
    return made.length;
  }

  private take(e: JournalEntry): void {
    const before = this.byIncident.get(e.about) ?? UNTOUCHED;
    this.byIncident.set(e.about, { ...after(before, e), log: [e, ...before.log] });
  }
}

function isState(text: string): text is IncidentState {
  return (INCIDENT_STATES as readonly string[]).includes(text);
}

function isChange(work: IncidentWork, act: JournalWhat, value: string): boolean {
  if (act === 'state') return work.state !== value;
  if (act === 'tag') return !work.tags.includes(value) && work.tags.length < MAX_TAGS;
  return act === 'untag' ? work.tags.includes(value) : true;
}

/** What an incident is after an entry. */
function after(work: IncidentWork, e: JournalEntry): IncidentWork {
  switch (e.what) {
    case 'state':
      return isState(e.value) ? { ...work, state: e.value } : work;
    case 'note':
      return { ...work, notes: [...work.notes, e] };
    case 'tag':
      return work.tags.includes(e.value) ? work : { ...work, tags: [...work.tags, e.value] };
    case 'untag':
      return { ...work, tags: work.tags.filter((t) => t !== e.value) };
    default:
      return work;
  }
}
