#pragma once
#include "libpcap.h"

// Says every interface, and whether capturing is permitted. With `watch`, then says their byte counters each second until stdin ends.
int list_interfaces(const LibPcap& lib, bool watch);
