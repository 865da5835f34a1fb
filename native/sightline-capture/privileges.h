// Giving up every privilege once the interfaces are open.
#pragma once
#include <string>

// A higher priority than those who read what is written, where the system lets us.
void raise_priority();
// Root becomes the caller of sudo, else nobody; capabilities go; none comes back. @returns false with `why`
bool drop_privileges(std::string& why);
// Makes an open file or folder the property of the user that stays. @returns false with errno
bool own_by_caller(int fd);
// Leaves this process, all its threads, only the system calls that capturing needs (seccomp). @returns what holds now, in words
std::string confine();
