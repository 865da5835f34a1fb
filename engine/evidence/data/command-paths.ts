// Paths by which frameworks of attackers and panels of malware are known, in their first settings. Public
// descriptions, November 2026; the rules' definitions say which of them were met in captures.

/** Whole paths of frameworks whose default settings were met, in several captures of several makers. */
export const FRAMEWORK_PATHS: ReadonlyMap<string, string> = new Map([
  ['/admin/get.php', 'Empire'],
  ['/news.php', 'Empire'],
  ['/login/process.php', 'Empire'],
  ['/en-us/docs.html', 'Covenant'],
  ['/en-us/index.html', 'Covenant'],
  ['/en-us/test.html', 'Covenant'],
]);

/** Ends of paths at which malware's own panels listen, and what is known from there. */
export const PANEL_PATHS: readonly (readonly [ending: string, known: string])[] = [
  ['/fre.php', 'LokiBot'],
  ['/gate.php', 'Pony, Andromeda, …'],
];

/** Ordinary enough to be anybody's: one point. Tested against the path, in lower case. */
export const GENERIC_PATHS: readonly RegExp[] = [
  /\/(?:__utm|pixel)\.gif$/,
  /\/dpixel$/,
  /\/ga\.js$/,
  /\/(?:cm|load)$/,
  /\/submit\.php$/,
  /\/updates\.rss$/,
  /^\/jquery-3\.3\.[12](?:\.slim)?\.min\.js$/,
  /\/panel(?:\/|$)/,
  /\/stealer(?:\/|$)/,
  /\/(?:bot|config|collect)\.php$/,
  /\/c2(?:\/|$)/,
  /\/config\.txt$/,
  /\/api\/(?:v\d\/)?(?:bot|client)(?:\/|$)/,
  /\/api\/add_?file$/,
];
