// One's own account: password, keys of the API, sessions, and its end.
import { type ReactNode, useState } from 'react';
import {
  type Account,
  API,
  type ApiKey,
  type GoneBody,
  type KeyBody,
  type NewKey,
  type Page,
  type PasswordBody,
  type SessionInfo,
} from '../../platform/contract.ts';
import { ask } from '../api.ts';
import {
  type Column,
  Field,
  PasswordField,
  Form,
  moment,
  Once,
  Question,
  shown,
  Table,
  useLoaded,
  wentWell,
} from '../parts/basics.tsx';
import { go } from '../routes.ts';
import { learnWhoIAm } from '../me.ts';
import { tell, useWord } from '../state.ts';

export function AccountPage({ account }: { readonly account: Account }): ReactNode {
  return (
    <div className="page">
      <h1>{shown(account.name)}</h1>
      <Password />
      <Keys />
      <Sessions />
      <Gone />
    </div>
  );
}

function Password(): ReactNode {
  const word = useWord();
  const [old, setOld] = useState('');
  const [fresh, setFresh] = useState('');
  const send = async (): Promise<void> => {
    if (!wentWell(await ask('POST', '/account/password', { old, new: fresh } satisfies PasswordBody))) return;
    setOld('');
    setFresh('');
    tell({ say: 'password-changed' });
    await learnWhoIAm();
  };
  return (
    <section>
      <h2>{word('changePassword')}</h2>
      <Form button={word('changePassword')} send={send}>
        <PasswordField label={word('oldPassword')} value={old} change={setOld} kind="current" />
        <PasswordField label={word('newPassword')} value={fresh} change={setFresh} kind="new" />
      </Form>
    </section>
  );
}

function Keys(): ReactNode {
  const word = useWord();
  const [name, setName] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const { value, again } = useLoaded<Page<ApiKey>>('/account/keys');
  const send = async (): Promise<void> => {
    const answer = await ask<NewKey>('POST', '/account/keys', { name } satisfies KeyBody);
    if (!wentWell(answer)) return;
    setName('');
    setMade(answer.value.key);
    again();
  };
  const revoke = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `/account/keys/${id}`))) again();
  };
  const columns: readonly Column<ApiKey>[] = [
    { head: word('keyName'), cell: (k) => shown(k.name), wide: true },
    { head: word('keys'), cell: (k) => <code>{k.begins}…</code> },
    { head: word('when'), cell: (k) => moment(k.created) },
    { head: word('lastUsed'), cell: (k) => (k.used === null ? word('never') : moment(k.used)) },
    { head: word('expires'), cell: (k) => (k.expires === null ? word('never') : moment(k.expires)) },
    {
      head: '',
      cell: (k) => (
        <button type="button" className="button" onClick={() => void revoke(k.id)}>
          {word('revoke')}
        </button>
      ),
    },
  ];
  return (
    <section>
      <h2>{word('keys')}</h2>
      <p className="dim">{word('keysLead', { at: `${API}/openapi.json` })}</p>
      <Form button={word('makeKey')} send={send}>
        <Field label={word('keyName')} value={name} change={setName} required />
      </Form>
      {made === null ? null : <Once lead={word('keyOnce')} secret={made} />}
      {value === null || value.total === 0 ? (
        <p className="dim">{word('noKeys')}</p>
      ) : (
        <Table columns={columns} rows={value.items} keyOf={(k) => k.id} label={word('keys')} />
      )}
    </section>
  );
}

function Sessions(): ReactNode {
  const word = useWord();
  const { value, again } = useLoaded<Page<SessionInfo>>('/account/sessions');
  const end = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `/account/sessions/${id}`))) again();
  };
  const columns: readonly Column<SessionInfo>[] = [
    { head: word('what'), cell: (s) => shown(s.agent), wide: true },
    { head: word('when'), cell: (s) => moment(s.created) },
    { head: word('seen'), cell: (s) => moment(s.seen) },
    { head: word('expires'), cell: (s) => moment(s.expires) },
    {
      head: '',
      cell: (s) =>
        s.current ? (
          <span className="dim">{word('thisSession')}</span>
        ) : (
          <button type="button" className="button" onClick={() => void end(s.id)}>
            {word('endSession')}
          </button>
        ),
    },
  ];
  return (
    <section>
      <h2>{word('sessions')}</h2>
      <Table columns={columns} rows={value?.items ?? []} keyOf={(s) => s.id} label={word('sessions')} />
    </section>
  );
}

function Gone(): ReactNode {
  const word = useWord();
  const [asks, setAsks] = useState(false);
  const [password, setPassword] = useState('');
  const send = async (): Promise<void> => {
    if (!wentWell(await ask('DELETE', '/account', { password } satisfies GoneBody))) return;
    setAsks(false);
    go({ page: 'upload' });
    await learnWhoIAm();
  };
  return (
    <section>
      <h2>{word('deleteAccount')}</h2>
      <button type="button" className="button danger" onClick={() => setAsks(true)}>
        {word('deleteAccount')}
      </button>
      {asks ? (
        <Question title={word('deleteAccount')} close={() => setAsks(false)}>
          <p>{word('deleteAccountSure')}</p>
          <Form button={word('deleteAccount')} danger send={send}>
            <PasswordField label={word('password')} value={password} change={setPassword} kind="current" />
          </Form>
          <button type="button" className="button" onClick={() => setAsks(false)}>
            {word('cancel')}
          </button>
        </Question>
      ) : null}
    </section>
  );
}
