// seccomp: after the interfaces are open, only the system calls that capturing needs are allowed.
#include "privileges.h"
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__)) && !defined(SIGHTLINE_SANITIZED)
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <cerrno>
#include <cstddef>
#include <cstring>

namespace {

#ifdef __x86_64__
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#else
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#endif

// The calls for reading the ring, for making and writing segments, for waiting, memory, threads and ending. None makes
// a socket, starts a program or reaches another process.
constexpr unsigned kAllowed[] = {SYS_read,          SYS_openat,
                                 SYS_unlinkat,      SYS_close,
                                 SYS_fstat,         SYS_newfstatat,
                                 SYS_lseek,         SYS_ftruncate,
                                 SYS_getsockopt,    SYS_setsockopt,
                                 SYS_recvfrom,      SYS_recvmsg,
#ifdef SYS_poll
                                 SYS_poll,
#endif
#ifdef SYS_open
                                 SYS_open,          SYS_unlink,
                                 SYS_stat,
#endif
#ifdef SYS_rseq
                                 SYS_rseq,
#endif
                                 SYS_ppoll,         SYS_futex,
                                 SYS_nanosleep,     SYS_clock_nanosleep,
                                 SYS_clock_gettime, SYS_gettimeofday,
                                 SYS_sched_yield,   SYS_restart_syscall,
                                 SYS_mmap,          SYS_munmap,
                                 SYS_mremap,        SYS_mprotect,
                                 SYS_madvise,       SYS_brk,
                                 SYS_getrandom,     SYS_rt_sigreturn,
                                 SYS_rt_sigaction,  SYS_rt_sigprocmask,
                                 SYS_getpid,        SYS_gettid,
                                 SYS_tgkill,        SYS_set_robust_list,
                                 SYS_exit,          SYS_exit_group};

sock_filter statement(unsigned short code, unsigned value) {
  return {code, 0, 0, value};
}
sock_filter jump_if_equal(unsigned value, unsigned char yes, unsigned char no) {
  return {BPF_JMP | BPF_JEQ | BPF_K, yes, no, value};
}

}  // namespace

bool can_confine_calls() {
  return true;
}

std::string confine_calls(const std::vector<int>& unwritten) {
  constexpr unsigned kDeny = SECCOMP_RET_ERRNO | EPERM;
  std::vector<sock_filter> program = {
      statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      jump_if_equal(kArchitecture, 1, 0),
      statement(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const unsigned call : kAllowed) {
    program.push_back(jump_if_equal(call, 0, 1));
    program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  // Writing is allowed, except to the sockets that packets come from, since that would send frames. The kernel uses the
  // lower half of the argument.
  const auto after = static_cast<unsigned char>(unwritten.size() + 2);
  program.push_back(jump_if_equal(SYS_write, 1, 0));
  program.push_back(jump_if_equal(SYS_pwrite64, 0, after));
  program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[0])));
  for (std::size_t i = 0; i < unwritten.size(); i++)
    program.push_back(
        jump_if_equal(static_cast<unsigned>(unwritten[i]), static_cast<unsigned char>(unwritten.size() - i), 0));
  program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  // A write that is not allowed also reaches this test, and fails it. Of ioctl only the question whether an interface
  // is up is allowed.
  program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  program.push_back(jump_if_equal(SYS_ioctl, 1, 0));
  program.push_back(statement(BPF_RET | BPF_K, kDeny));
  program.push_back(statement(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args[1])));
  program.push_back(jump_if_equal(SIOCGIFFLAGS, 1, 0));
  program.push_back(statement(BPF_RET | BPF_K, kDeny));
  program.push_back(statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog filter = {static_cast<unsigned short>(program.size()), program.data()};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter) == 0 ? ""
                                                                                                : std::strerror(errno);
}
#else
bool can_confine_calls() {
  return false;
}
std::string confine_calls(const std::vector<int>&) {
  return "";
}
#endif
