// Files on the user’s disk, beside other users of the machine and other programs.
import { type Attack, instead, type Mitigation } from '../types.ts';

const PRIVATE: Attack = {
  stride: 'I',
  threat: 'other users read labels and settings',
  test: [
    'engine/store/store.test.ts',
    'files are private, those of earlier versions too; a folder that everybody uses is left alone',
  ],
};
const SMALL: Attack = {
  stride: 'I',
  threat: 'other users read settings that are written',
  test: ['engine/desk/memory.test.ts', 'files and folders are made for their owner only'],
};
const WHOLE: Attack = {
  stride: 'I',
  threat: 'other users read what is exported',
  test: [
    'engine/exchange/whole-file.test.ts',
    'a file is there when it is whole: private, nothing beside it, what was there before until then',
  ],
};
const FULL: Attack = {
  stride: 'T',
  threat: 'half an export takes the place of a whole one',
  test: ['engine/exchange/whole-file.test.ts', 'several files are put in their places together, or none'],
};
const CODE: Attack = {
  stride: 'E',
  threat: 'another user puts compiled code where root, or this user, runs it',
  test: ['engine/store/code.test.ts', 'a folder that others write, or whose place they can give to another, is not'],
};
const FOREIGN: Attack = {
  stride: 'E',
  threat: 'code in the folder of who called sudo is run as root',
  test: ['engine/store/code.test.ts', 'what belongs to another user is not'],
};
const TAKEN: Attack = {
  stride: 'T',
  threat: 'a damaged store that another process uses is renamed under its feet',
  test: ['engine/store/store.test.ts', 'a damaged store that another has open is not renamed under its feet'],
};
const JOURNAL: Attack = {
  stride: 'R',
  threat: 'the record of who decided what about an incident is changed afterwards',
  test: ['engine/store/journal.test.ts', 'nobody changes or deletes an entry, whoever asks the database'],
};
const LOG: Attack = {
  stride: 'I',
  threat: 'other users read the application’s log',
  test: ['engine/log/kept.test.ts', 'lines are kept in order, over two files that stay small, private to the user'],
};
const LOGLINK: Attack = {
  stride: 'T',
  threat: 'a link in the log’s place has the user write into another file',
  test: ['engine/log/kept.test.ts', 'a link, a pipe or a folder in its place is not written into and holds nothing up'],
};
const ROOTS: Attack = {
  stride: 'E',
  threat: 'root that was lent gives away, or empties, a file of root’s',
  test: ['engine/capture/root-place.test.ts', 'a new folder is the heir’s, one that was there stays whose it is'],
};
const ROOTFILE: Attack = {
  stride: 'E',
  threat: 'a link in the place of a capture has root write elsewhere',
  test: [
    'engine/capture/root-place.test.ts',
    'a file of root’s own is written again and stays root’s; a symbolic link is refused',
  ],
};

const STRANGE: Attack = {
  stride: 'T',
  threat: 'another user’s link or pipe says where an export goes',
  test: [
    'engine/exchange/whole-file.test.ts',
    'a link or a pipe that another user put there is refused; one’s own link stays one',
  ],
};

