// Links to one capture, with the time at which they end.
import { type ReactNode, useState } from 'react';
import type { NewShare, Page, Share, ShareBody } from '../../platform/contract.ts';
import { ask } from '../api.ts';
import { Choice, Form, moment, Once, useLoaded, wentWell } from '../parts/basics.tsx';
import { hashOf } from '../routes.ts';
import { useWord } from '../state.ts';

const HOURS = [1, 24, 24 * 7, 24 * 30] as const;

export function Shares({ at }: { readonly at: string }): ReactNode {
  const word = useWord();
  const [hours, setHours] = useState('24');
  const [made, setMade] = useState<string | null>(null);
  const { value, again } = useLoaded<Page<Share>>(`${at}/shares`);
  const send = async (): Promise<void> => {
    const answer = await ask<NewShare>('POST', `${at}/shares`, { hours: Number(hours) } satisfies ShareBody);
    if (!wentWell(answer)) return;
    setMade(`${location.origin}/${hashOf({ page: 'shared', token: answer.value.token })}`);
    again();
  };
  const revoke = async (id: string): Promise<void> => {
    if (wentWell(await ask('DELETE', `${at}/shares/${id}`))) again();
  };
  const text = (n: number): string => (n < 48 ? word('hours', { n }) : word('days', { n: n / 24 }));
  return (
    <section>
      <h2>{word('share')}</h2>
      <p className="dim">{word('shareLead')}</p>
      <Form button={word('makeLink')} send={send}>
        <Choice
          label={word('shareFor')}
          value={hours}
          among={HOURS.map((n) => [String(n), text(n)] as const)}
          change={setHours}
        />
      </Form>
      {made === null ? null : <Once lead={word('linkOnce')} secret={made} />}
      {value?.total === 0 ? <p className="dim">{word('noShares')}</p> : null}
      <ul>
        {value?.items.map((share) => (
          <li key={share.id} className="row">
            <span>
              {word('expires')}: {moment(share.expires)}
            </span>
            <span className="dim">{word('openedTimes', { n: share.opened })}</span>
            <button type="button" className="button" onClick={() => void revoke(share.id)}>
              {word('revoke')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
