// The engine (wiregasm) as far as it is asked, beside its trees.
import type { FilteringSession } from './filtering.ts';
import type { Vector, WiregasmTree } from './flatten.ts';

export interface EngineFrame {
  readonly data_sources: Vector<{ readonly name: string; readonly data: string }>;
  readonly tree: Vector<WiregasmTree>;
  readonly follow: Vector<Vector<string>>;
}

interface EngineObject {
  readonly hostname: string;
  readonly pkt: number;
  readonly type: string;
  readonly filename: string;
  readonly len: number;
}

/** The engine's session, as far as it is asked here. */
export interface WorkSession extends FilteringSession {
  getFrame(number: number): EngineFrame;
  follow(kind: string, filter: string): { readonly payloads: Vector<EnginePayload> };
  tap(taps: EngineMap): { readonly taps: Vector<EngineTap>; readonly error: string };
  download(token: string): { readonly error: string; readonly download: { readonly data: string } };
}

interface EngineTap {
  readonly objects?: Vector<EngineObject>;
  delete(): void;
}

export interface EnginePayload {
  readonly number: number;
  readonly server: number;
  readonly data: string;
}

interface EngineMap {
  set(key: string, value: string): void;
  delete(): void;
}

export interface WorkEngine extends PreferenceEngine {
  readonly MapInput: new () => EngineMap;
  /** The file of rules that it brings along; noted by the process before another takes its place. */
  ownColours: string;
}

export interface EngineModule {
  readonly name: string;
  readonly title: string;
  readonly submodules: Vector<EngineModule>;
}

export interface EnginePref {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly type: number;
  readonly uint_value: number;
  readonly bool_value: boolean;
  readonly string_value: string;
  readonly range_value: string;
  readonly enum_value: Vector<{
    readonly name: string;
    readonly description: string;
    readonly value: number;
    readonly selected: boolean;
  }>;
}

export interface PreferenceEngine {
  listModules(): Vector<EngineModule>;
  listPreferences(module: string): Vector<EnginePref>;
  setPref(module: string, name: string, value: string): { readonly code: number; readonly error: string };
  getPref(module: string, name: string): { readonly code: number; readonly data: EnginePref };
  applyPreferences(): void;
}
