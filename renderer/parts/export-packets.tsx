// Export specified packets: which ones, as what, compressed how, with which keys. What the format cannot hold is said.
import { useState, type FormEvent, type ReactNode } from 'react';
import {
  CAPTURE_FORMATS,
  type CaptureFormat,
  type Compression,
  COMPRESSIONS,
  SECRET_CHOICES,
  type SecretChoice,
} from '../../contract/index.ts';
import { exportPackets } from '../state/file-export.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { ExportNotes, PacketRangeFields, useExportLook, usePacketChoice } from './packet-range.tsx';
import { Segments } from './segments.tsx';

export function ExportPackets(): ReactNode {
  const word = useWord();
  const { choice, change } = usePacketChoice();
  const [as, setAs] = useState<CaptureFormat>('pcapng');
  const [compression, setCompression] = useState<Compression>('none');
  const [secrets, setSecrets] = useState<SecretChoice>('keep');
  const looked = useExportLook(choice, as, secrets);
  const good = looked.problem === null && looked.look !== null && looked.look.packets > 0;
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (good) void exportPackets({ choice, as, compression, secrets });
  };
  return (
    <Dialog title={word('exportPackets')}>
      <form onSubmit={go} className="export-form">
        <PacketRangeFields choice={choice} change={change} look={looked.look} />
        <Segments
          label={word('exportFormat')}
          values={CAPTURE_FORMATS}
          value={as}
          text={(f) => word(`format.${f}`)}
          onChange={setAs}
        />
        <Segments
          label={word('exportCompression')}
          values={COMPRESSIONS}
          value={compression}
          text={(c) => word(`compression.${c}`)}
          onChange={setCompression}
        />
        <Segments
          label={word('exportSecrets')}
          values={SECRET_CHOICES}
          value={secrets}
          text={(s) => word(`secrets.${s}`)}
          onChange={setSecrets}
        />
        <ExportNotes looked={looked} />
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good}>
            {word('exportNow')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
