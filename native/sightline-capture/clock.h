// The steady clock for durations, which nobody sets, and the wall clock for stamps and names.
#pragma once
#include <chrono>
#include <cstdint>

constexpr std::uint64_t kSecond = 1000000000ULL, kMillisecond = 1000000ULL;

// Nanoseconds since the epoch.
inline std::uint64_t now_nanoseconds() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

// Nanoseconds of a clock that nobody sets, for every duration: the wall clock may be stepped at any moment, also
// backwards.
inline std::uint64_t steady_nanoseconds() {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
          .count());
}
