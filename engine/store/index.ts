// The room for what the user says: labels, tags, allowed alerts, imported data, in SQLite (WAL) in the user's data folder.
//
// Every label is there twice, on pages of their own. A damaged store is set aside with its log, and what can be read
// goes into a new one (`salvage.ts`). A store that is held, full or not writable is said to be so, and is no damage:
// what is given meanwhile is held in memory. `files.ts` keeps files private and reads small ones whole.
export { nodeProgram } from './node-program.ts';
export { captureIdentity, descriptorIdentity, flowKey } from './identity.ts';
export { type ImportedRow, Store } from './store.ts';
export { folders, helperPath, type Folders } from './folders.ts';
export {
  oddKind,
  openPlain,
  plainReason,
  PRIVATE_FILE,
  PRIVATE_FOLDER,
  privateFolder,
  readPlain,
  setAside,
  tighten,
  writePlain,
} from './files.ts';
export { filterFile, filterListsOf, LARGEST_FILTER_FILE, macrosOf, readMacros } from './filter-file.ts';
export { entryOf, NO_CAPTURE } from './journal.ts';
export { FileLock } from './lock.ts';
export { StoreProblem } from './problem.ts';
export type { TagChange, TagRow } from './tags.ts';
