// Audits sources in a thread of its own: it takes seconds, and loads what trains.
import { parentPort, workerData } from 'node:worker_threads';
import { type Message, saidBy, type SourceAudit } from '../../contract/index.ts';
import { FEATURE_GROUPS, FEATURES } from '../features/index.ts';
import { auditSources, type SourceFlows } from '../learn/index.ts';

export interface AuditTask {
  readonly flows: SourceFlows;
  readonly places: Int32Array;
}

export type AuditAnswer = { readonly audit: SourceAudit | null } | { readonly problem: Message };

function answer({ flows, places }: AuditTask): AuditAnswer {
  const names = FEATURES.map((f) => f.name);
  try {
    return { audit: auditSources(flows, places, { names, groups: FEATURE_GROUPS }) };
  } catch (error) {
    return { problem: saidBy(error) };
  }
}

parentPort!.postMessage(answer(workerData as AuditTask));
