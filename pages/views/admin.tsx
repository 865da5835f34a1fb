// Administration: who has an account, who is invited, what holds for all, what happened.
import { type ReactNode, useState } from 'react';
import {
  type AdminAccount,
  type AdminAccountBody,
  type Invitation,
  type InvitationBody,
  type NewInvitation,
  type Page,
  type Registration,
  type ServerEvent,
  type ServerSettings,
  type ServerSettingsBody,
} from '../../platform/contract.ts';
import { ask, query } from '../api.ts';
import {
  Choice,
  type Column,
  DeleteButton,
  Field,
  Form,
  moment,
  Once,
  Paging,
  shown,
  sizeText,
  Table,
  useLoaded,
  wentWell,
} from '../parts/basics.tsx';
import { useLater } from '../parts/later.ts';
import { hashOf } from '../routes.ts';
import { tell, useWord } from '../state.ts';

const LIMIT = 50;
const MB = 1_000_000;

export function AdminPage(): ReactNode {
  const word = useWord();
  return (
    <div className="page">
      <h1>{word('admin')}</h1>
      <Settings />
      <Accounts />
      <Invitations />
      <Events />
    </div>
  );
}

function Settings(): ReactNode {
  const { value, again } = useLoaded<ServerSettings>('/admin/settings');
  return value === null ? null : <SettingsForm key={JSON.stringify(value)} settings={value} again={again} />;
}

function SettingsForm({
  settings,
  again,
}: {
  readonly settings: ServerSettings;
  readonly again: () => void;
}): ReactNode {
  const word = useWord();
  const [registration, setRegistration] = useState<Registration>(settings.registration);
  const [file, setFile] = useState(String(settings.limits.fileBytes / MB));
  const [account, setAccount] = useState(String(settings.limits.accountBytes / MB));
  const [waiting, setWaiting] = useState(String(settings.limits.waiting));
  const send = async (): Promise<void> => {
    const body: ServerSettingsBody = {
      registration,
      limits: {
        fileBytes: Math.round(Number(file) * MB),
        accountBytes: Math.round(Number(account) * MB),
        waiting: Number(waiting),
      },
    };
    if (!wentWell(await ask('PATCH', '/admin/settings', body))) return;
    tell({ say: 'settings-saved' });
    again();
  };
  return (
    <section>
      <h2>{word('settings')}</h2>
      <Form button={word('save')} send={send}>
        <Choice
          label={word('registration')}
          value={registration}
          among={(['open', 'invitation', 'off'] as const).map((r) => [r, word(`r.${r}`)] as const)}
          change={setRegistration}
        />
        <Field label={word('fileLimit')} value={file} change={setFile} type="number" required />
        <Field label={word('accountLimit')} value={account} change={setAccount} type="number" required />
        <Field label={word('waitingLimit')} value={waiting} change={setWaiting} type="number" required />
      </Form>
    </section>
  );
}

