// Incidents as a file for another tool.
import type { IncidentFormat, ReportData } from '../../contract/index.ts';
import { mispFile } from './misp.ts';
import { stixBundle } from './stix.ts';

export function incidentFile(data: ReportData, as: IncidentFormat): string {
  return `${JSON.stringify(as === 'stix' ? stixBundle(data) : mispFile(data), null, 1)}\n`;
}
