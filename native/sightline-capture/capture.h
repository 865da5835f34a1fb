#pragma once
#include <string>
#include "libpcap.h"

struct CaptureOptions {
  std::string interface, filter, output, application;
  int snap_length = 262144, buffer_mib = 64;
  bool promiscuous = true;
};

// Captures until told to stop on stdin, or until stdin ends (the parent is gone). Lines understood: pause, resume, stop.
int capture(const LibPcap& lib, const CaptureOptions& options);

// Says of each filter whether it compiles for a link type.
int check_filters(const LibPcap& lib, const std::string& interface, const char* const* filters, int count);
