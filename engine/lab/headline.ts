// The few figures that a reader wants first, of all captures together.
import { type EvaluationReport, type GroupFigures, type ReportFigure, say } from '../../contract/index.ts';
import { MALICIOUS_POINTS } from '../evidence/index.ts';
import { shareText } from './goals.ts';
import { eachOnce, falsePerThousand } from './groups.ts';

export function headlineOf(r: EvaluationReport): ReportFigure[] {
  const total = (pick: (g: GroupFigures) => number): number => eachOnce(r.groups).reduce((n, g) => n + pick(g), 0);
  const three = r.sums.find((s) => s.points === MALICIOUS_POINTS)!;
  const falseIncidents = total((g) => g.falseIncidents);
  const benignFlows = total((g) => g.benignFlows);
  const hours = total((g) => g.hours);
  const figures: ReportFigure[] = [
    {
      title: say('lab-malicious-raised'),
      value: { n: three.raised, of: three.malicious, goal: null },
      note: say('lab-by-chance', { share: shareText(r.chance, 1) }),
    },
    { title: say('lab-benign-raised'), value: { n: three.falseCaptures, of: three.benign, goal: null }, note: null },
  ];
  if (benignFlows > 0)
    figures.push({
      title: say('lab-false-per-thousand'),
      value: falsePerThousand({ falseIncidents, benignFlows }).toFixed(2),
      note: say('lab-false-of-flows', { falses: falseIncidents, flows: benignFlows }),
    });
  if (hours > 0)
    figures.push({
      title: say('lab-false-per-hour'),
      value: (falseIncidents / hours).toFixed(3),
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
