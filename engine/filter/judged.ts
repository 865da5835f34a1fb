// An incident as the filter asks for it.
import type { AddressId, IncidentState } from '../../contract/index.ts';

export interface JudgedIncident {
  readonly number: number;
  readonly host: AddressId;
  readonly peer: string;
  readonly names: readonly string[];
  readonly points: number;
  readonly gravity: string;
  readonly state: IncidentState;
  readonly tags: readonly string[];
  readonly notes: readonly string[];
  readonly rules: readonly string[];
  readonly techniques: readonly string[];
  readonly allowed: boolean;
}
