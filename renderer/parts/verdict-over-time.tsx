// The score of a flow at its checkpoints and at its end.
import type { ReactNode } from 'react';
import type { FlowDetail } from '../../contract/index.ts';
import { count, score } from '../words/format.ts';
import { useWord } from '../words/words.ts';

const WIDTH = 420;
const HEIGHT = 74;

export function VerdictOverTime({ detail }: { readonly detail: FlowDetail }): ReactNode {
  const word = useWord();
  const steps = [
    ...detail.checkpoints.flatMap(({ packets, score: at, verdict }) =>
      at === null ? [] : [{ packets, score: at, verdict }],
    ),
    ...(detail.score === null || detail.verdict === null
      ? []
      : [{ packets: detail.packetsForward + detail.packetsReverse, score: detail.score, verdict: detail.verdict }]),
  ];
  if (steps.length < 2) return null;
  const logs = steps.map((s) => Math.log(s.packets + 1));
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  const x = (i: number): number => 8 + ((logs[i]! - low) / Math.max(0.001, high - low)) * (WIDTH - 16);
  const y = (s: number): number => 6 + (1 - s) * (HEIGHT - 30);
  const said = steps.map((s) => word('scoreAt', { score: score(s.score), n: count(s.packets) })).join(', ');
  // Labels that would stand on each other are left out; all of them are in the picture's description.
  let lastLabel = -Infinity;
  return (
    <>
      <h3>{word('overTime')}</h3>
      <svg
        className={`over-time ${detail.verdict ?? 'open'}`}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={said}
      >
        <line className="axis" x1="0" y1={y(0.5)} x2={WIDTH} y2={y(0.5)} />
        <text x="0" y={y(0.5) - 3}>
          50 %
        </text>
        <polyline points={steps.map((s, i) => `${x(i)},${y(s.score)}`).join(' ')} />
        {steps.map((s, i) => {
          const room = x(i) - lastLabel > 76;
          if (room) lastLabel = x(i);
          return (
            <g key={i} className={s.verdict}>
              <circle cx={x(i)} cy={y(s.score)} r="3" />
              {room ? (
                <text
                  x={Math.min(WIDTH - 6, Math.max(0, x(i) - 14))}
                  y={HEIGHT - 6}
                  textAnchor={x(i) > WIDTH - 40 ? 'end' : 'start'}
                >
                  {i === steps.length - 1 && detail.endReason !== null
                    ? word('end')
                    : word('nPackets', { n: count(s.packets) })}
                </text>
              ) : null}
            </g>
          );
        })}
      </svg>
    </>
  );
}
