// The capture helper, the only program with privilege: whoever starts it, and packets that took it over.
import { type Attack, instead, type Mitigation } from '../types.ts';

const TAKEN: Attack = {
  stride: 'E',
  threat: 'packets take the helper over: it writes, reads, removes or sends',
  test: ['scripts/faults-native.test.ts', 'taken over, it writes, reads, removes and sends nothing but its ring'],
};
const NOFILTER: Attack = {
  stride: 'E',
  threat: 'a system where calls cannot be filtered goes unnoticed',
  test: ['scripts/faults-native.test.ts', 'without seccomp it captures only where it is told that it may'],
};
const NEITHER: Attack = {
  stride: 'E',
  threat: 'a system that confines nothing goes unnoticed',
  test: ['scripts/faults-native.test.ts', 'where nothing confines it, it captures only where it is told that it may'],
};
const CAPS: Attack = {
  stride: 'E',
  threat: 'capabilities of its file stay while it captures',
  test: ['scripts/faults-native.test.ts', 'from a file with capabilities it captures, and keeps none'],
};
const ROOTS: Attack = {
  stride: 'E',
  threat: 'who was lent root for the helper has it empty, or gets, files of root’s',
  test: [
    'scripts/faults-native.test.ts',
    'a file of root’s is neither emptied nor given away: by name, symbolic link, linked folder, hard link',
  ],
};
const FOLDERS: Attack = {
  stride: 'E',
  threat: 'who was lent root for the helper has it make files in folders of root’s',
  test: ['scripts/faults-native.test.ts', 'folders too'],
};
const THEIRS: Attack = {
  stride: 'I',
  threat: 'what root captured is root’s, or everybody’s',
  test: ['scripts/faults-native.test.ts', 'what they may make themselves is made, and is theirs'],
};
const WRONG: Attack = {
  stride: 'T',
  threat: 'a capture that cannot begin leaves files',
  test: ['scripts/faults-native.test.ts', 'a wrong filter leaves nothing behind'],
};
const NAMES: Attack = {
  stride: 'I',
  threat: 'a name in a capture filter is asked of a name server',
  test: ['scripts/faults-native.test.ts', 'neither checking nor capturing opens a socket for a name'],
};
const CLOCK: Attack = {
  stride: 'D',
  threat: 'a step of the wall clock ends a capture, or keeps it from ending',
  test: ['scripts/faults-native.test.ts', 'steps of the wall clock neither end a capture nor keep it from ending'],
};
const AGE: Attack = {
  stride: 'D',
  threat: 'a step of the wall clock cuts segments without end, or never',
  test: ['scripts/faults-native.test.ts', 'the age of a segment is no matter of the wall clock either'],
};

const WITHIN: Attack = {
  stride: 'E',
  threat: 'a filter that libpcap trips over, or a library that the caller names, has the rights of the helper',
  test: [
    'scripts/faults-native.test.ts',
    'with capabilities, a filter is parsed without them, and libraries hear nothing of the caller’s environment',
  ],
};

export const HELPER: readonly Mitigation[] = [
  instead(
    'HLP-01',
    'calls are filtered (seccomp)',
    'native/sightline-capture/capture.cpp',
    'why = can_confine_calls() ? confine_calls(packet_sockets(handles)) :',
    'why = can_confine_calls() ? "" :',
    TAKEN,
  ),
  instead(
    'HLP-02',
    'files are confined (Landlock)',
    'native/sightline-capture/capture.cpp',
    'std::string confined = confine_files(segments.folder()) ? "landlock" : "";',
    'std::string confined = "landlock";',
    TAKEN,
  ),
  instead(
    'HLP-03',
    'sockets of packets are not written to',
    'native/sightline-capture/capture.cpp',
    'confine_calls(packet_sockets(handles))',
    'confine_calls({})',
    TAKEN,
  ),
  instead(
    'HLP-04',
    'no socket is made',
    'native/sightline-capture/confine.cpp',
    'SYS_recvfrom,      SYS_recvmsg,',
    'SYS_recvfrom,      SYS_recvmsg, SYS_socket,',
    TAKEN,
  ),
  instead(
    'HLP-05',
    'without a filter of calls it does not go on',
    'native/sightline-capture/capture.cpp',
    'return filtered || (!can_confine_calls() && !confined.empty());',
    'return true || filtered || (!can_confine_calls() && !confined.empty());',
    NOFILTER,
  ),
  instead(
    'HLP-06',
    'with neither it does not go on',
    'native/sightline-capture/capture.cpp',
    '(!can_confine_calls() && !confined.empty())',
    '!can_confine_calls()',
    NEITHER,
  ),
  instead(
    'HLP-07',
    'capabilities are given up',
    'native/sightline-capture/privileges.cpp',
    'gave_up(syscall(SYS_capset, &header, none) == 0,',
    'gave_up(syscall(SYS_gettid) > 0 || syscall(SYS_capset, &header, none) == 0,',
    CAPS,
  ),
  instead(
    'HLP-08',
    'root that was lent is given up before anything is made',
    'native/sightline-capture/capture.cpp',
    'const bool lent = lent_by_caller();',
    'const bool lent = false;',
    ROOTS,
  ),
  instead(
    'HLP-09',
    'a file that is there already is no new one',
    'native/sightline-capture/place.cpp',
    'const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);',
    'const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);',
    ROOTS,
  ),
  instead(
    'HLP-10',
    'root is given up at all',
    'native/sightline-capture/privileges.cpp',
    'setgid(group_after_root()) == 0 && setuid(user_after_root()) == 0',
    'setgid(group_after_root()) == 0',
    FOLDERS,
  ),
  instead(
    'HLP-11',
    'a file that root made is given to who reads it',
    'native/sightline-capture/place.cpp',
    'if (fd >= 0) own_by_caller(fd);',
    '',
    THEIRS,
  ),
  instead(
    'HLP-12',
    'what is captured is its user’s alone',
    'native/sightline-capture/place.cpp',
    'const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);',
    'const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);',
    THEIRS,
  ),
  instead(
    'HLP-13',
    'a filter is checked before anything is made',
    'native/sightline-capture/capture.cpp',
    'if (!filters_good(lib, o, handles, why)) return fail("filter", why);',
    '',
    WRONG,
  ),
  instead(
    'HLP-14',
    'names are no addresses',
    'native/sightline-capture/names.cpp',
    'numeric.ai_flags |= AI_NUMERICHOST;',
    '',
    NAMES,
  ),
  instead(
    'HLP-15',
    'a capture’s length is steady',
    'native/sightline-capture/capture.cpp',
    'now - started >= o.stop_seconds * kSecond',
    '([] { static const std::uint64_t wall = now_nanoseconds(); return now_nanoseconds() - wall; })() >= o.stop_seconds * kSecond',
    CLOCK,
  ),
  instead(
    'HLP-16',
    'a segment’s age is steady',
    'native/sightline-capture/segments.cpp',
    '         steady_nanoseconds() - opened_ >=',
    '         now_nanoseconds() - opened_ + 0 * started_ >=',
    AGE,
  ),
  instead(
    'HLP-17',
    'filters are checked without privilege',
    'native/sightline-capture/interfaces.cpp',
    'if (!drop_privileges(problem)) {',
    'if (false) {',
    WITHIN,
  ),
  instead(
    'HLP-18',
    'the caller’s environment ends at the helper',
    'native/sightline-capture/main.cpp',
    '  forget_environment();\n',
    '',
    WITHIN,
  ),
];
