// User agents that no browser of today sends, and that programs of attackers do. Public knowledge and measured;
// November 2026. What raised more ordinary captures than others ('agent' and 'bot' anywhere) is left out or anchored.

export const ODD_AGENTS: readonly RegExp[] = [
  // Internet Explorer 5 to 8: what Windows' own HTTP library says of itself.
  /msie [5678]\./i,
  /winhttp|wininet|powershell|certutil|autoit|python|go-http-client|httpread/i,
  /.(?:curl\/|wget)/i,
  /loader/i,
  // 'Mozilla/5.0' alone is what many ordinary scripts and apps say.
  /^mozilla\/[34]\.0$/i,
  // Browsers of today say 5.0, old ones 4.0; a value in quotes is nobody's.
  /^["']?mozilla\/(?![45]\.0\b)/i,
  /^["']/,
  /^mozilla\/[345]\.0 \((?:compatible|windows[^;)]{0,200})\)$/i,
  /windows installer/i,
  /^test/i,
  // The field's own name sent as its value.
  /^user-?agent/i,
  /^\W*$/,
  /^[A-Za-z]{1,12}$/,
  /nsis|inetc|indy library|delphi|httpclient/i,
  /vb ?(?:openurl|http)/i,
  /microsoft-cryptoapi.{30,}/i,
];

/** What begins so says plainly what it is. */
export const PLAIN_AGENTS = /^(?:curl|wget|apache-httpclient|android|contype|dalvik|apt|lynx|links)/i;