function Accounts(): ReactNode {
  const word = useWord();
  const [search, setSearch] = useState('');
  const [offset, setOffset] = useState(0);
  const asked = useLater(search);
  const path = `/admin/accounts${query({ search: asked, offset, limit: LIMIT })}`;
  const { value, again } = useLoaded<Page<AdminAccount>>(path);
  const change = async (id: string, body: AdminAccountBody): Promise<void> => {
    if (wentWell(await ask('PATCH', `/admin/accounts/${id}`, body))) again();
  };
  const remove = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `/admin/accounts/${id}`))) again();
  };
  const columns: readonly Column<AdminAccount>[] = [
    {
      head: word('name'),
      cell: (a) => (
        <>
          {shown(a.name)} {a.admin ? <span className="state">{word('administrator')}</span> : null}{' '}
          {a.disabled ? <span className="state failed">{word('disabled')}</span> : null}{' '}
          {a.lockedUntil === null ? null : (
            <span className="state failed">{word('locked', { time: moment(a.lockedUntil) })}</span>
          )}
        </>
      ),
      wide: true,
    },
    { head: word('captures'), cell: (a) => a.captures, numeric: true },
    { head: word('usedBytes'), cell: (a) => sizeText(a.usedBytes), numeric: true },
    { head: word('seen'), cell: (a) => (a.seen === null ? word('never') : moment(a.seen)) },
    {
      head: word('more'),
      cell: (a) => (
        <div className="row">
          <button type="button" className="button" onClick={() => void change(a.id, { disabled: !a.disabled })}>
            {word(a.disabled ? 'enable' : 'disable')}
          </button>
          <button type="button" className="button" onClick={() => void change(a.id, { admin: !a.admin })}>
            {word(a.admin ? 'noAdmin' : 'makeAdmin')}
          </button>
          {a.lockedUntil === null ? null : (
            <button type="button" className="button" onClick={() => void change(a.id, { locked: false })}>
              {word('unlock')}
            </button>
          )}
          <DeleteButton
            text={word('delete')}
            title={word('deleteAccountOf', { name: shown(a.name) })}
            lead={word('deleteSure')}
            remove={() => remove(a.id)}
          />
        </div>
      ),
    },
  ];
  return (
    <section>
      <h2>{word('accounts')}</h2>
      <div className="filters">
        <Field
          label={word('searchAccounts')}
          value={search}
          change={(v) => {
            setOffset(0);
            setSearch(v);
          }}
          type="search"
        />
      </div>
      <Table columns={columns} rows={value?.items ?? []} keyOf={(a) => a.id} label={word('accounts')} />
      {value === null ? null : <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />}
    </section>
  );
}

function Invitations(): ReactNode {
  const word = useWord();
  const [note, setNote] = useState('');
  const [made, setMade] = useState<string | null>(null);
  const { value, again } = useLoaded<Page<Invitation>>('/admin/invitations');
  const send = async (): Promise<void> => {
    const answer = await ask<NewInvitation>('POST', '/admin/invitations', { note } satisfies InvitationBody);
    if (!wentWell(answer)) return;
    setNote('');
    setMade(`${location.origin}/${hashOf({ page: 'register', invitation: answer.value.code })}`);
    again();
  };
  const revoke = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `/admin/invitations/${id}`))) again();
  };
  const columns: readonly Column<Invitation>[] = [
    { head: word('inviteNote'), cell: (i) => shown(i.note), wide: true },
    {
      head: word('state'),
      cell: (i) => (i.usedBy === null ? word('notUsed') : word('usedByWhom', { name: shown(i.usedBy) })),
    },
    { head: word('expires'), cell: (i) => moment(i.expires) },
    {
      head: '',
      cell: (i) => (
        <button type="button" className="button" onClick={() => void revoke(i.id)}>
          {word(i.usedBy === null ? 'revoke' : 'delete')}
        </button>
      ),
    },
  ];
  return (
    <section>
      <h2>{word('invitations')}</h2>
      <Form button={word('invite')} send={send}>
        <Field label={word('inviteNote')} value={note} change={setNote} required />
      </Form>
      {made === null ? null : <Once lead={word('codeOnce')} secret={made} />}
      {value === null || value.total === 0 ? (
        <p className="dim">{word('noInvitations')}</p>
      ) : (
        <Table columns={columns} rows={value.items} keyOf={(i) => i.id} label={word('invitations')} />
      )}
    </section>
  );
}

function Events(): ReactNode {
  const word = useWord();
  const [offset, setOffset] = useState(0);
  const { value } = useLoaded<Page<ServerEvent>>(`/admin/events${query({ offset, limit: LIMIT })}`);
  const columns: readonly Column<ServerEvent & { readonly key: number }>[] = [
    { head: word('when'), cell: (e) => moment(e.at) },
    { head: word('what'), cell: (e) => e.kind },
    { head: word('who'), cell: (e) => shown(e.account ?? '') },
    { head: word('detail'), cell: (e) => shown(e.detail), wide: true },
  ];
  const rows = (value?.items ?? []).map((e, key) => ({ ...e, key }));
  return (
    <section>
      <h2>{word('events')}</h2>
      <Table columns={columns} rows={rows} keyOf={(e) => e.key} label={word('events')} />
      {value === null ? null : <Paging offset={offset} limit={LIMIT} total={value.total} change={setOffset} />}
    </section>
  );
}
