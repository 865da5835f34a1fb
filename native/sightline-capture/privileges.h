// Giving up every privilege once the interface is open.
#pragma once
#include <string>

// @returns what stays, in words, or an error in `why` when something could not be given up
bool drop_privileges(std::string& why);
