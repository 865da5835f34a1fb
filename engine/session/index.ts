// The room that ties the others together for one open capture.
export { Analysis, type AnalysisOptions, type FlowEvents } from './analysis.ts';
export { endpoints, packetRecord } from './rows.ts';
export { stampText } from './time.ts';
