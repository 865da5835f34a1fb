// What the command line needs to filter packets, apart from what every command loads.
export {
  type DecodeAs,
  DeepWork,
  DissectProcess,
  DissectSetup,
  type DissectionSource,
  type EnginePreference,
  FilterEngine,
  type FilterSource,
  isWhole,
  keyLines,
  type Preference,
  readKeyFile,
  type TreeSource,
  unfit,
  writeDissections,
} from './dissect/index.ts';
export { FilterError, type FilterPlan, matching, planFilter, type Subject, unscored } from './filter/index.ts';
export { readMacros } from './store/index.ts';
export { TimeSlices } from './view/index.ts';
