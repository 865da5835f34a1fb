// What the command line needs to filter packets, apart from what every command loads.
export {
  type AskedField,
  askedField,
  type DecodeAs,
  DeepWork,
  DissectProcess,
  DissectSetup,
  type DissectionSource,
  type EnginePreference,
  type FieldRow,
  fieldRows,
  FilterEngine,
  type FilterSource,
  isWhole,
  keyLines,
  neededWhole,
  type Preference,
  readKeyFile,
  type TreeSource,
  unfit,
  writeDissections,
} from './dissect/index.ts';
export {
  FilterError,
  type FilterPlan,
  isOfColumns,
  isOurField,
  matching,
  planFilter,
  printedValues,
  streamsOf,
  type Subject,
  unscored,
  type ValuesOf,
} from './filter/index.ts';
export { readMacros } from './store/index.ts';
export { TimeSlices } from './view/index.ts';
