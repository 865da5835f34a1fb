// Nothing to show: why, and the next step.
import type { ReactNode } from 'react';

export function Empty({
  text,
  action,
  onAction,
}: {
  readonly text: string;
  readonly action?: string;
  readonly onAction?: () => void;
}): ReactNode {
  return (
    <div className="empty">
      <p>{text}</p>
      {action === undefined ? null : (
        <button type="button" className="button" onClick={onAction}>
          {action}
        </button>
      )}
    </div>
  );
}
