// What each route of the API answers: the document of the API shows it, and tests hold every answer to it.

/** No body at all; bytes of a file; a stream of events. All others are names of types of `platform/contract.ts`. */
export const [NOTHING, FILE, EVENTS] = ['', '*', '…'] as const;

export type Answers = Readonly<Record<number, string>>;

const MADE_NOTE: Answers = { 201: 'Note' };
const GONE: Answers = { 204: NOTHING };

/** What is read of one capture: by its owner, or by a link. */
const resultsAt = (at: string): Readonly<Record<string, Answers>> => ({
  [`GET ${at}`]: { 200: 'Capture' },
  [`GET ${at}/incidents`]: { 200: 'Incidents' },
  [`GET ${at}/flows`]: { 200: 'Flows' },
  [`GET ${at}/evidence`]: { 200: 'Page<EvidenceItem>' },
  [`GET ${at}/protocols`]: { 200: 'Page<ProtocolCount>' },
  [`GET ${at}/download`]: { 200: FILE },
  [`POST ${at}/window`]: { 201: 'OpenedWindow' },
});

/** By method and address below /api/v1, with `{name}` for what differs. */
export const ANSWERS: Readonly<Record<string, Answers>> = {
  'GET /me': { 200: 'Me' },
  'POST /register': { 201: 'Me' },
  'POST /login': { 200: 'Me' },
  'POST /logout': GONE,
  'POST /account/password': GONE,
  'DELETE /account': GONE,
  'GET /account/keys': { 200: 'Page<ApiKey>' },
  'POST /account/keys': { 201: 'NewKey' },
  'DELETE /account/keys/{id}': GONE,
  'GET /account/sessions': { 200: 'Page<SessionInfo>' },
  'DELETE /account/sessions/{id}': GONE,
  'GET /admin/accounts': { 200: 'Page<AdminAccount>' },
  'PATCH /admin/accounts/{id}': { 200: 'AdminAccount' },
  'DELETE /admin/accounts/{id}': GONE,
  'GET /admin/invitations': { 200: 'Page<Invitation>' },
  'POST /admin/invitations': { 201: 'NewInvitation' },
  'DELETE /admin/invitations/{id}': GONE,
  'GET /admin/settings': { 200: 'ServerSettings' },
  'PATCH /admin/settings': { 200: 'ServerSettings' },
  'GET /admin/events': { 200: 'Page<ServerEvent>' },
  'GET /captures': { 200: 'Page<CaptureRow>' },
  'POST /uploads': { 201: 'Uploaded' },
  'POST /uploads/{id}/confirm': { 200: 'CaptureState' },
  'DELETE /uploads/{id}': GONE,
  'DELETE /captures/{id}': GONE,
  ...resultsAt('/captures/{id}'),
  'GET /captures/{id}/notes': { 200: 'Page<Note>' },
  'POST /captures/{id}/notes': MADE_NOTE,
  'DELETE /captures/{id}/notes/{note}': GONE,
  'GET /captures/{id}/labels': { 200: 'Page<FlowLabel>' },
  'PUT /captures/{id}/labels': GONE,
  'GET /captures/{id}/shares': { 200: 'Page<Share>' },
  'POST /captures/{id}/shares': { 201: 'NewShare' },
  'DELETE /captures/{id}/shares/{share}': GONE,
  ...resultsAt('/shared/{token}'),
  'GET /board': { 200: 'Page<Note>' },
  'POST /board': MADE_NOTE,
  'DELETE /board/{note}': GONE,
  'GET /charts': { 200: 'Charts' },
  'GET /events': { 200: EVENTS },
};
