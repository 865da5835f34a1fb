// What capturing says, beside contract/messages-en.ts.
export const CAPTURE_ENGLISH = {
  'window-left-out': 'The connection of this window itself (127.0.0.1, port {port:plain}) is left out of the capture.',
  'no-nul': 'A capture filter holds no NUL character.',
  'filter-too-long': 'A capture filter has at most {max:plain} characters, this one {length:plain}.',
  'no-nul-here': 'a capture filter holds no NUL character',
  'filter-too-long-here': 'a capture filter has at most {max:plain} characters, this one {length:plain}',
  'filter-not-checked': 'The filter could not be checked.',
  'names-not-looked-up': "names are not looked up (nothing leaves this machine): give the address of '{name}'",
  'syntax-error': 'syntax error',
  'wrong-at-end': '{what} at the end',
  'wrong-at': "{what} at '{text}'",
  'pipe-path-not-whole': "Give the whole path of the pipe; '{path}' does not begin at the root.",
  'no-host': "'{host}' is no host: give host or user@host.",
  'choose-interface': 'Choose an interface.',
  'no-interface': "'{name}' is no interface.",
  'one-interface': 'This source captures one interface at a time.',
  'helper-silent': 'the capture helper ended without a word',
  'helper-unconfined': 'The capture helper keeps more system calls than it needs: seccomp cannot be set here.',
  'link-down': '{name} is down; capturing goes on when it is up again.',
  'link-gone': '{name} disappeared.',
  'link-there-again': '{name} is there again; start again to capture it.',
  'source-ended': 'The source ended: {why}. All that came is kept.',
  'ended-packets': 'Capturing ended by itself after {n} packets, as asked.',
  'ended-seconds': 'Capturing ended by itself after {n} s, as asked.',
  'ended-bytes': 'Capturing ended by itself after {n} bytes, as asked.',
  'stopped-disk': 'Capturing stopped: {why}. The {kept} packets before it are kept.',
  'stopped-gone': 'Capturing stopped: {what} disappeared. What was captured is kept.',
  'the-source': 'the source',
  'stopped-failed': 'Capturing stopped: {why}. What was captured is kept.',
  'stopped-deleted': `Capturing stopped: its files were deleted while it ran. What was captured can be looked at \
until it is closed, and is gone then.`,
  'helper-ended': 'The capture helper ended unexpectedly; all that it wrote is kept.',
  'helper-ended-why': 'The capture helper ended unexpectedly ({why}); all that it wrote is kept.',
  'helper-not-built': 'The capture helper is not built: a C++ compiler was missing when Sightline was installed.',
  'helper-group': "Only the group '{group}' may run the helper, and you are not in it: join it, then log in again.",
  'helper-built': 'The capture helper is built: {path}.',
  'helper-setuid':
    'The helper is setuid (group {group}, mode {mode}): it would capture as nobody. It needs file capabilities instead.',
  'helper-written-by-others':
    'Others than its owner may change the helper (group {group}, mode {mode}), and with it what root or capabilities run.',
  'helper-no-getcap':
    'getcap is not installed, so nothing says which capabilities the helper has (group {group}, mode {mode}).',
  'helper-no-capabilities':
    'The helper has no file capabilities: only root captures with it (group {group}, mode {mode}).',
  'helper-for-everybody': 'Every user may capture: {capabilities}, and all may run it (group {group}, mode {mode}).',
  'helper-for-group': "Members of the group '{group}' may capture: {capabilities}, mode {mode}.",
  'helper-may-open': 'The helper may open interfaces.',
  'helper-only-opens': 'Only the helper opens interfaces, and it gives up every privilege once one is open.',
  sentence: '{text}.',
  'no-libpcap': '{why}.',
  'interfaces-not-listed': 'Interfaces cannot be listed: {why}.',
  'no-interface-opened': 'No interface can be opened: {why}.',
  'permission-bpf': 'Capturing needs permission to read /dev/bpf*: copy this command, run it, then try again.',
  'permission-npcap': 'Npcap only lets administrators capture: install it again without that option.',
  'permission-linux': `Capturing needs permission: copy this command, run it once, then try again. It lets your \
group capture, and no other user.`,
  'permission-linux-no-admin': `Capturing needs permission: copy this command, run it once, then try again. It lets \
your group capture, and no other user. (NET_ADMIN is missing here, promiscuous mode may not work.)`,
  'container-no-raw':
    'This container may never hold NET_RAW, so nothing in it can capture: start it anew with that capability.',
  'process-no-raw':
    'This process may never hold NET_RAW, so nothing in it can capture: start it anew with that capability.',
  'no-new-privileges': `Sightline was started with no-new-privileges, so the helper cannot take its capability: \
start Sightline from an ordinary terminal.`,
  'mounted-nosuid': `The helper is on a file system mounted nosuid ({mount}), where capabilities of files do not \
count: put it elsewhere.`,
  'security-module': `The helper has cap_net_raw and was still refused: a security module (SELinux, AppArmor) or a \
user namespace forbids it. The system log says which.`,
  'one-interface-up': 'One interface is up: {names}.',
  'interfaces-up': '{count} interfaces are up: {names}.',
  'only-loopback': 'No interface but loopback is there.',
  'only-loopback-up': 'No interface but loopback is up; {name} is down.',
  'little-room': 'Only {free} are free where captures are written ({place}); the ring takes 4.1 GB when it is full.',
  room: '{free} are free where captures are written.',
  'other-sources': 'Other sources here: {names}.',
  'source-ssh': 'tcpdump over ssh',
  'source-cap': 'npm cap',
  'source-pipes': 'named pipes',
  'thread-ended': 'the capture thread ended',
  'cap-not-installed':
    "the npm package 'cap' is not built: npm run cap in Sightline's own folder builds it, with a C++ compiler and " +
    "libpcap's headers",
  'not-started': '{program} could not be started: {why}',
  'no-packet-came': 'the program ended without a packet',
} as const;
