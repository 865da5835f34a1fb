// What every desk has at hand because all tabs share it.
import type { Message, RecentCapture, Request, Settings } from '../../contract/index.ts';
import type { InterfaceWatch } from '../capture/index.ts';
import type { Baseline, Model } from '../detect/index.ts';
import type { PacketTrees, Surveyor } from '../dissect/index.ts';
import type { Store } from '../store/index.ts';
import type { Allowing } from './allowing.ts';
import type { FilterLists } from './filter-lists.ts';
import type { Geo } from './geo.ts';
import type { Lab } from './lab.ts';
import type { DeskOptions } from './options.ts';
import type { PacketWork } from './packet-work.ts';
import type { Places } from './places.ts';
import type { Shared, SharingDesk } from './shared.ts';
import type { Tabs } from './tabs.ts';

export abstract class AtHand<D extends SharingDesk> {
  readonly shared: Shared<D>;

  constructor(shared: Shared<D>) {
    this.shared = shared;
  }

  get options(): DeskOptions {
    return this.shared.options;
  }
  get tabs(): Tabs<D> {
    return this.shared.tabs;
  }
  get model(): Model {
    return this.shared.model;
  }
  get lab(): Lab {
    return this.shared.lab;
  }
  get store(): Store {
    return this.shared.store;
  }
  get watch(): InterfaceWatch {
    return this.shared.watch;
  }
  get trees(): PacketTrees {
    return this.shared.trees;
  }
  get packetWork(): PacketWork {
    return this.shared.packetWork;
  }
  get surveyor(): Surveyor {
    return this.shared.surveyor;
  }
  get settings(): Settings {
    return this.shared.settings;
  }
  get recent(): readonly RecentCapture[] {
    return this.shared.recent;
  }
  get places(): Places {
    return this.shared.places;
  }
  get filterLists(): FilterLists {
    return this.shared.filterLists;
  }
  get allowing(): Allowing {
    return this.shared.allowing;
  }
  get geo(): Geo {
    return this.shared.geo;
  }
  get notes(): readonly Message[] {
    return this.shared.notes;
  }

  get baseline(): Baseline {
    return this.shared.judging.baseline;
  }

  get dissectPid(): number | null {
    return this.shared.dissect.pid;
  }

  say(message: Message): void {
    this.shared.say(message);
  }

  changeSettings(change: Request<'settings'>): Settings {
    return this.shared.changeSettings(change);
  }

  adopt(path: string | null): Promise<void> {
    return this.shared.adopt(path);
  }

  allowedAnew(): void {
    this.shared.allowedAnew();
  }

  /** Closes all tabs, and what they share. */
  close(): Promise<void> {
    return this.shared.close();
  }
}
