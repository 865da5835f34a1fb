// The room for what the user says: labels, imported data. SQLite in the user's data folder.
export { captureIdentity, flowKey } from './identity.ts';
export { type ImportedRow, Store } from './store.ts';
export { folders, helperPath, type Folders } from './folders.ts';
