#pragma once
#include <chrono>
#include <cstdint>

constexpr std::uint64_t kSecond = 1000000000ULL, kMillisecond = 1000000ULL;

// Nanoseconds since the epoch.
inline std::uint64_t now_nanoseconds() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}
