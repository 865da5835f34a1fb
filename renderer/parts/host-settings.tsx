// Settings of incidents and hosts: whether the desktop tells, and which databases of places are used.
import { useState, type ReactNode } from 'react';
import type { Settings } from '../../contract/index.ts';
import { changeSettings } from '../state/actions.ts';
import { askToNotify, notifyPermission } from '../state/notify.ts';
import { chime } from '../state/sound.ts';
import { useWord } from '../words/words.ts';
import { FileSetting } from './file-setting.tsx';
import { RateField } from './rate-field.tsx';

export function HostSettings({ settings }: { readonly settings: Settings }): ReactNode {
  const word = useWord();
  const [refused, setRefused] = useState(settings.notify && notifyPermission() !== 'granted');
  const notify = async (on: boolean): Promise<void> => {
    const may = !on || (await askToNotify());
    setRefused(!may);
    if (may) await changeSettings({ notify: on });
  };
  const file = (key: 'placesFile' | 'networksFile'): ReactNode => (
    <FileSetting name={key} title={word(`setting.${key}`)} value={settings[key]} />
  );
  return (
    <>
      <h3>{word('setting.hosts')}</h3>
      <div className="setting">
        <span id="setting-notify">{word('notify.title')}</span>
        <div className="segmented" role="group" aria-labelledby="setting-notify">
          {[false, true].map((v) => (
            <button key={String(v)} type="button" aria-pressed={settings.notify === v} onClick={() => void notify(v)}>
              {word(v ? 'notify.on' : 'notify.off')}
            </button>
          ))}
        </div>
      </div>
      {refused ? (
        <p className="bad" role="status">
          {word('notify.denied')}
        </p>
      ) : null}
      <div className="setting">
        <span id="setting-notify-sound">{word('notify.sound')}</span>
        <div className="segmented" role="group" aria-labelledby="setting-notify-sound">
          {[false, true].map((v) => (
            <button
              key={String(v)}
              type="button"
              aria-pressed={settings.notifySound === v}
              onClick={() => {
                // It is heard once, so that one knows it.
                if (v) chime();
                void changeSettings({ notifySound: v });
              }}
            >
              {word(v ? 'notify.soundOn' : 'notify.off')}
            </button>
          ))}
        </div>
      </div>
      <label className="setting">
        <span>{word('notify.rate')}</span>
        <span className="with-unit">
          <RateField rate={settings.notifyRate} /> {word('notify.perSecond')}
        </span>
      </label>
      <p className="dim">{word('notify.rateHint')}</p>
      {file('placesFile')}
      {file('networksFile')}
      <p className="dim">{word('setting.filesHint')}</p>
    </>
  );
}
