// Giving up every privilege once the interfaces are open.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

// Where the program has more rights than its caller (capabilities of its file): forgets the caller's environment but
// for what is read here. libpcap may load libraries that take drivers from it.
void forget_environment();
// Takes a higher priority than the programs that read what is written, where the system permits it.
void raise_priority();
// Makes root the caller of sudo, else nobody, and drops all capabilities for good. @returns false with `why`
bool drop_privileges(std::string& why);
// Makes an open file or folder the property of the user that stays. @returns false with errno
bool own_by_caller(int fd);
// Whether root was lent by somebody (sudo, pkexec). Then this program does nothing that they may not do themselves.
bool lent_by_caller();
// Lets this thread and those that it starts write inside of an open folder only, or nowhere (-1), where the system can
// (Landlock). Files that are open stay so. @returns whether it holds now
bool confine_files(int folder);
// Leaves this process, all its threads, only the system calls that capturing needs (seccomp); nothing is written to
// `unwritten`, the sockets that packets come from. @returns what is wrong, or "". Where a system has no such thing
// nothing is wrong.
std::string confine_calls(const std::vector<int>& unwritten);
// Whether confine_calls does anything here.
bool can_confine_calls();
