// Signing in, and making an account where the server lets people do so.
import { type ReactNode, useState } from 'react';
import type { LoginBody, Me, RegisterBody } from '../../platform/contract.ts';
import { ask } from '../api.ts';
import { Field, PasswordField, Form, wentWell } from '../parts/basics.tsx';
import { go, hashOf, type Route } from '../routes.ts';
import { setMe } from '../me.ts';
import { tell, useWord } from '../state.ts';

export function SignInPage({ me, route }: { readonly me: Me; readonly route: Route }): ReactNode {
  const registers = route.page === 'register' && (me.registration !== 'off' || route.invitation !== '');
  return (
    <div className="narrow card">
      {registers ? (
        <Register me={me} invited={route.page === 'register' ? route.invitation : ''} />
      ) : (
        <SignIn me={me} stays={route.page !== 'register'} />
      )}
    </div>
  );
}

function SignIn({ me, stays }: { readonly me: Me; readonly stays: boolean }): ReactNode {
  const word = useWord();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const send = async (): Promise<void> => {
    const answer = await ask<Me>('POST', '/login', { name, password } satisfies LoginBody);
    if (!wentWell(answer)) return;
    if (!stays) go({ page: 'upload' });
    setMe(answer.value);
  };
  return (
    <>
      <h1>{word('signIn')}</h1>
      <p className="dim">{word('signInLead')}</p>
      <Form button={word('signIn')} send={send}>
        <Field label={word('name')} value={name} change={setName} autoComplete="username" required autoFocus />
        <PasswordField label={word('password')} value={password} change={setPassword} kind="current" />
      </Form>
      {me.registration === 'off' ? (
        <p className="dim">{word('registrationOff')}</p>
      ) : (
        <p>
          {word('noAccount')} <a href={hashOf({ page: 'register', invitation: '' })}>{word('register')}</a>
        </p>
      )}
    </>
  );
}

function Register({ me, invited }: { readonly me: Me; readonly invited: string }): ReactNode {
  const word = useWord();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [invitation, setInvitation] = useState(invited);
  const send = async (): Promise<void> => {
    if (password !== again) {
      tell({ say: 'passwords-differ' }, true);
      return;
    }
    const body: RegisterBody = { name, password, ...(invitation === '' ? {} : { invitation }) };
    const answer = await ask<Me>('POST', '/register', body);
    if (!wentWell(answer)) return;
    go({ page: 'upload' });
    setMe(answer.value);
  };
  return (
    <>
      <h1>{word('register')}</h1>
      <Form button={word('register')} send={send}>
        <Field label={word('name')} value={name} change={setName} autoComplete="username" required autoFocus />
        <PasswordField label={word('password')} value={password} change={setPassword} kind="new" />
        <PasswordField label={word('passwordAgain')} value={again} change={setAgain} kind="new" />
        {me.registration === 'invitation' || invited !== '' ? (
          <Field label={word('invitation')} value={invitation} change={setInvitation} required />
        ) : null}
      </Form>
      <p>
        {word('haveAccount')} <a href={hashOf({ page: 'upload' })}>{word('signIn')}</a>
      </p>
    </>
  );
}
