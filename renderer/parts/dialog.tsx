// A dialog: it takes the focus, keeps it inside, and gives it back when it closes; Escape closes it.
import { useEffect, useRef, type ReactNode } from 'react';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';

export function Dialog({
  title,
  wide,
  children,
  onClose,
}: {
  readonly title: string;
  readonly wide?: boolean;
  readonly children: ReactNode;
  readonly onClose?: () => void;
}): ReactNode {
  const word = useWord();
  const box = useRef<HTMLDialogElement>(null);
  const set = useStore((s) => s.set);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const element = box.current!;
    element.showModal();
    (
      element.querySelector<HTMLElement>('[data-first]') ??
      element.querySelector<HTMLElement>('.dialog-head ~ * :is(input, button)') ??
      element.querySelector<HTMLElement>('button')
    )?.focus();
    return () => {
      element.close();
      before?.focus();
    };
  }, []);
  const close = (): void => {
    onClose?.();
    set({ dialog: null });
  };
  return (
    <dialog
      ref={box}
      className={`dialog${wide ? ' wide' : ''}`}
      aria-label={title}
      onCancel={(e) => {
        e.preventDefault();
        close();
      }}
      onKeyDown={(e) => e.stopPropagation()}
      onMouseDown={(e) => {
        if (e.target === box.current) close();
      }}
    >
      <div className="dialog-inner">
        <header className="dialog-head">
          <h2>{title}</h2>
          <button type="button" className="icon-button" aria-label={word('closeDialog')} onClick={close}>
            ×
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
