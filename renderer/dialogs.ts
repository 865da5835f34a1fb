// Which component each dialog is.
import { createElement, type ComponentType, type ReactNode } from 'react';
import { AddColumn } from './parts/add-column.tsx';
import { Allow, AllowRules } from './parts/allow-dialog.tsx';
import { CaptureOptions, Doctor, OtherSource } from './parts/capture-options.tsx';
import { GoTo, Keys, Save } from './parts/dialogs.tsx';
import { ExportDissections, Print } from './parts/export-dissections.tsx';
import { ExportPackets } from './parts/export-packets.tsx';
import { FiltersDialog, SaveFilter } from './parts/filters-dialog.tsx';
import { IncidentNote, IncidentState, IncidentTag } from './parts/incident-dialogs.tsx';
import { ColouringRulesDialog } from './parts/colouring-rules.tsx';
import { DecodeAs } from './parts/decode-as.tsx';
import { Dissectors } from './parts/dissectors.tsx';
import { KeyTables } from './parts/key-tables.tsx';
import { Learn } from './parts/learn.tsx';
import { NameAddress } from './parts/name-address.tsx';
import { Objects } from './parts/objects.tsx';
import { TlsKeys } from './parts/tls-keys.tsx';
import { PacketComment } from './parts/packet-comments.tsx';
import { Palette } from './parts/palette.tsx';
import { ProfilesDialog } from './parts/profiles-dialog.tsx';
import { Release } from './parts/release.tsx';
import { RuleDialog } from './parts/rule-dialog.tsx';
import { RuleEditor } from './parts/rule-editor.tsx';
import { Several } from './parts/several.tsx';
import { SettingsDialog } from './parts/settings.tsx';
import { Stream } from './parts/stream.tsx';
import { TagsDialog } from './parts/tags-dialog.tsx';
import { TimeShift } from './parts/time-shift.tsx';
import type { Dialog } from './state/store.ts';

export const DIALOGS: Record<Dialog, ComponentType> = {
  'add-column': AddColumn,
  'packet-comment': PacketComment,
  goto: GoTo,
  palette: Palette,
  stream: Stream,
  settings: SettingsDialog,
  save: Save,
  keys: Keys,
  'capture-options': CaptureOptions,
  ssh: otherSource('ssh'),
  pipe: otherSource('pipe'),
  doctor: Doctor,
  release: Release,
  learn: Learn,
  'incident-state': IncidentState,
  'incident-tag': IncidentTag,
  'incident-note': IncidentNote,
  allow: Allow,
  'allow-rules': AllowRules,
  objects: Objects,
  'tls-keys': TlsKeys,
  dissectors: Dissectors,
  'decode-as': DecodeAs,
  filters: FiltersDialog,
  'export-packets': ExportPackets,
  'export-dissections': ExportDissections,
  print: Print,
  'time-shift': TimeShift,
  'key-tables': KeyTables,
  'save-filter': SaveFilter,
  several: Several,
  tags: TagsDialog,
  'name-address': NameAddress,
  'colouring-rules': ColouringRulesDialog,
  profiles: ProfilesDialog,
  rule: RuleDialog,
  'rule-editor': RuleEditor,
};

function otherSource(kind: 'ssh' | 'pipe'): ComponentType {
  return function Source(): ReactNode {
    return createElement(OtherSource, { kind });
  };
}
