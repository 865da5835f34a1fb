// Names of hosts and networks in capture filters. libpcap would ask the name server about each of them, at every key
// that is typed, and would so tell it what somebody looks for. Here no such name is looked up; addresses and names of
// ports are understood.
#pragma once
#include <string>
#include "libpcap.h"

constexpr std::size_t kLongestFilter = 4096;

// Compiles a filter for a handle. @returns false with `why` in words; `program` is to be freed otherwise
bool compile_filter(const LibPcap& lib, pcap_t* handle, const std::string& filter, bpf_program& program,
                    std::string& why);
