// Profiles: made, copied, renamed, deleted, exported and brought in.
import { useState, type FormEvent, type ReactNode } from 'react';
import { DEFAULT_PROFILE, isProfileName, MAX_PROFILE_NAME } from '../../contract/index.ts';
import { say } from '../state/actions.ts';
import { changeProfile, exportProfile, importProfile, profileName, switchTo, useProfiles } from '../state/profiles.ts';
import { useWord } from '../words/words.ts';
import { Dialog } from './dialog.tsx';

export function ProfilesDialog(): ReactNode {
  const word = useWord();
  const names = useProfiles((s) => s.names);
  const [renaming, setRenaming] = useState<string | null>(null);
  return (
    <Dialog title={word('profiles.title')} wide>
      <p className="dim">{word('profiles.lead')}</p>
      <ul className="profiles">
        {[DEFAULT_PROFILE, ...names].map((name) => (
          <li key={name} className="profile">
            {renaming === name ? (
              <NameForm
                label={word('profiles.rename')}
                first={name}
                onName={async (to) => {
                  if (to === name || (await changeProfile('rename', { name, to }))) setRenaming(null);
                }}
              />
            ) : (
              <Profile name={name} onRename={() => setRenaming(name)} />
            )}
          </li>
        ))}
      </ul>
      <div className="profile-new">
        <NameForm label={word('profiles.create')} onName={(to) => changeProfile('create', { to })} />
        <button type="button" className="button" onClick={() => void importProfile()}>
          {word('profiles.import')}
        </button>
      </div>
    </Dialog>
  );
}

function Profile({ name, onRename }: { readonly name: string; readonly onRename: () => void }): ReactNode {
  const word = useWord();
  const { now, names } = useProfiles();
  const shown = profileName(name);
  const own = name !== DEFAULT_PROFILE;
  const button = (text: string, act: () => void): ReactNode => (
    <button type="button" className="button quiet" aria-label={`${text} · ${shown}`} onClick={act}>
      {text}
    </button>
  );
  const copy = (): void => {
    const base = word('profiles.copyOf', { name: shown }).slice(0, MAX_PROFILE_NAME - 3);
    const taken = (to: string): boolean => names.some((n) => n.toLowerCase() === to.toLowerCase());
    let to = base;
    for (let i = 2; taken(to); i++) to = `${base} ${i}`;
    void changeProfile('copy', { name, to });
  };
  const remove = async (): Promise<void> => {
    if (await changeProfile('delete', { name })) say(word('profiles.deleted', { name: shown }));
  };
  return (
    <>
      <strong className="profile-name">{shown}</strong>
      {name === now ? (
        <span className="chip">{word('profiles.inUse')}</span>
      ) : (
        <button
          type="button"
          className="button"
          aria-label={word('profiles.useNamed', { name: shown })}
          onClick={() => void switchTo(name)}
        >
          {word('profiles.use')}
        </button>
      )}
      <span className="profile-acts">
        {button(word('profiles.copy'), copy)}
        {button(word('profiles.export'), () => void exportProfile(name))}
        {own ? button(word('profiles.rename'), onRename) : null}
        {own ? button(word('profiles.delete'), () => void remove()) : null}
      </span>
    </>
  );
}

function NameForm({
  label,
  first = '',
  onName,
}: {
  readonly label: string;
  readonly first?: string;
  readonly onName: (name: string) => Promise<unknown>;
}): ReactNode {
  const word = useWord();
  const [name, setName] = useState(first);
  const plain = name.trim();
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void onName(plain).then((done) => {
      if (done !== false) setName('');
    });
  };
  return (
    <form className="profile-form" onSubmit={submit}>
      <input
        className="field"
        aria-label={first === '' ? word('profiles.new') : word('profiles.name')}
        placeholder={word('profiles.new')}
        maxLength={MAX_PROFILE_NAME}
        value={name}
        autoFocus={first !== ''}
        onChange={(e) => setName(e.target.value)}
      />
      <button type="submit" className="button" disabled={!isProfileName(plain)}>
        {label}
      </button>
    </form>
  );
}
