// Preloaded: a helper that was taken over. When it makes its second segment it also tries what it has no business with,
// and says on stderr what the system answered.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static void say(const char* what, long status) {
  char line[200];
  const int n = snprintf(line, sizeof line, "%s %s\n", what, status < 0 ? strerrorname_np(errno) : "DONE");
  syscall(SYS_write, 2, line, n);
}

int openat(int folder, const char* name, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const int mode = va_arg(rest, int);
  va_end(rest);
  if (strstr(name, "_00002_") != NULL) {
    say("write", syscall(SYS_openat, AT_FDCWD, getenv("OUTSIDE"), O_WRONLY | O_CREAT, 0600));
    say("read", syscall(SYS_openat, AT_FDCWD, getenv("SECRET"), O_RDONLY));
    say("remove", syscall(SYS_unlinkat, AT_FDCWD, getenv("SECRET"), 0));
    const char frame[64] = {0};
    for (int fd = 3; fd < 64; fd++) {
      char link[64], to[64] = "";
      snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
      // Sockets cannot be told by their names here (no readlink): a write to every descriptor but our files.
      struct {
        char room[256];
      } about;
      if (syscall(SYS_fstat, fd, &about) != 0) continue;
      unsigned mode_of;
      memcpy(&mode_of, about.room + 24, sizeof mode_of);
      if ((mode_of & 0170000) != 0140000) continue;
      say("send", syscall(SYS_write, fd, frame, sizeof frame));
      (void)to;
    }
    say("socket", syscall(SYS_socket, 2, 1, 0));
    say("dup", syscall(SYS_fcntl, 3, F_DUPFD, 100));
  }
  return (int)syscall(SYS_openat, folder, name, flags, mode);
}
int openat64(int folder, const char* name, int flags, ...) __attribute__((alias("openat")));
