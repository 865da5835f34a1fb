// What the operating system says of interfaces and of the parent: counters, up or down, words on stdin.
#include <cerrno>
#include <cstring>
#include "interfaces.h"
#include "parent.h"
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <windows.h>
#include <cstdio>
#else
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <fstream>
#endif
#ifdef __APPLE__
#include <ifaddrs.h>
#include <net/if_dl.h>
#endif

#ifdef _WIN32

// Npcap names an adapter \Device\NPF_{its GUID}.
static bool row_of(const std::string& name, MIB_IF_ROW2& out) {
  MIB_IF_TABLE2* rows = nullptr;
  if (GetIfTable2(&rows) != NO_ERROR) return false;
  bool found = false;
  for (ULONG i = 0; i < rows->NumEntries && !found; i++) {
    const GUID& g = rows->Table[i].InterfaceGuid;
    char text[64] = "";
    std::snprintf(text, sizeof text, "{%08lX-%04hX-%04hX-%02X%02X-%02X%02X%02X%02X%02X%02X}", g.Data1, g.Data2, g.Data3,
                  g.Data4[0], g.Data4[1], g.Data4[2], g.Data4[3], g.Data4[4], g.Data4[5], g.Data4[6], g.Data4[7]);
    found = name.find(text) != std::string::npos;
    if (found) out = rows->Table[i];
  }
  FreeMibTable(rows);
  return found;
}

std::uint64_t byte_counter(const std::string& name) {
  MIB_IF_ROW2 row = {};
  return row_of(name, row) ? row.InOctets + row.OutOctets : 0;
}

LinkWatch::LinkWatch() = default;
LinkWatch::~LinkWatch() = default;
LinkState LinkWatch::state(const std::string& name) const {
  MIB_IF_ROW2 row = {};
  if (!row_of(name, row)) return name.find("NPF_{") == std::string::npos ? LinkState::unknown : LinkState::gone;
  return row.OperStatus == IfOperStatusUp ? LinkState::up : LinkState::down;
}

bool hear_parent(int milliseconds, std::string& words) {
  constexpr int kStep = 20;
  const HANDLE in = GetStdHandle(STD_INPUT_HANDLE);
  for (int waited = 0; waited < milliseconds; waited += kStep) {
    DWORD there = 0;
    if (PeekNamedPipe(in, nullptr, 0, nullptr, &there, nullptr) == 0) return GetLastError() != ERROR_BROKEN_PIPE;
    if (there > 0) {
      char text[256];
      DWORD n = 0;
      if (ReadFile(in, text, sizeof text, &n, nullptr) == 0) return false;
      words.append(text, n);
      return true;
    }
    Sleep(kStep);
  }
  return true;
}

#else

LinkWatch::LinkWatch() : socket_(socket(AF_INET, SOCK_DGRAM, 0)) {}

LinkWatch::~LinkWatch() {
  if (socket_ >= 0) close(socket_);
}

LinkState LinkWatch::state(const std::string& name) const {
  ifreq request = {};
  if (socket_ < 0 || name == "any" || name.size() >= sizeof request.ifr_name) return LinkState::unknown;
  std::memcpy(request.ifr_name, name.c_str(), name.size());
  if (ioctl(socket_, SIOCGIFFLAGS, &request) == 0)
    return (request.ifr_flags & IFF_UP) != 0 ? LinkState::up : LinkState::down;
  return errno == ENODEV || errno == ENXIO ? LinkState::gone : LinkState::unknown;
}

bool hear_parent(int milliseconds, std::string& words) {
  pollfd in = {0, POLLIN, 0};
  if (poll(&in, 1, milliseconds) <= 0) return true;
  char text[256];
  const ssize_t n = read(0, text, sizeof text);
  if (n > 0) words.append(text, static_cast<std::size_t>(n));
  return n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR));
}

#ifdef __APPLE__
std::uint64_t byte_counter(const std::string& name) {
  ifaddrs* first = nullptr;
  std::uint64_t bytes = 0;
  if (getifaddrs(&first) != 0) return 0;
  for (const ifaddrs* i = first; i != nullptr; i = i->ifa_next) {
    if (i->ifa_addr == nullptr || i->ifa_addr->sa_family != AF_LINK || i->ifa_data == nullptr || name != i->ifa_name)
      continue;
    const auto* data = static_cast<const if_data*>(i->ifa_data);
    bytes += data->ifi_ibytes + data->ifi_obytes;
  }
  freeifaddrs(first);
  return bytes;
}
#else
std::uint64_t byte_counter(const std::string& name) {
  if (name.find('/') != std::string::npos) return 0;
  std::uint64_t sum = 0;
  for (const char* which : {"rx_bytes", "tx_bytes"}) {
    std::ifstream file("/sys/class/net/" + name + "/statistics/" + which);
    std::uint64_t value = 0;
    if (file >> value) sum += value;
  }
  return sum;
}
#endif
#endif
