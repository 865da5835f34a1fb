// Words of the parent on stdin; its end is the parent's end.
#pragma once
#include <string>

// Waits for words of the parent on stdin, at most this long, and adds them to `words`. @returns false when the parent
// is gone
bool hear_parent(int milliseconds, std::string& words);