export const LOCAL: readonly Mitigation[] = [
  instead(
    'LOC-01',
    'the data folder is tightened',
    'engine/store/files.ts',
    'narrow(folder, PRIVATE_FOLDER);\n',
    '',
    PRIVATE,
  ),
  instead(
    'LOC-02',
    'files of earlier versions are tightened',
    'engine/store/files.ts',
    'if (OURS.test(name)) narrow(join(folder, name), PRIVATE_FILE);',
    'if (OURS.test(name)) continue;',
    PRIVATE,
  ),
  instead(
    'LOC-03',
    'a folder that everybody uses stays as it is',
    'engine/store/files.ts',
    'stat.isSymbolicLink() || shared ||',
    'stat.isSymbolicLink() || (shared && mode < 0) ||',
    PRIVATE,
  ),
  instead(
    'LOC-04',
    'small files are their owner’s',
    'engine/store/files.ts',
    'export const PRIVATE_FILE = 0o600;',
    'export const PRIVATE_FILE = 0o644;',
    SMALL,
  ),
  instead(
    'LOC-05',
    'folders are their owner’s',
    'engine/store/files.ts',
    'mkdirSync(path, { recursive: true, mode: PRIVATE_FOLDER });',
    'mkdirSync(path, { recursive: true });',
    SMALL,
  ),
  instead(
    'LOC-06',
    'exports are their owner’s',
    'engine/exchange/whole-file.ts',
    'const PRIVATE = 0o600;',
    'const PRIVATE = 0o644;',
    WHOLE,
  ),
  instead(
    'LOC-07',
    'an export is written beside its place',
    'engine/exchange/whole-file.ts',
    'this.beside = inPlace ? null : join(dirname(this.target), name);',
    'this.beside = null;',
    WHOLE,
  ),
  instead(
    'LOC-08',
    'files that belong together come together',
    'engine/exchange/whole-file.ts',
    'for (const file of files) await file.settle();\n    for (const file of files) file.place();',
    'for (const file of files) await file.commit();',
    FULL,
  ),
  instead(
    'LOC-09',
    'compiled code is not taken from where others write',
    'engine/store/code.ts',
    'if ((mode & WRITTEN_BY_OTHERS) !== 0 && (at === real || (mode & STICKY) === 0)) return false;',
    '',
    CODE,
  ),
  instead(
    'LOC-10',
    'compiled code is not taken from another user',
    'engine/store/code.ts',
    'if (uid !== user && uid !== 0) return false;',
    '',
    FOREIGN,
  ),
  instead(
    'LOC-11',
    'a damaged store is not moved from under another',
    'engine/store/database.ts',
    'const alone = FileLock.exclusive(lock, wait);',
    'const alone = FileLock.shared(lock, wait);',
    TAKEN,
  ),
  instead(
    'LOC-12',
    'the log is its user’s',
    'engine/log/kept.ts',
    'O_NOFOLLOW | O_NONBLOCK, 0o600);',
    'O_NOFOLLOW | O_NONBLOCK, 0o644);',
    LOG,
  ),
  instead(
    'LOC-13',
    'a link is no log',
    'engine/log/kept.ts',
    'O_CREAT | O_NOFOLLOW | O_NONBLOCK',
    'O_CREAT | O_NONBLOCK',
    LOGLINK,
  ),
  instead(
    'LOC-14',
    'entries of the journal are not changed',
    'engine/store/journal.ts',
    "BEGIN SELECT RAISE(ABORT, 'entries of the journal are not changed'); END;",
    'BEGIN SELECT 1; END;',
    JOURNAL,
  ),
  instead(
    'LOC-15',
    'entries of the journal are not deleted',
    'engine/store/journal.ts',
    "BEGIN SELECT RAISE(ABORT, 'entries of the journal are not deleted'); END;",
    'BEGIN SELECT 1; END;',
    JOURNAL,
  ),
  instead(
    'LOC-17',
    'only what was made is given away',
    'engine/capture/root-place.ts',
    'if (made) fchownSync(descriptor, user, group);',
    'fchownSync(descriptor, user, group);',
    ROOTS,
  ),
  instead(
    'LOC-18',
    'a link is not followed',
    'engine/capture/root-place.ts',
    'O_WRONLY | O_TRUNC | O_NOFOLLOW',
    'O_WRONLY | O_TRUNC',
    ROOTFILE,
  ),
  instead(
    'LOC-19',
    'a link of another user is not followed',
    'engine/exchange/whole-file.ts',
    'if (named !== undefined && isOfOthers(named))',
    'if (named !== undefined && isOfOthers(named) && named.mtimeMs < 0)',
    STRANGE,
  ),
];
