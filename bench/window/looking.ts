// What somebody waits for who looks at packets: the tree of one that was pressed, texts of rows where the list stopped.
// Measured in the page, from the deed to the frame in which the answer is drawn.
import type { Page } from 'playwright';
import { type Figure, median, share } from './figures.ts';

const GOAL = 150;
const RUNS = 3;

/** Goes to a share of the list. @returns ms until all rows in sight have the engine's texts, null where that took too long */
function settledAt(page: Page, at: number): Promise<number | null> {
  return page.evaluate(
    (to) =>
      new Promise<number | null>((resolve) => {
        const grid = document.querySelector<HTMLElement>('.packets .grid')!;
        const list = grid.closest<HTMLElement>('.list')!;
        const begun = performance.now();
        list.dataset['settled'] = 'asked';
        grid.scrollTop = Math.round(to * (grid.scrollHeight - grid.clientHeight));
        const look = (): void => {
          const passed = performance.now() - begun;
          if (list.dataset['settled'] === 'true') resolve(passed);
          else if (passed > 10_000) resolve(null);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    at,
  );
}

/** Presses the row in the middle. @returns ms until its tree is there, null where it took too long or nothing was there */
function treeOfMiddle(page: Page): Promise<number | null> {
  return page.evaluate(
    () =>
      new Promise<number | null>((resolve) => {
        const rows = [...document.querySelectorAll<HTMLElement>('.packets .grid-row:not([hidden]):not(.alert)')];
        const row = rows[rows.length >> 1];
        const number = row?.querySelector('.c-no')?.textContent?.replaceAll(/\D/g, '') ?? '';
        if (row === undefined || number === '') {
          resolve(null);
          return;
        }
        const wanted = new RegExp(`^Frame ${number}\\b`);
        const begun = performance.now();
        const press = { bubbles: true, button: 0 };
        row.firstElementChild!.dispatchEvent(new MouseEvent('mousedown', press));
        const look = (): void => {
          const passed = performance.now() - begun;
          const first = document.querySelector('.tree .node-text')?.textContent ?? '';
          if (wanted.test(first)) resolve(passed);
          else if (passed > 10_000) resolve(null);
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
  );
}

function figuresOf(what: string, runs: readonly (readonly number[])[], lost: number, goal: boolean): Figure[] {
  const note = `${runs.reduce((n, r) => n + r.length, 0)} samples${lost > 0 ? `, ${lost} not within 10 s` : ''}`;
  const of = (p: number): number => (lost > 0 && p > 0.9 ? Infinity : median(runs.map((run) => share(run, p))));
  return [
    { what: `${what}, median`, ours: of(0.5), unit: 'ms', ...(goal ? { most: GOAL } : {}), note },
    { what: `${what}, p95`, ours: of(0.95), unit: 'ms', most: GOAL, note },
  ];
}

export async function trees(page: Page, name: string, samples: number): Promise<Figure[]> {
  const runs: number[][] = [];
  let lost = 0;
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = [];
    for (let i = 0; i < samples; i++) {
      await page.evaluate((to) => {
        const grid = document.querySelector<HTMLElement>('.packets .grid')!;
        grid.scrollTop = Math.round(to * (grid.scrollHeight - grid.clientHeight));
      }, Math.random());
      await page.waitForTimeout(120);
      const ms = await treeOfMiddle(page);
      if (ms === null) lost++;
      else times.push(ms);
    }
    runs.push(times);
  }
  return figuresOf(`tree of a random packet, ${name}`, runs, lost, false);
}

/** @param rest between two places, ms */
export async function rows(page: Page, name: string, samples: number, rest: number): Promise<Figure[]> {
  const runs: number[][] = [];
  let lost = 0;
  for (let run = 0; run < RUNS; run++) {
    const times: number[] = [];
    for (let i = 0; i < samples; i++) {
      const ms = await settledAt(page, Math.random());
      if (ms === null) lost++;
      else times.push(ms);
      await page.waitForTimeout(rest);
    }
    runs.push(times);
  }
  return figuresOf(`rows settled, ${name}`, runs, lost, true);
}
