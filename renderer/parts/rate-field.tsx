// Packets a second above which a live capture is told: one setting, written in Settings and beside the live rates.
import type { ReactNode } from 'react';
import { changeSettings } from '../state/actions.ts';

/** Packets a second. */
const MOST = 100_000_000;

/** Kept when it is left, so that no rate is told that is half typed; 0 and nothing for never. */
export function RateField({ rate }: { readonly rate: number }): ReactNode {
  return (
    <input
      className="field rates-amount"
      type="number"
      min={0}
      max={MOST}
      defaultValue={rate === 0 ? '' : rate}
      onBlur={(e) => {
        const typed = Number(e.target.value);
        const fits = Number.isInteger(typed) && typed >= 0 && typed <= MOST;
        if (fits && typed !== rate) void changeSettings({ notifyRate: typed });
      }}
    />
  );
}
