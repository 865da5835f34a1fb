#include "privileges.h"
#include <cerrno>
#include <cstdlib>
#include <cstring>
#ifndef _WIN32
#include <grp.h>
#include <unistd.h>
#endif
#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

#ifdef _WIN32
bool drop_privileges(std::string&) { return true; }  // Npcap's driver holds the privilege, the program never had any.
#else

namespace {

// Whoever called sudo, else nobody: a number is enough, no account is looked up.
unsigned id_after_root(const char* variable) {
  const char* text = std::getenv(variable);
  const unsigned long id = text == nullptr ? 0 : std::strtoul(text, nullptr, 10);
  return id > 0 && id < 0xfffffffeUL ? static_cast<unsigned>(id) : 65534;
}

}  // namespace

bool drop_privileges(std::string& why) {
  if (geteuid() == 0) {
    const gid_t group = id_after_root("SUDO_GID");
    const uid_t user = id_after_root("SUDO_UID");
    if (setgroups(0, nullptr) != 0 || setgid(group) != 0 || setuid(user) != 0) {
      why = std::string("could not give up root: ") + std::strerror(errno);
      return false;
    }
  }
#ifdef __linux__
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    why = std::string("could not refuse new privileges: ") + std::strerror(errno);
    return false;
  }
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  if (syscall(SYS_capset, &header, none) != 0) {
    why = std::string("could not give up capabilities: ") + std::strerror(errno);
    return false;
  }
#endif
  return true;
}
#endif
