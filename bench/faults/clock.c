// Steps the wall clock of the processes that it is loaded into (LD_PRELOAD), and of nothing else: a file holds by how
// many nanoseconds. Clocks that nobody sets are left alone.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const int64_t kSecond = 1000000000;
static const int64_t kNoStep = 0;
static volatile const int64_t *step = &kNoStep;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void) {
  real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
  const char *path = getenv("SIGHTLINE_FAULTS_CLOCK");
  const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *at = mmap(NULL, sizeof *step, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (at != MAP_FAILED) step = at;
}

int clock_gettime(clockid_t clock, struct timespec *t) {
  if (real == NULL) begin();
  const int done = real(clock, t);
  if (done != 0 || (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)) return done;
  const int64_t moved = (int64_t)t->tv_sec * kSecond + t->tv_nsec + *step;
  t->tv_sec = moved / kSecond;
  t->tv_nsec = moved % kSecond;
  return 0;
}

int gettimeofday(struct timeval *t, void *zone) {
  (void)zone;
  struct timespec now;
  if (clock_gettime(CLOCK_REALTIME, &now) != 0) return -1;
  t->tv_sec = now.tv_sec;
  t->tv_usec = now.tv_nsec / 1000;
  return 0;
}

time_t time(time_t *at) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (at != NULL) *at = now.tv_sec;
  return now.tv_sec;
}
