// Flows in groups: by what they are grouped, what is worked out of each group, and the values that facts have.
import type { Message } from './messages.ts';
import { flag, list, oneOf, orNull, object, text, whole } from './schema.ts';
import type { StatPage } from './stats.ts';

/** Fields of the filter, without `flow.`, by whose values flows can be grouped, in the order of menus. */
export const FACETS = [
  'server_name',
  'app',
  'transport',
  'port',
  'initiator',
  'responder',
  'host',
  'country',
  'asn',
  'as_org',
  'verdict',
  'label',
  'tag',
  'rule',
  'ja4',
  'ja3',
  'ja3s',
  'tls.version',
  'tls.suite',
  'alpn',
  'certificate.subject',
  'certificate.issuer',
  'certificate.name',
  'certificate.serial',
  'dns.question',
  'http.host',
  'http.user_agent',
  'http.request.method',
  'http.request.uri',
  'http.response.code',
  'http.content_type',
  'ssh.client',
  'ssh.server',
  'hassh',
  'hassh_server',
  'smb.share',
  'smb.file',
  'smb.pipe',
  'rpc.interface',
  'mail.command',
  'vlan',
  'end',
  'grade',
] as const;
export type FacetName = (typeof FACETS)[number];

/** Of what sum, average, extremes and 95th percentile are told. */
export const GROUP_MEASURES = ['bytes', 'packets', 'duration'] as const;
export type GroupMeasure = (typeof GROUP_MEASURES)[number];

/** Facts that flows are grouped by at once. */
export const MAX_BY = 3;
/** Values of a fact that the page of values shows before it is asked for all. */
export const MAX_FIRST_VALUES = 100;

/** A value of a fact, and the flows that have it. */
export interface FactValue {
  readonly text: string;
  readonly flows: number;
  readonly bytes: number;
  /** Display filter of these flows and their packets. */
  readonly filter: string;
}

/** A fact that flows of the capture have. */
export interface FactValues {
  readonly facet: FacetName;
  /** Different values; upper and lower case do not make two, as in the filter. */
  readonly distinct: number;
  /** Flows that have a value. */
  readonly flows: number;
  /** The first ones in the order that was asked for. */
  readonly values: readonly FactValue[];
}

export interface UniqueValues {
  /** Flows that were looked at. */
  readonly flows: number;
  readonly facts: readonly FactValues[];
  readonly note: Message | null;
}

const facet = oneOf(...FACETS);
const grouping = {
  /** None: all flows are one group. */
  by: list(facet, MAX_BY),
  measure: oneOf(...GROUP_MEASURES),
  /** A fact whose different values are counted in each group. */
  distinct: orNull(facet),
  /** Only the flows that the list of flows shows count. */
  displayed: flag,
  order: orNull(object({ column: text(60), descending: flag })),
};

export const GROUP_SHAPES = {
  flowGroups: { ...grouping, from: whole(0, 2 ** 32 - 2), count: whole(1, 512) },
  flowGroupsCsv: grouping,
  /** Rarest values first, or the most frequent; at most so many of each fact. */
  uniqueValues: { displayed: flag, rare: flag, count: whole(1, MAX_FIRST_VALUES) },
  uniqueValuesCsv: { displayed: flag, rare: flag },
} as const;

export interface GroupReplies {
  /** `counted` of the page are flows. */
  flowGroups: StatPage;
  flowGroupsCsv: { readonly bytes: Uint8Array; readonly rows: number; readonly total: number };
  uniqueValues: UniqueValues;
  uniqueValuesCsv: { readonly bytes: Uint8Array; readonly rows: number; readonly total: number };
}
