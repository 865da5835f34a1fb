// Names of hosts and networks in capture filters. libpcap would ask the name server about each, at every key that is
// typed: what somebody looks for would leave this machine. Here no name is looked up; addresses and the names of ports
// are.
#pragma once
#include <string>
#include "libpcap.h"

constexpr std::size_t kLongestFilter = 4096;

// Compiles a filter for a handle. @returns false with `why` in words; `program` is to be freed otherwise
bool compile_filter(const LibPcap& lib, pcap_t* handle, const std::string& filter, bpf_program& program,
                    std::string& why);
