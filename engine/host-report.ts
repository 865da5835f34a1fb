// The fifth door: a report of a capture's incidents, which a desk makes without a window.
export { deskOptions, reportAlone } from './desk/index.ts';
export { incidentFile } from './exchange/index.ts';
