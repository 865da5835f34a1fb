// Export packet dissections, and print: which packets, as what, how much of each.
import { useState, type FormEvent, type ReactNode } from 'react';
import { DETAIL_CHOICES, type DetailChoice, DISSECTION_FORMATS, type DissectionFormat } from '../../contract/index.ts';
import { type DissectionOrders, exportDissections } from '../state/file-export.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { columnsOf, OWN_COLUMNS } from '../views/column-settings.ts';
import { Dialog } from './dialog.tsx';
import { ExportNotes, PacketRangeFields, useExportLook, usePacketChoice } from './packet-range.tsx';
import { Segments } from './segments.tsx';

/** What each form has beside its name: a choice of details, the bytes, the line of the list. */
const FORMS: Readonly<
  Record<DissectionFormat, { details: readonly DetailChoice[]; bytes: boolean; summary: boolean }>
> = {
  text: { details: DETAIL_CHOICES, bytes: true, summary: true },
  html: { details: DETAIL_CHOICES, bytes: true, summary: true },
  json: { details: ['collapsed', 'shown', 'all'], bytes: true, summary: false },
  pdml: { details: ['collapsed', 'shown', 'all'], bytes: false, summary: false },
  csv: { details: [], bytes: false, summary: false },
  psml: { details: [], bytes: false, summary: false },
  c: { details: [], bytes: false, summary: false },
};
/** Kinds of lines that a request may name. */
const MAX_KINDS = 1000;
const MAX_KIND = 300;

export function ExportDissections(): ReactNode {
  return <Dissections title="exportDissections" forms={DISSECTION_FORMATS.filter((f) => f !== 'html')} />;
}

export function Print(): ReactNode {
  return <Dissections title="print" forms={['html']} />;
}

function Dissections({
  title: what,
  forms,
}: {
  readonly title: 'exportDissections' | 'print';
  readonly forms: readonly DissectionFormat[];
}): ReactNode {
  const word = useWord();
  const { choice, change } = usePacketChoice();
  const settings = useStore((s) => s.settings);
  const columns = columnsOf(settings?.columns ?? [], settings?.time ?? 'relative')
    .filter((c) => !c.hidden && c.id !== 'verdict')
    .map(({ id, title }) => {
      const own = OWN_COLUMNS.find((c) => c.id === id);
      return { id, title: title === '' && own !== undefined ? word(own.title) : title || id };
    });
  const folds = useStore((s) => s.folds);
  const [as, setAs] = useState<DissectionFormat>(forms[0]!);
  const [summary, setSummary] = useState(true);
  const [details, setDetails] = useState<DetailChoice>(what === 'print' ? 'shown' : 'all');
  const [bytes, setBytes] = useState(false);
  // Dissections lose nothing that a format of captures would.
  const looked = useExportLook(choice, 'pcapng', 'keep');
  const form = FORMS[as];
  const kept = form.details.includes(details) ? details : (form.details.at(-1) ?? 'none');
  const empty = form.summary && !summary && kept === 'none' && !bytes;
  const good = !empty && looked.problem === null && (looked.look?.packets ?? 0) > 0;
  const go = (event: FormEvent): void => {
    event.preventDefault();
    if (!good) return;
    const kinds = (of: ReadonlySet<string>): string[] =>
      [...of].filter((kind) => kind.length <= MAX_KIND).slice(-MAX_KINDS);
    void exportDissections({
      choice,
      as,
      summary,
      details: kept,
      bytes,
      columns,
      unfolded: kinds(folds.unfolded),
      folded: kinds(folds.folded),
    } satisfies DissectionOrders);
  };
  return (
    <Dialog title={word(what)}>
      <form onSubmit={go} className="export-form">
        <PacketRangeFields choice={choice} change={change} look={looked.look} />
        {forms.length > 1 ? (
          <Segments
            label={word('exportFormat')}
            values={forms}
            value={as}
            text={(f) => word(`dissection.${f}`)}
            onChange={setAs}
          />
        ) : (
          <p className="dim">{word('printLead')}</p>
        )}
        {form.details.length > 0 ? (
          <Segments
            label={word('tree')}
            values={form.details}
            value={kept}
            text={(d) => word(`details.${d}`)}
            onChange={setDetails}
          />
        ) : null}
        {form.summary ? (
          <label className="check-line">
            <input type="checkbox" checked={summary} onChange={(e) => setSummary(e.target.checked)} />
            {word('exportSummary')}
          </label>
        ) : null}
        {form.bytes ? (
          <label className="check-line">
            <input type="checkbox" checked={bytes} onChange={(e) => setBytes(e.target.checked)} />
            {word('exportWithBytes')}
          </label>
        ) : null}
        {empty ? <p className="bad">{word('exportNothingOf')}</p> : <ExportNotes looked={looked} />}
        <div className="dialog-actions">
          <button type="submit" className="button primary" disabled={!good}>
            {word(what === 'print' ? 'printNow' : 'exportNow')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
