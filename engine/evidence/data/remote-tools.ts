// Names of pipes and files that tools of remote execution leave, November 2026: Sysinternals' PsExec, Impacket (its
// sources: `__output`, BTOBTO), PAExec, RemCom, csexec, winexe (their documentation).

/** In the name of a pipe or file, without regard to case. */
export const REMOTE_TOOLS: readonly string[] = [
  'PSEXESVC',
  'BTOBTO',
  'PaExec',
  'RemCom',
  'csexec',
  'winexe',
  '__output',
];
