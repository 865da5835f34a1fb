// The version of Landlock that the kernel has, 0 where it has none.
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#endif

int main(void) {
  const long version = syscall(SYS_landlock_create_ruleset, 0, 0, 1);
  printf("%ld\n", version < 0 ? 0 : version);
  return 0;
}
