// One of a few choices, side by side with its name.
import type { ReactNode } from 'react';

export function Segments<T extends string>({
  label,
  values,
  value,
  text,
  onChange,
}: {
  readonly label: string;
  readonly values: readonly T[];
  readonly value: T;
  readonly text: (value: T) => string;
  readonly onChange: (value: T) => void;
}): ReactNode {
  return (
    <div className="setting">
      <span>{label}</span>
      <div className="segmented" role="group" aria-label={label}>
        {values.map((v) => (
          <button key={v} type="button" aria-pressed={v === value} onClick={() => onChange(v)}>
            {text(v)}
          </button>
        ))}
      </div>
    </div>
  );
}
