// Runs one capture from its options to its end.
#pragma once
#include "libpcap.h"
#include "options.h"

// Captures until told to stop on stdin, until stdin ends (the parent is gone), or until a limit. Words understood, a
// line each: pause, resume, stop.
int capture(const LibPcap& lib, const CaptureOptions& options);
