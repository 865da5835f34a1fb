// A setting that is a file of the machine: typed in a browser, chosen on the desktop, where a window names no paths.
import type { ReactNode } from 'react';
import { changeSettings } from '../state/actions.ts';
import { shell } from '../wire/transport.ts';
import { useWord } from '../words/words.ts';

interface FileSettingProps {
  readonly name: 'hostsFile' | 'placesFile' | 'networksFile';
  readonly title: string;
  readonly value: string;
  readonly placeholder?: string;
}

export function FileSetting(p: FileSettingProps): ReactNode {
  const word = useWord();
  const set = (path: string): void => {
    if (path !== p.value) void changeSettings({ [p.name]: path });
  };
  if (shell === null)
    return (
      <label className="field-row">
        <span>{p.title}</span>
        <input
          className="field"
          defaultValue={p.value}
          maxLength={4096}
          spellCheck={false}
          placeholder={p.placeholder}
          onBlur={(e) => set(e.target.value.trim())}
        />
      </label>
    );
  const choose = async (): Promise<void> => {
    const chosen = await shell?.chooseFile();
    if (chosen) set(chosen.grant);
  };
  return (
    <div className="field-row">
      <span>{p.title}</span>
      <input className="field" value={p.value} readOnly aria-label={p.title} placeholder={p.placeholder} />
      <button type="button" className="button" onClick={() => void choose()}>
        {word('lab.choose')}
      </button>
      <button type="button" className="button" disabled={p.value === ''} onClick={() => set('')}>
        {word('fileNone')}
      </button>
    </div>
  );
}
