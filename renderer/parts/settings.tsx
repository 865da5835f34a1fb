// Settings: how it looks, how time is shown, what verdicts stand on, and when flows end.
import type { ReactNode } from 'react';
import { changeSettings, saveAppLog } from '../state/actions.ts';
import type { Settings } from '../../contract/index.ts';
import { editRules } from '../state/colouring.ts';
import { useStore } from '../state/store.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { HostSettings } from './host-settings.tsx';
import { NameSettings } from './name-settings.tsx';
import { Learned } from './learned.tsx';
import { ThreatSettings } from './threat-settings.tsx';

const TIMES: readonly Settings['time'][] = ['relative', 'absolute', 'date', 'utc', 'utc-date', 'delta', 'epoch'];

export function SettingsDialog(): ReactNode {
  const settings = useStore((s) => s.settings);
  return settings === null ? null : <Choices settings={settings} />;
}

function Choices({ settings }: { readonly settings: Settings }): ReactNode {
  const word = useWord();
  const model = useStore((s) => s.hello?.model);
  const choice = <K extends 'theme' | 'language'>(key: K, values: readonly (typeof settings)[K][]): ReactNode => (
    <div className="setting">
      <span id={`setting-${key}`}>{word(`setting.${key}`)}</span>
      <div className="segmented" role="group" aria-labelledby={`setting-${key}`}>
        {values.map((v) => (
          <button
            key={v}
            type="button"
            aria-pressed={settings[key] === v}
            onClick={() => void changeSettings({ [key]: v })}
          >
            {word(`setting.${key}.${v}` as 'setting.theme.dark')}
          </button>
        ))}
      </div>
    </div>
  );
  const timeout = (key: 'tcpTimeout' | 'udpTimeout' | 'otherTimeout'): ReactNode => (
    <label className="setting">
      <span>{word(`setting.${key}`)}</span>
      <span className="with-unit">
        <input
          className="field"
          type="number"
          min={1}
          max={86_400}
          defaultValue={settings[key]}
          onBlur={(e) => {
            const n = Number(e.target.value);
            if (Number.isInteger(n) && n >= 1 && n <= 86_400 && n !== settings[key]) void changeSettings({ [key]: n });
          }}
        />{' '}
        s
      </span>
    </label>
  );
  const colours = (on: boolean): ReactNode => (
    <button
      key={String(on)}
      type="button"
      aria-pressed={settings.colours === on}
      onClick={() => void changeSettings({ colours: on })}
    >
      {word(on ? 'setting.colours.on' : 'setting.colours.off')}
    </button>
  );
  return (
    <Dialog title={word('settings')}>
      <h3>{word('setting.look')}</h3>
      {choice('theme', ['system', 'dark', 'light'])}
      {choice('language', ['system', 'en', 'zh'])}
      <label className="setting">
        <span>{word('setting.time')}</span>
        <select
          className="field"
          value={settings.time}
          onChange={(e) => {
            const time = TIMES.find((v) => v === e.target.value);
            if (time !== undefined) void changeSettings({ time });
          }}
        >
          {TIMES.map((v) => (
            <option key={v} value={v}>
              {word(`setting.time.${v}`)}
            </option>
          ))}
        </select>
      </label>
      <div className="setting">
        <span id="setting-colours">{word('setting.colours')}</span>
        <div className="segmented" role="group" aria-labelledby="setting-colours">
          {[true, false].map(colours)}
        </div>
        <button type="button" className="button" onClick={editRules}>
          {word('rules.title')}…
        </button>
      </div>
      <NameSettings settings={settings} />
      <h3>{word('setting.verdicts')}</h3>
      <p className="dim">
        {word('setting.verdictsHint')}{' '}
        {model === undefined ? '' : word(model.learned ? 'againstOwnShort' : 'againstForeignShort')}
      </p>
      <Learned />
      <ThreatSettings />
      <HostSettings settings={settings} />
      <h3>{word('setting.flows')}</h3>
      {timeout('tcpTimeout')}
      {timeout('udpTimeout')}
      {timeout('otherTimeout')}
      <div className="setting">
        <span id="setting-vlan">{word('setting.vlan')}</span>
        <div className="segmented" role="group" aria-labelledby="setting-vlan">
          {[false, true].map((v) => (
            <button
              key={String(v)}
              type="button"
              aria-pressed={settings.vlan === v}
              onClick={() => void changeSettings({ vlan: v })}
            >
              {word(v ? 'setting.vlan.true' : 'setting.vlan.false')}
            </button>
          ))}
        </div>
      </div>
      <p className="dim">{word('setting.timeoutsHint')}</p>
      <h3>{word('setting.faults')}</h3>
      <div className="setting">
        <span className="dim">{word('appLog.hint')}</span>
        <button type="button" className="button" onClick={() => void saveAppLog()}>
          {word('appLog')}
        </button>
      </div>
    </Dialog>
  );
}
