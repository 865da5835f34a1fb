// What a capture was asked to be.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct CaptureOptions {
  std::vector<std::string> interfaces;
  std::string filter, application;
  // One file, or a ring of segments in a folder that is made for them.
  std::string output, folder, prefix = "capture";
  // The file or the folder, opened by the parent with the parent's right; -1 when this program shall open it.
  int descriptor = -1;
  int snap_length = 262144, buffer_mib = 64;
  bool promiscuous = true, monitor = false;
  // A segment ends at this size or age, the oldest goes when there are more than `segments`; 0 is never.
  std::uint64_t segment_bytes = 0, segment_seconds = 0, segments = 0;
  // Capturing ends by itself after this much; 0 is never.
  std::uint64_t stop_packets = 0, stop_seconds = 0, stop_bytes = 0;
};
