// The time strip as a picture: bars, those of malicious flows in red, and an axis of times below them.
import type { StripPage } from '../../contract/index.ts';
import { clock } from '../words/format.ts';

export const BAR = 4;
export const GAP = 1;
/** A strip that is lower has no room for an axis, px. */
const WITH_AXIS = 50;
const AXIS = 12;
/** A time stands about so often, px. */
const TICK_WIDTH = 105;

export interface Frame {
  readonly width: number;
  /** What times are counted from, seconds since 1970. */
  readonly zero: number;
  /** Says how many packets the highest bar is, in which time. */
  readonly most: (n: number, span: number) => string;
}

export function drawStrip(canvas: HTMLCanvasElement, strip: StripPage, o: Frame): void {
  const { width } = o;
  const ratio = window.devicePixelRatio;
  const height = canvas.parentElement!.clientHeight;
  canvas.width = Math.max(1, width * ratio);
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const g = canvas.getContext('2d')!;
  const style = getComputedStyle(canvas);
  const [plain, bad] = [style.getPropertyValue('--strip-bar'), style.getPropertyValue('--red')];
  g.scale(ratio, ratio);
  // The scale is a square root, so that a burst does not make everything else invisible.
  const largest = Math.sqrt(Math.max(1, ...strip.packets));
  const axis = height >= WITH_AXIS ? AXIS : 0;
  const floor = height - 6 - axis;
  const room = floor - 13;
  for (let i = 0; i < strip.packets.length; i++) {
    const n = strip.packets[i]!;
    if (n === 0) continue;
    const h = Math.max(2, (Math.sqrt(n) / largest) * room);
    const x = 10 + i * (BAR + GAP);
    g.fillStyle = plain;
    g.fillRect(x, floor - h, BAR, h);
    const part = strip.malicious[i]!;
    if (part > 0) {
      const red = Math.max(3, h * (part / n));
      g.fillStyle = bad;
      g.fillRect(x, floor - red, BAR, red);
    }
  }
  if (axis > 0) drawAxis(g, strip, { ...o, floor, text: style.getPropertyValue('--dim') });
}

interface Axis extends Frame {
  /** Where bars stand, px from the top. */
  readonly floor: number;
  readonly text: string;
}

/** Times below the bars, and how many packets the highest one is. */
function drawAxis(g: CanvasRenderingContext2D, strip: StripPage, { width, floor, zero, text, most: says }: Axis): void {
  const n = strip.packets.length;
  const span = strip.to - strip.from;
  const shown = n * (BAR + GAP);
  if (span <= 0 || shown <= 0) return;
  g.fillStyle = text;
  g.font = '10.5px "Inter Variable", system-ui, sans-serif';
  g.textBaseline = 'top';
  const step = tickStep((span * TICK_WIDTH) / shown);
  const first = Math.ceil((strip.from - zero) / step) * step;
  for (let at = first; at <= strip.to - zero; at += step) {
    const x = 10 + ((at + zero - strip.from) / span) * shown;
    if (x > width - 24) break;
    g.fillRect(x, floor, 1, 3);
    // The first one would be cut by the edge.
    g.textAlign = x > 22 ? 'center' : 'left';
    g.fillText(tickText(at, step), x, floor + 4);
  }
  let most = 0;
  for (const count of strip.packets) if (count > most) most = count;
  g.textAlign = 'left';
  g.fillText(says(most, span / n), 10, 2);
}

const STEPS = [1, 2, 5];
const CLOCK = [60, 120, 300, 600, 1800, 3600, 7200, 21_600, 43_200, 86_400];

/** The shortest time that people count in and that is no shorter. @param least seconds */
export function tickStep(least: number): number {
  if (least > 30) return CLOCK.find((s) => s >= least) ?? Math.ceil(least / 86_400) * 86_400;
  const power = 10 ** Math.floor(Math.log10(least));
  const of = STEPS.find((s) => s * power >= least);
  return of === undefined ? Math.min(60, power * 10) : of * power;
}

/** Time since the capture's first packet, with as many digits as steps have. */
export function tickText(at: number, step: number): string {
  if (step >= 60) return clock(at);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  return `${at.toFixed(digits)} s`;
}
