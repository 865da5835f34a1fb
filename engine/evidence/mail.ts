// Evidence of mail and FTP in clear from ordinary hosts: how stealers send what they took.
//
// The initiator is private and the peer public. Exempt: mail servers (a host that answers on port 25 itself).
import { say } from '../../contract/index.ts';
import { Recent } from './recent.ts';
import type { FlowLook, Found, Judge, Rule } from './rule.ts';
import { SHOWS } from './shows.ts';

/** Ports where mail is handed over (RFC 5321, RFC 6409, RFC 8314) and two that providers have beside them. */
const MAIL_PORTS: ReadonlySet<number> = new Set([25, 587, 465, 26, 2525]);
const SMTP_PORT = 25;
const MAX_SERVERS = 4_096;

const LOGIN: Rule = {
  name: 'smtp-login-in-clear',
  kind: 'mail',
  points: 2,
  title: 'rule-smtp-login-in-clear',
  technique: 'T1071.003',
};
const BARE_HOST: Rule = { name: 'smtp-ehlo-bare-host', kind: 'mail', points: 1, title: 'rule-smtp-ehlo-bare-host' };
const FROM_CLIENT: Rule = { name: 'smtp-from-client', kind: 'mail', points: 1, title: 'rule-smtp-from-client' };
/** Backups and web masters upload so: one point. */
const UPLOAD: Rule = { name: 'ftp-upload', kind: 'ftp', points: 1, title: 'rule-ftp-upload', technique: 'T1048.003' };

export const MAIL_RULES: readonly Rule[] = [LOGIN, BARE_HOST, FROM_CLIENT, UPLOAD];

export function mailJudge(): Judge {
  const servers = new Recent<true>(MAX_SERVERS);
  return {
    wants: SHOWS.answered | SHOWS.commands,
    look(flow, found) {
      if (flow.transport !== 'tcp') return;
      if (flow.port === SMTP_PORT && flow.observed.payload[1] > 0) servers.set(flow.responder, true);
      if (flow.observed.commands.length === 0 || flow.initiatorPublic || !flow.peerPublic) return;
      if (servers.known(flow.initiator) === null) commands(flow, found);
    },
  };
}

function commands(flow: FlowLook, found: Found): void {
  const host = flow.initiatorText;
  const peer = flow.responderText;
  const told = new Set<string>();
  for (const { verb, argument, packet } of flow.observed.commands) {
    if (told.has(verb)) continue;
    const shown = { packets: [packet], shows: verb };
    if (verb === 'STOR') {
      told.add(verb);
      found(UPLOAD, say('ev-ftp-upload', { host, peer, file: argument }), shown);
    }
    if (!MAIL_PORTS.has(flow.port)) continue;
    if (verb === 'AUTH') found(LOGIN, say('ev-smtp-login-in-clear', { host, peer }), shown);
    else if (verb === 'MAIL') found(FROM_CLIENT, say('ev-smtp-from-client', { host, peer }), shown);
    else if ((verb === 'EHLO' || verb === 'HELO') && argument !== '' && !/[.[]/.test(argument))
      found(BARE_HOST, say('ev-smtp-ehlo-bare-host', { host, peer, name: argument }), shown);
    else continue;
    told.add(verb);
  }
}
