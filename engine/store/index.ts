// The room for what the user says: labels, imported data. SQLite in the user's data folder.
export { captureIdentity, descriptorIdentity, flowKey } from './identity.ts';
export { type ImportedRow, Store } from './store.ts';
export { folders, helperPath, type Folders } from './folders.ts';
export {
  oddKind,
  plainReason,
  PRIVATE_FILE,
  privateFolder,
  readPlain,
  setAside,
  tighten,
  writePlain,
} from './files.ts';
export { FileLock } from './lock.ts';
export { StoreProblem } from './problem.ts';
