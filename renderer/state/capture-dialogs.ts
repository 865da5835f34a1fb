// Which dialogs are about the capture that is shown: with another one they close, since what they were opened for is
// not on screen any more.
import type { Dialog } from './store.ts';

const OF_CAPTURE: Record<Dialog, boolean> = {
  'add-column': false,
  'packet-comment': true,
  goto: true,
  palette: true,
  stream: true,
  settings: false,
  save: true,
  keys: false,
  'capture-options': false,
  ssh: false,
  pipe: false,
  doctor: false,
  release: false,
  learn: true,
  'incident-state': true,
  'incident-tag': true,
  'incident-note': true,
  allow: true,
  'allow-rules': false,
  objects: true,
  'tls-keys': false,
  dissectors: false,
  'decode-as': true,
  filters: false,
  'export-packets': true,
  'export-dissections': true,
  print: true,
  'time-shift': true,
  'key-tables': false,
  'save-filter': false,
  several: false,
  tags: true,
  'name-address': true,
  'colouring-rules': false,
  profiles: false,
  rule: true,
  'rule-editor': false,
};

/** The dialog that stays open when another capture is shown. */
export function stays(dialog: Dialog | null): Dialog | null {
  return dialog === null || OF_CAPTURE[dialog] ? null : dialog;
}
