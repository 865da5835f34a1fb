// Grants: what a window of the desktop says instead of a path. The shell asks the person, tells the host which path
// was chosen and what for, and gives the window a name for it that nobody can guess.

/** What every grant begins with; no path of ours does, since paths are whole. */
export const GRANT = 'grant:';
/** Bytes of chance in a grant. */
export const GRANT_BYTES = 24;
