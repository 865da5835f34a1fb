// Forms of packets on the command line, apart from what makes them, which loads Wireshark's engine.
/** Whole dissections. */
const WHOLE = ['text', 'json', 'pdml', 'psml', 'csv', 'c'] as const;
export type Form = (typeof WHOLE)[number];
/** Those of chosen fields. */
const OF_FIELDS = ['fields', 'csv', 'json'] as const;
export type FieldForm = (typeof OF_FIELDS)[number];
export const FORMS = [...WHOLE, 'fields'] as const;

export function isFieldForm(form: string): form is FieldForm {
  return OF_FIELDS.some((f) => f === form);
}

export function isWholeForm(form: string): form is Form {
  return WHOLE.some((f) => f === form);
}
