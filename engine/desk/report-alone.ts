// A report of incidents without a window: a desk opens the capture, reads it to its end and closes.
import type { ReportData } from '../../contract/index.ts';
import type { Ending } from '../read/index.ts';
import { TimeSlices } from '../view/index.ts';
import { Desk, type DeskOptions } from './desk.ts';
import { IncidentList } from './incident-list.ts';
import { reportData } from './report-data.ts';

export interface ReportAlone {
  readonly data: ReportData;
  readonly ending: Ending;
}

/**
 * @param wanted numbers of incidents as the window and `score` have them; null for all that are not allowed
 * @param goOn asked now and then whether to go on @returns null where it was not to
 */
export async function reportAlone(
  options: DeskOptions,
  path: string,
  wanted: readonly number[] | null,
  goOn: () => boolean,
): Promise<ReportAlone | null> {
  const desk = new Desk(options);
  const turns = new TimeSlices();
  const timer = setInterval(() => {
    if (!goOn()) turns.cancel();
  }, ASK_EVERY);
  try {
    // Nobody looked at it, so it is not remembered among the captures that were opened: a sample is not.
    const s = await desk.openFile(path, 'sample');
    await Promise.race([s.done, stopped(turns)]);
    if (turns.cancelled) return null;
    await desk.labelled;
    const list = new IncidentList(s, desk.filters, (alert) => desk.isAllowed(s, alert));
    await list.apply('', null);
    const alerts = list.alerts.filter((a) => (wanted === null ? !desk.isAllowed(s, a) : wanted.includes(a.number + 1)));
    const data = await reportData(desk, s, alerts, turns);
    return { data, ending: s.ending ?? { kind: 'ok' } };
  } finally {
    clearInterval(timer);
    await desk.close();
  }
}

const ASK_EVERY = 200;

function stopped(turns: TimeSlices): Promise<void> {
  return new Promise((resolve) => {
    turns.onCancel = resolve;
  });
}
