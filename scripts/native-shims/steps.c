// Preloaded: the wall clock steps by STEP seconds AFTER milliseconds from the first look at it. The steady clock does
// not.
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long began;

int clock_gettime(clockid_t which, struct timespec* into) {
  const long status = syscall(SYS_clock_gettime, which, into);
  if (which != CLOCK_REALTIME || status != 0) return (int)status;
  struct timespec steady;
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &steady);
  const long long now = steady.tv_sec * 1000LL + steady.tv_nsec / 1000000;
  if (began == 0) began = now;
  if (now - began >= atoll(getenv("AFTER"))) into->tv_sec += atoll(getenv("STEP"));
  return 0;
}
