// Checks of bodies and queries: JSON schemas of the types in `contract.ts`. The compiler wants every field of a type, and
// no other; what is not in the schema is refused when it is sent.
import { Ajv } from 'ajv';
import type { FastifyInstance } from 'fastify';
import type {
  AdminAccountBody,
  CapturesQuery,
  ConfirmBody,
  FlowsQuery,
  GoneBody,
  InvitationBody,
  KeyBody,
  LabelBody,
  Limits,
  LoginBody,
  NoteBody,
  PageQuery,
  PasswordBody,
  RegisterBody,
  ServerSettingsBody,
  ShareBody,
} from '../contract.ts';
import { CAPTURE_STATES, CAPTURE_VERDICTS, DOWNLOAD_FORMS } from '../contract.ts';
import { LABELS } from '../../contract/index.ts';

type Schema = Readonly<Record<string, unknown>>;
type Required<T> = { [K in keyof T & string]: undefined extends T[K] ? never : K }[keyof T & string];

function shape<T>(properties: { readonly [K in keyof T]-?: Schema }, required: readonly Required<T>[]): Schema {
  return { type: 'object', additionalProperties: false, properties, required };
}

/** PostgreSQL has no place for a character 0 within a text. */
const text = (maxLength: number, minLength = 0): Schema => ({
  type: 'string',
  minLength,
  maxLength,
  pattern: '^[^\\u0000]*$',
});
const whole = (minimum: number, maximum: number): Schema => ({ type: 'integer', minimum, maximum });
const yes: Schema = { type: 'boolean' };
const oneOf = (values: readonly unknown[]): Schema => ({ enum: values });
const orNull = (schema: Schema): Schema => ({ anyOf: [schema, { type: 'null' }] });

export const MOST_LIMIT = 200;
export const USUAL_LIMIT = 50;
const MOST_TEXT = 10_000;
const MOST_BYTES = Number.MAX_SAFE_INTEGER;
const MOST_WAITING = 10_000;
/** A year. */
const MOST_HOURS = 8760;

const page = { offset: whole(0, 1e9), limit: whole(1, MOST_LIMIT) };
const bytes = whole(0, MOST_BYTES);
const waiting = whole(0, MOST_WAITING);
const name = text(200);
/** Longer than any that is taken, so that the sentence about its length is ours. */
const password = text(1000);

export const SHAPES = {
  register: shape<RegisterBody>({ name, password, invitation: text(200) }, ['name', 'password']),
  login: shape<LoginBody>({ name, password }, ['name', 'password']),
  password: shape<PasswordBody>({ old: password, new: password }, ['old', 'new']),
  gone: shape<GoneBody>({ password }, ['password']),
  key: shape<KeyBody>({ name: text(100, 1), days: whole(1, 3650) }, ['name']),
  account: shape<AdminAccountBody>(
    {
      admin: yes,
      disabled: yes,
      locked: oneOf([false]),
      password,
      limits: shape<Partial<{ [K in keyof Limits]: number | null }>>(
        { fileBytes: orNull(bytes), accountBytes: orNull(bytes), waiting: orNull(waiting) },
        [],
      ),
    },
    [],
  ),
  invitation: shape<InvitationBody>({ note: text(200), days: whole(1, 90) }, ['note']),
  settings: shape<ServerSettingsBody>(
    {
      registration: oneOf(['open', 'invitation', 'off']),
      limits: shape<Partial<Limits>>({ fileBytes: bytes, accountBytes: bytes, waiting }, []),
    },
    [],
  ),
  confirm: shape<ConfirmBody>({ analyse: yes }, ['analyse']),
  label: shape<LabelBody>({ flow: whole(1, MOST_BYTES), label: orNull(oneOf(LABELS)) }, ['flow', 'label']),
  note: shape<NoteBody>({ text: text(MOST_TEXT, 1) }, ['text']),
  share: shape<ShareBody>({ hours: whole(1, MOST_HOURS) }, ['hours']),
} as const;

export const QUERIES = {
  page: shape<PageQuery>(page, []),
  search: shape<PageQuery & { search?: string }>({ ...page, search: text(200) }, []),
  captures: shape<CapturesQuery>(
    {
      ...page,
      search: text(200),
      state: oneOf(CAPTURE_STATES),
      verdict: oneOf(CAPTURE_VERDICTS),
      sort: oneOf(['uploaded', 'name', 'size', 'verdict']),
      order: oneOf(['up', 'down']),
    },
    [],
  ),
  flows: shape<FlowsQuery>(
    {
      ...page,
      search: text(200),
      incident: whole(0, MOST_BYTES),
      verdict: oneOf(['malicious', 'suspicious', 'unfamiliar', 'benign']),
      sort: oneOf(['start', 'packets', 'bytes', 'points', 'duration']),
      order: oneOf(['up', 'down']),
    },
    [],
  ),
  download: shape<{ as: string }>({ as: oneOf(DOWNLOAD_FORMS) }, ['as']),
  upload: shape<{ name?: string }>({ name: { type: 'string', maxLength: 4000 } }, []),
  charts: shape<{ days?: number }>({ days: whole(1, 3650) }, []),
} as const;

/** Ids and tokens of addresses; others are of nothing that there is. */
export const ID = '[A-Za-z0-9_-]{22}';
export const TOKEN = '[A-Za-z0-9_-]{43}';

/** Bodies are what they are; of an address everything is text, and numbers are read out of it. */
export function addChecks(app: FastifyInstance): void {
  const bodies = new Ajv({ allErrors: false, coerceTypes: false, removeAdditional: false });
  const addresses = new Ajv({ allErrors: false, coerceTypes: true, removeAdditional: false });
  app.setValidatorCompiler<Schema>(({ schema, httpPart }) => {
    const check = (httpPart === 'body' ? bodies : addresses).compile(schema);
    return (data: unknown) => {
      if (check(data)) return { value: data };
      const [first] = check.errors ?? [];
      const place = `${httpPart === 'body' ? 'body' : 'query'}${first?.instancePath ?? ''}`;
      const more = first?.keyword === 'additionalProperties' ? ` (${String(first.params['additionalProperty'])})` : '';
      return { error: Object.assign(new Error(`${place} ${first?.message ?? ''}${more}`), { statusCode: 400 }) };
    };
  });
}
