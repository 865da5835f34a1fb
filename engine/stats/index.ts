// The room of statistics: tables and graphs over all packets of a capture, or over those that are displayed.
//
// What the columns have is counted from them; link addresses, sequence numbers and what is asked and answered come from
// the packets' bytes, read once more in large pieces (`sweep.ts`). Conversations and endpoints are counted as
// Wireshark's taps do (`conversations.ts`, `streams.ts`), tables have pages, an order and CSV (`table.ts`).
export { countConversations, LAYERS, type Conversations, type Layer } from './conversations.ts';
export { conversationTable, endpointTable, unreadNote } from './conversation-tables.ts';
export { headerHierarchy } from './header-paths.ts';
export { Hierarchy } from './hierarchy.ts';
export { lengthTable } from './lengths.ts';
export { bytesOf, sweepPackets, type SweepSource } from './sweep.ts';
export { csvOf, ordered, pageOf, type Column, type StatOrder, type StatTable } from './table.ts';
export { Experts, type Expert } from './experts.ts';
export { pcapngProperties, type BlockProperties } from './pcapng-properties.ts';
export { linkName, totalsOf, type Totals } from './properties.ts';
export { counts, rowSet } from './rows.ts';
export type { GraphField, GraphFields, SeriesRequest } from './graph-buckets.ts';
export { graphOf } from './io-graph.ts';
export { sequenceOf } from './sequence.ts';
export { serviceTable } from './services.ts';
export { streamGraph } from './stream-graph.ts';
export { transactionTables } from './transactions.ts';
export { filterOf, type GroupRequest, groupFlows } from './flow-groups.ts';
export { MAX_VALUES } from './facet-values.ts';
export { PairSet } from './pair-set.ts';
export { firstValues, valuesOfFacts, type ValuesRequest } from './unique-values.ts';
export { connectionsOf } from './connections.ts';
export { ratesOf } from './rates.ts';
