// Landlock: after the interfaces are open, only the ring's folder can be written to.
#include "privileges.h"
#if defined(__linux__) && __has_include(<linux/landlock.h>)
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

constexpr int kAbiTruncate = 3;
// By their numbers: headers of older systems do not know the newer names.
constexpr std::uint64_t kWriteFile = 1ULL << 1, kReadFile = 1ULL << 2, kRemoveFile = 1ULL << 5,
                        kMakeRegular = 1ULL << 8, kTruncate = 1ULL << 14;
// Everything that the first version can forbid.
constexpr std::uint64_t kFirst = (1ULL << 13) - 1;

bool allow(int rules, int place, std::uint64_t access) {
#ifdef SYS_landlock_add_rule
  landlock_path_beneath_attr inside = {};
  inside.allowed_access = access;
  inside.parent_fd = place;
  return syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &inside, 0) == 0;
#else
  return false;
#endif
}

}  // namespace

bool confine_files(int folder) {
#ifdef SYS_landlock_create_ruleset
  const long abi = syscall(SYS_landlock_create_ruleset, nullptr, 0, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return false;
  const std::uint64_t truncate = abi >= kAbiTruncate ? kTruncate : 0;
  // Only the first field: older kernels know no other.
  const std::uint64_t handled = kFirst | truncate;
  const int rules = static_cast<int>(syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0));
  if (rules < 0) return false;
  bool done = folder < 0 || allow(rules, folder, kWriteFile | kRemoveFile | kMakeRegular | truncate);
  // libpcap reads here what interfaces have dropped.
  for (const char* path : {"/sys", "/proc/self/net"}) {
    const int place = open(path, O_PATH | O_CLOEXEC);
    if (place < 0) continue;
    done = allow(rules, place, kReadFile) && done;
    close(place);
  }
  done = done && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
  close(rules);
  return done;
#else
  (void)folder;
  return false;
#endif
}
#else
bool confine_files(int) {
  return false;
}
#endif
