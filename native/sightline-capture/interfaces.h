// Lists the interfaces that there are, and says whether a capture filter is valid.
#pragma once
#include <cstdint>
#include <string>
#include "libpcap.h"

// Says every interface with its link type, and whether capturing is permitted. With `watch`, then says their byte
// counters each second and the list anew when it has changed, until stdin ends.
int list_interfaces(const LibPcap& lib, bool watch);

// Says of each filter whether it compiles for a link type. No interface is opened.
int check_filters(const LibPcap& lib, int link, const char* const* filters, int count);

enum class LinkState { up, down, gone, unknown };

// Asks the system whether an interface is up; the socket that it asks with was made while making one was allowed.
class LinkWatch {
 public:
  LinkWatch();
  LinkWatch(const LinkWatch&) = delete;
  LinkWatch& operator=(const LinkWatch&) = delete;
  ~LinkWatch();
  LinkState state(const std::string& name) const;

 private:
  int socket_ = -1;
};

// Bytes received and sent; 0 when the system does not say.
std::uint64_t byte_counter(const std::string& name);
