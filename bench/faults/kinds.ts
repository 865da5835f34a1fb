// Every kind of fault that the campaign draws from.
import { captureFaults } from './capture-faults.ts';
import { clockFaults } from './clock-faults.ts';
import { diskFaults } from './disk-faults.ts';
import { dissectFaults } from './dissect-faults.ts';
import type { Fault } from './fault.ts';
import { instanceFaults } from './instance-faults.ts';
import { processFaults } from './process-faults.ts';
import { scoreFaults } from './score-faults.ts';
import { stateFaults } from './state-faults.ts';
import { threadFaults } from './thread-faults.ts';

export const KINDS: readonly Fault[] = [
  ...processFaults,
  ...dissectFaults,
  ...threadFaults,
  ...diskFaults,
  ...stateFaults,
  ...captureFaults,
  ...clockFaults,
  ...instanceFaults,
  ...scoreFaults,
];
