// The few figures that a reader wants first, of all captures together.
import { type EvaluationReport, type GroupFigures, type ReportFigure, say } from '../../contract/index.ts';
import { MALICIOUS_POINTS } from '../evidence/index.ts';
import { shareText } from './goals.ts';

export function headlineOf(r: EvaluationReport): ReportFigure[] {
  // The first two groups hold every capture once.
  const total = (pick: (g: GroupFigures) => number): number => r.groups.slice(0, 2).reduce((n, g) => n + pick(g), 0);
  const three = r.sums.find((s) => s.points === MALICIOUS_POINTS)!;
  const falses = total((g) => g.falseIncidents);
  const flows = total((g) => g.benignFlows);
  const hours = total((g) => g.hours);
  const figures: ReportFigure[] = [
    {
      title: say('lab-malicious-raised'),
      value: { n: three.raised, of: three.malicious, goal: null },
      note: say('lab-by-chance', { share: shareText(r.chance, 1) }),
    },
    { title: say('lab-benign-raised'), value: { n: three.falseCaptures, of: three.benign, goal: null }, note: null },
  ];
  if (flows > 0)
    figures.push({
      title: say('lab-false-per-thousand'),
      value: ((1000 * falses) / flows).toFixed(2),
      note: say('lab-false-of-flows', { falses, flows }),
    });
  if (hours > 0)
    figures.push({
      title: say('lab-false-per-hour'),
      value: (falses / hours).toFixed(3),
      note: say('lab-hours', { hours: hours.toFixed(1) }),
    });
  if (r.audit !== null)
    figures.push({
      title: say('lab-source-told'),
      value: shareText(r.audit.right, 1),
      note: say('lab-by-chance', { share: shareText(r.audit.dealt, 1) }),
    });
  return figures;
}
