// Settings of names: which addresses have some, and a hosts file of the user's.
import type { ReactNode } from 'react';
import type { Settings } from '../../contract/index.ts';
import { changeSettings } from '../state/actions.ts';
import { NAME_SWITCHES } from '../state/name-menu.ts';
import { FileSetting } from './file-setting.tsx';
import { useWord } from '../words/words.ts';

export function NameSettings({ settings }: { readonly settings: Settings }): ReactNode {
  const word = useWord();
  return (
    <>
      <h3>{word('names.title.menu')}</h3>
      {NAME_SWITCHES.map((key) => (
        <div className="setting" key={key}>
          <span id={`setting-${key}`}>{word(`names.${key}`)}</span>
          <div className="segmented" role="group" aria-labelledby={`setting-${key}`}>
            {[true, false].map((on) => (
              <button
                key={String(on)}
                type="button"
                aria-pressed={settings[key] === on}
                onClick={() => void changeSettings({ [key]: on })}
              >
                {word(on ? 'names.on' : 'names.off')}
              </button>
            ))}
          </div>
        </div>
      ))}
      <FileSetting
        name="hostsFile"
        title={word('names.hostsFile')}
        value={settings.hostsFile}
        placeholder="/etc/hosts"
      />
      <p className="dim">{word('names.hint')}</p>
    </>
  );
}
