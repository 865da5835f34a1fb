// What the command line needs to filter packets, apart from what every command loads.
export {
  DeepWork,
  DissectProcess,
  DissectSetup,
  type DissectionSource,
  FilterEngine,
  type FilterSource,
  isWhole,
  type TreeSource,
  writeDissections,
} from './dissect/index.ts';
export { FilterError, type FilterPlan, matching, planFilter, type Subject, unscored } from './filter/index.ts';
export { readMacros } from './store/index.ts';
export { TimeSlices } from './view/index.ts';
