// Several captures were dropped or chosen: merged by time into one, each in a tab of its own, or one of them opened.
import { useState, type ReactNode } from 'react';
import { mergeFiles, openFile } from '../state/actions.ts';
import { useStore } from '../state/store.ts';
import { openEachInTab } from '../state/tabs.ts';
import { bytes } from '../words/format.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function Several(): ReactNode {
  const word = useWord();
  const set = useStore((s) => s.set);
  // What is dropped while this stands belongs to another dialog.
  const [files] = useState(() => useStore.getState().several);
  const close = (): void => set({ dialog: null, several: [] });
  return (
    <Dialog title={word('several', { n: files.length })} onClose={close}>
      <ul className="choices">
        <li>
          <button
            type="button"
            className="choice"
            data-first
            onClick={() => {
              close();
              void mergeFiles(files);
            }}
          >
            <strong>{word('mergeByTime')}</strong>
            <span>{word('mergeHint')}</span>
          </button>
        </li>
        <li>
          <button
            type="button"
            className="choice"
            onClick={() => {
              close();
              void openEachInTab(files);
            }}
          >
            <strong>{word('tabs.each')}</strong>
            <span>{word('tabs.eachHint')}</span>
          </button>
        </li>
        {files.map((file, i) => (
          <li key={i}>
            <button
              type="button"
              className="choice"
              onClick={() => {
                close();
                void openFile(file);
              }}
            >
              <strong>{word('openOnly', { name: file.name })}</strong>
              <span>{bytes(file.size)}</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
