#include "interfaces.h"
#include <cstdio>
#include <fstream>
#include <vector>
#include "report.h"
#ifndef _WIN32
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>
#endif

namespace {

std::string address_text(const sockaddr* a) {
#ifdef _WIN32
  (void)a;
  return "";
#else
  char text[INET6_ADDRSTRLEN] = "";
  if (a == nullptr) return "";
  if (a->sa_family == AF_INET) inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(a)->sin_addr, text, sizeof text);
  if (a->sa_family == AF_INET6) inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(a)->sin6_addr, text, sizeof text);
  return text;
#endif
}

std::uint64_t counter(const std::string& name, const char* which) {
  if (name.find('/') != std::string::npos) return 0;
  std::ifstream file("/sys/class/net/" + name + "/statistics/" + which);
  std::uint64_t value = 0;
  file >> value;
  return value;
}

// Opening and closing is the only honest answer to 'may I'.
void say_permission(const LibPcap& lib, const std::string& name) {
  char error[kErrorBuffer] = "";
  pcap_t* p = lib.create(name.c_str(), error);
  if (p == nullptr) {
    Line("permission").flag("ok", false).text("code", "failed").text("message", error).say();
    return;
  }
  const int status = lib.activate(p);
  const bool denied = status == kErrorPermission || status == kErrorPromiscPermission;
  Line("permission").flag("ok", status >= 0).text("code", status >= 0 ? "" : denied ? "permission" : "failed").text("message", status >= 0 ? "" : lib.geterr(p)).say();
  lib.close(p);
}

}  // namespace

int list_interfaces(const LibPcap& lib, bool watch) {
  char error[kErrorBuffer] = "";
  pcap_if* first = nullptr;
  if (lib.findalldevs(&first, error) != 0) {
    Line("error").text("code", "failed").text("message", error).say();
    return 1;
  }
  std::vector<std::string> names;
  std::string probe;
  for (const pcap_if* i = first; i != nullptr; i = i->next) {
    std::string addresses;
    for (const pcap_addr* a = i->addresses; a != nullptr; a = a->next) {
      const std::string text = address_text(a->addr);
      if (!text.empty()) addresses += (addresses.empty() ? "" : ",") + quoted(text);
    }
    Line("interface").text("name", i->name).text("description", i->description == nullptr ? "" : i->description).raw("addresses", "[" + addresses + "]")
        .flag("up", (i->flags & kUp) != 0).flag("running", (i->flags & kRunning) != 0).flag("loopback", (i->flags & kLoopback) != 0).say();
    names.emplace_back(i->name);
    if (probe.empty() && (i->flags & kUp) != 0) probe = i->name;
  }
  lib.freealldevs(first);
  if (!probe.empty()) say_permission(lib, probe);
  Line("end").text("library", lib.lib_version()).say();
#ifndef _WIN32
  while (watch) {
    std::string rates;
    for (const std::string& name : names) rates += (rates.empty() ? "" : ",") + quoted(name) + ":" + std::to_string(counter(name, "rx_bytes") + counter(name, "tx_bytes"));
    Line("counters").raw("bytes", "{" + rates + "}").say();
    pollfd in = {0, POLLIN, 0};
    if (poll(&in, 1, 1000) > 0) {
      char byte;
      if (read(0, &byte, 1) <= 0) break;
    }
  }
#else
  (void)watch;
#endif
  return 0;
}
