// What a window's page may do, wherever it is shown: nothing runs but our own files, and nothing is fetched from
// elsewhere.

export const WINDOW_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src " +
  "'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'; require-trusted-types-for 'script'; " +
  "trusted-types 'none'";
