// Expressions of the filter language put together.
export const JOINS = ['selected', 'not', 'and', 'or', 'andNot', 'orNot'] as const;
export type Join = (typeof JOINS)[number];

/** @param before the filter that is in force or typed, '' for none */
export function joined(before: string, expression: string, join: Join): string {
  const now = before.trim();
  const not = `!(${expression})`;
  switch (join) {
    case 'selected':
      return expression;
    case 'not':
      return not;
    case 'and':
      return now === '' ? expression : `(${now}) && (${expression})`;
    case 'or':
      return now === '' ? expression : `(${now}) || (${expression})`;
    case 'andNot':
      return now === '' ? not : `(${now}) && ${not}`;
    case 'orNot':
      return now === '' ? not : `(${now}) || ${not}`;
  }
}
