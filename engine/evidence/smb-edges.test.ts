// Shares, pipes and SMB 1 at their edges, in captures that the test makes.
import { edge } from '../testing/edges.ts';
import { MadeCapture, PROGRAM, type Turn } from '../testing/evidence-kit.ts';
import { smbOpen, smbReadAnswer, smbWrite, treeConnect, trans2 } from '../testing/remote-calls.ts';

const INSIDE = '10.0.0.9';
const says = (dir: 0 | 1, data: string | Uint8Array): Turn => ({ dir, data });

/** A share is connected to, and things are opened, written or read there. */
interface Shared {
  readonly share?: string;
  readonly names?: readonly string[];
  readonly written?: string;
  readonly read?: string;
}

function shared({ share = 'ADMIN$', names = [], written, read }: Shared): MadeCapture {
  const { asked, given } = treeConnect(share);
  const turns = [says(0, asked), says(1, given), ...names.map((name) => says(0, smbOpen(name)))];
  if (written !== undefined) turns.push(says(0, smbWrite(Buffer.from(written, 'latin1'))));
  if (read !== undefined) turns.push(says(1, smbReadAnswer(Buffer.from(read, 'latin1'))));
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}

edge('smb-program-to-admin-share', 'the ending of a program', (name: string) => shared({ names: [name] }), {
  raises: ['a.exe', 'dir\\a.BAT', 'a.ps1', 'a.hta', 'a.vbs'],
  not: ['a.docx', 'a.exe.txt', 'exe'],
});
edge('smb-program-to-admin-share', 'an administrative share', (share: string) => shared({ share, names: ['a.exe'] }), {
  raises: ['ADMIN$', 'admin$', 'C$', 'z$'],
  not: ['IPC$', 'Public', 'PRINT$', 'CD$', 'C', 'MYADMIN$', '1$'],
});
edge('smb-program-to-admin-share', 'a library on ADMIN$', (share: string) => shared({ share, names: ['a.dll'] }), {
  raises: ['ADMIN$'],
  not: ['C$', 'Public'],
});

/** A file on ADMIN$, and a pipe of IPC$ opened beside it. */
function beside(pipe: string, file: string): MadeCapture {
  const [ipc, admin] = [treeConnect('IPC$', 6), treeConnect('ADMIN$', 5)];
  const connects = [says(0, ipc.asked), says(1, ipc.given), says(0, admin.asked), says(1, admin.given)];
  const turns = [...connects, says(0, smbOpen(pipe, 6)), says(0, smbOpen(file, 5))];
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}
edge('smb-program-to-admin-share', 'a library, but no printer driver’s', (pipe: string) => beside(pipe, 'a.dll'), {
  raises: ['lsarpc', 'srvsvc2'],
  not: ['srvsvc', 'PIPE\\SRVSVC'],
});
edge('smb-program-to-admin-share', 'a driver’s pipe, and no file', (o: Shared) => shared(o), {
  raises: [{ names: ['srvsvc', 'a.dll'] }],
  not: [{ share: 'Public', names: ['srvsvc', 'a.dll'] }],
});
edge('smb-program-to-admin-share', 'a file and no pipe', (file: string) => beside('a.exe', file), {
  raises: ['b.exe'],
  not: ['b.txt'],
});
edge(
  'smb-program-to-admin-share',
  'a share of that name',
  (o: Shared) => shared({ names: ['ADMIN$', 'a.exe'], ...o }),
  { raises: [{}], not: [{ share: 'Public' }] },
);
edge('smb-program-to-admin-share', 'a program’s bytes', (written: string) => shared({ names: ['a.tmp'], written }), {
  raises: [PROGRAM],
  not: ['MZ, as this text begins'],
});
edge(
  'smb-program-to-admin-share',
  'bytes to an administrative share',
  (share: string) => shared({ share, written: PROGRAM }),
  { raises: ['C$'], not: ['Public', 'IPC$'] },
);

/** A program whose stub stands so many bytes behind MZ. */
const stub = (between: number, says = 'cannot be run'): string => `MZ${'\0'.repeat(between)}This program ${says}`;
function edgesOfPrograms(rule: string, made: (bytes: string) => MadeCapture): void {
  edge(rule, 'MZ, and 50 to 400 bytes behind it a stub', made, {
    raises: [stub(50), stub(400), stub(50, 'must be run')],
    not: [stub(49), stub(401), stub(50, 'should be run'), stub(50).slice(1)],
  });
}
edgesOfPrograms('program-written-by-smb', (written) => shared({ share: 'Public', written }));
edgesOfPrograms('program-read-by-smb', (read) => shared({ share: 'Public', read }));

edge('smb-remote-execution', 'the name of a tool', (name: string) => shared({ share: 'IPC$', names: [name] }), {
  raises: ['psexesvc-HOST-1-stdin', 'BTOBTO', 'PAExec', 'RemCom', 'csexecsvc', 'winexesvc', '__output'],
  not: ['PSEXE', 'lsarpc'],
});
edge('smb-remote-execution', 'of a pipe or file', (o: Shared) => shared(o), {
  raises: [
    { share: 'IPC$', names: ['PSEXESVC'] },
    { share: 'Public', names: ['dir\\__output'] },
  ],
  not: [{ share: 'PSEXESVC' }],
});
edge('smb-svcctl', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['svcctl'], ...o }), {
  raises: [{}, { names: ['\\PIPE\\SVCCTL'] }],
  not: [{ share: 'Public' }, { names: ['srvsvc'] }, { names: ['svcctl2'] }],
});
edge('smb-winreg', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['winreg'], ...o }), {
  raises: [{}],
  not: [{ share: 'Public' }, { names: ['svcctl'] }],
});
edge('smb-atsvc', 'a pipe', (o: Shared) => shared({ share: 'IPC$', names: ['atsvc'], ...o }), {
  raises: [{}],
  not: [{ share: 'Public' }, { names: ['winreg'] }],
});

/** TRANS2 of SMB 1 and its answer. */
function setup({ subcommand = 14, mid = 81, status = 0xc0000002 }): MadeCapture {
  const turns = [says(0, trans2(subcommand, 65)), says(1, trans2(0, mid, status))];
  return new MadeCapture().connection(turns, { to: INSIDE, port: 445 });
}
edge('smb1-trans2-setup', 'the subcommand', (subcommand: number) => setup({ subcommand }), {
  raises: [14],
  not: [13, 15],
});
edge('smb1-doublepulsar', 'another Multiplex ID, and not implemented', setup, {
  raises: [{}, { mid: 66 }],
  not: [{ mid: 65 }, { status: 0 }, { status: 0xc0000001 }, { subcommand: 13 }],
});
