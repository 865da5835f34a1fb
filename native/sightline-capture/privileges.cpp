// Priority, and the way from root or capabilities to the user who asked, with no way back.
#include "privileges.h"
#ifdef _WIN32
void forget_environment() {}
void raise_priority() {}
bool drop_privileges(std::string&) {
  return true;
}  // The privilege is that of Npcap's driver; the program has none.
bool own_by_caller(int) {
  return true;
}
bool lent_by_caller() {
  return false;
}
#else
#include <grp.h>
#include <sys/resource.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>
#ifdef __linux__
#include <linux/capability.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

extern char** environ;

namespace {

constexpr int kPriority = -10;
// Read by this program, and by the C library for moments and words.
constexpr const char* kKnown[] = {"TZ",       "LANG",       "LC_ALL",   "LC_MESSAGES",
                                  "SUDO_UID", "PKEXEC_UID", "SUDO_GID", "SIGHTLINE_UNCONFINED"};
constexpr unsigned kNobody = 65534;

// Who was lent root: sudo and pkexec say so in the environment. 0 when nobody was.
unsigned lent_id(const char* variable) {
  const char* text = std::getenv(variable);
  const unsigned long id = text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
  return id < 0xfffffffeUL ? static_cast<unsigned>(id) : 0;
}

unsigned lent_user() {
  return lent_id("SUDO_UID") != 0 ? lent_id("SUDO_UID") : lent_id("PKEXEC_UID");
}

// The user that root becomes: the one who was lent it, else nobody. It is a number, so no account is looked up.
unsigned user_after_root() {
  return lent_user() != 0 ? lent_user() : kNobody;
}
unsigned group_after_root() {
  return lent_id("SUDO_GID") != 0 ? lent_id("SUDO_GID") : kNobody;
}

bool gave_up(bool done, const char* what, std::string& why) {
  if (!done) why = std::string("could not ") + what + ": " + std::strerror(errno);
  return done;
}

}  // namespace

void forget_environment() {
#ifdef __linux__
  const bool more = getauxval(AT_SECURE) != 0;
#else
  const bool more = issetugid() != 0;
#endif
  if (!more) return;
  std::vector<std::pair<const char*, std::string> > kept;
  for (const char* name : kKnown)
    if (const char* value = std::getenv(name); value != nullptr) kept.emplace_back(name, value);
  static char* none[] = {nullptr};
  environ = none;
  for (const auto& [name, value] : kept) setenv(name, value.c_str(), 1);
}

void raise_priority() {
  setpriority(PRIO_PROCESS, 0, kPriority);
}

bool own_by_caller(int fd) {
  return geteuid() != 0 || fchown(fd, user_after_root(), group_after_root()) == 0;
}

bool lent_by_caller() {
  return geteuid() == 0 && lent_user() != 0;
}

bool drop_privileges(std::string& why) {
  if (geteuid() == 0 &&
      !gave_up(setgroups(0, nullptr) == 0 && setgid(group_after_root()) == 0 && setuid(user_after_root()) == 0,
               "give up root", why))
    return false;
#ifdef __linux__
  if (!gave_up(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "refuse new privileges", why)) return false;
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct none[2] = {};
  if (!gave_up(syscall(SYS_capset, &header, none) == 0, "give up capabilities", why)) return false;
#endif
  return true;
}
#endif
