// Short messages on what was done or failed, with links to saved files.
import type { ReactNode } from 'react';
import { dismiss } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { bytes } from '../words/format.ts';
import { useWord } from '../words/words.ts';

export function Toasts(): ReactNode {
  const word = useWord();
  const toasts = useStore((s) => s.toasts);
  const native = useStore((s) => s.hello?.native ?? false);
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((t) => (
        <div key={t.id} className={`toast${t.bad ? ' bad' : ''}`}>
          <p>{t.text}</p>
          {t.files.length === 0 ? null : (
            <ul>
              {t.files.map((f) => (
                <li key={f.id}>
                  {native ? (
                    <code>{f.path}</code>
                  ) : (
                    <a href={`/saved/${f.id}`} download={f.name}>
                      {f.name}
                    </a>
                  )}{' '}
                  <span className="dim">{bytes(f.bytes)}</span>
                </li>
              ))}
            </ul>
          )}
          {t.files.length === 0 || native ? null : (
            <p className="dim path">
              {word('alsoAt', { path: t.files[0]!.path.slice(0, t.files[0]!.path.lastIndexOf('/')) })}
            </p>
          )}
          <button type="button" className="icon-button" aria-label={word('dismiss')} onClick={() => dismiss(t.id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
