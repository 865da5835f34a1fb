// Flows of a host over time, by verdict; below them when its incidents were. A bar leads to the flows that began then.
import { type KeyboardEvent, type ReactNode, useState } from 'react';
import { type HostDetail, type HostTime, VERDICTS } from '../../contract/index.ts';
import { showFlows } from '../state/actions.ts';
import { addressFilter } from '../state/hosts.ts';
import { moment } from '../words/format.ts';
import { sentence, useWord } from '../words/words.ts';

const WIDTH = 480;
const TALL = 70;
const LANE = 7;
const LANES = 8;
/** From the bottom of a bar to its top. */
const ORDER = [
  'malicious',
  'suspicious',
  'unfamiliar',
  'benign',
] as const satisfies readonly (typeof VERDICTS)[number][];

export function HostTimeline({ detail: d }: { readonly detail: HostDetail }): ReactNode {
  const word = useWord();
  const { time } = d;
  const buckets = time.open.length;
  const span = Math.max(1e-9, time.to - time.from);
  const sums = Array.from({ length: buckets }, (_, i) => sumAt(time, i));
  const most = Math.max(1, ...sums);
  const width = WIDTH / buckets;
  const x = (t: number): number => Math.max(0, Math.min(WIDTH, ((t - time.from) / span) * WIDTH));
  const shown = d.incidents.slice(0, LANES);
  const height = TALL + shown.length * LANE + 2;
  const [at, setAt] = useState(0);
  const told = (i: number): string =>
    word('host.bucket', {
      when: moment(time.from + (i * span) / buckets),
      n: sums[i]!,
      malicious: time.verdicts.malicious[i]!,
      suspicious: time.verdicts.suspicious[i]!,
    });
  const keys = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1, Home: -buckets, End: buckets }[event.key];
    if (by !== undefined) setAt(Math.max(0, Math.min(buckets - 1, at + by)));
    else if (event.key === 'Enter') void showFlows(bucketFilter(d, at));
    else return;
    event.preventDefault();
  };
  return (
    <div
      className="host-time"
      role="slider"
      tabIndex={0}
      aria-label={word('host.overSpoken', { host: d.address })}
      aria-valuemin={0}
      aria-valuemax={buckets - 1}
      aria-valuenow={at}
      aria-valuetext={told(at)}
      onKeyDown={keys}
    >
      <svg viewBox={`0 0 ${WIDTH} ${height}`} preserveAspectRatio="none" aria-hidden="true">
        <rect className="at" x={at * width} y={0} width={Math.max(1, width)} height={TALL} />
        {sums.map((sum, i) =>
          sum === 0 ? null : (
            <g key={i} onClick={() => void showFlows(bucketFilter(d, i))}>
              <title>{told(i)}</title>
              {parts(time, i, most).map(({ verdict, from, tall }) => (
                <rect
                  key={verdict}
                  className={`over ${verdict}`}
                  x={i * width}
                  y={TALL - from - tall}
                  width={width * 0.85}
                  height={tall}
                />
              ))}
            </g>
          ),
        )}
        {shown.map(({ alert, incident }, n) => (
          <rect
            key={alert}
            className={`over ${incident.verdict ?? 'open'}`}
            x={x(incident.first)}
            y={TALL + 2 + n * LANE}
            width={Math.max(3, x(incident.last) - x(incident.first))}
            height={LANE - 3}
          >
            <title>{sentence(incident.title)}</title>
          </rect>
        ))}
      </svg>
      <p className="axis dim">
        <span>{moment(time.from)}</span>
        <span>{moment(time.to)}</span>
      </p>
    </div>
  );
}

function sumAt(time: HostTime, i: number): number {
  return VERDICTS.reduce((sum, v) => sum + time.verdicts[v][i]!, time.open[i]!);
}

/** The parts of a bar from the bottom up; what is there is at least seen. */
function parts(
  time: HostTime,
  i: number,
  most: number,
): readonly { readonly verdict: string; readonly from: number; readonly tall: number }[] {
  const counts = [...ORDER.map((v) => [v, time.verdicts[v][i]!] as const), ['open', time.open[i]!] as const];
  let from = 0;
  return counts.flatMap(([verdict, n]) => {
    if (n === 0) return [];
    const tall = Math.max(2, (n / most) * (TALL - 10));
    const part = { verdict, from, tall };
    from += tall;
    return [part];
  });
}

/** Flows of the host that began within a bucket. */
function bucketFilter({ address, time }: HostDetail, bucket: number): string {
  const width = (time.to - time.from) / time.open.length;
  const from = time.from + bucket * width;
  const last = bucket === time.open.length - 1;
  // The filter takes numbers with six digits behind the point.
  const end = last ? `<= ${(time.to + 1e-6).toFixed(6)}` : `< ${(from + width).toFixed(6)}`;
  return `${addressFilter(address)} and flow.start >= ${(from - 1e-6).toFixed(6)} and flow.start ${end}`;
}
