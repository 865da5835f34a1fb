// Lists interfaces and checks capture filters, through libpcap.
#include "interfaces.h"
#include <cstdio>
#include <vector>
#include "names.h"
#include "parent.h"
#include "privileges.h"
#include "report.h"
#ifdef _WIN32
#include <ws2tcpip.h>
#else
#include <arpa/inet.h>
#include <netinet/in.h>
#endif

namespace {

constexpr int kCountEvery = 1000;

std::string address_text(const sockaddr* a) {
  char text[INET6_ADDRSTRLEN] = "";
  if (a == nullptr) return "";
  if (a->sa_family == AF_INET)
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(a)->sin_addr, text, sizeof text);
  if (a->sa_family == AF_INET6)
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(a)->sin6_addr, text, sizeof text);
  return text;
}

// What opening an interface said. Only opening and closing it tells whether capturing is permitted, and its link type.
struct Probe {
  int status = 0, link = -1;
  bool monitor = false;
  std::string message;
};

Probe probe(const LibPcap& lib, const char* name) {
  Probe out;
  char error[kErrorBuffer] = "";
  pcap_t* p = lib.create(name, error);
  if (p == nullptr) {
    out.status = -1;
    out.message = error;
    return out;
  }
  out.monitor = lib.can_set_rfmon(p) == 1;
  out.status = lib.activate(p);
  if (out.status >= 0)
    out.link = lib.datalink(p);
  else
    out.message = lib.geterr(p);
  lib.close(p);
  return out;
}

std::string addresses_of(const pcap_if* i) {
  std::string out;
  for (const pcap_addr* a = i->addresses; a != nullptr; a = a->next) {
    const std::string text = address_text(a->addr);
    if (!text.empty()) out += (out.empty() ? "" : ",") + quoted(text);
  }
  return "[" + out + "]";
}

// All names and states in one text, so that a comparison tells whether something has changed.
std::string shape_of(const pcap_if* first) {
  std::string out;
  for (const pcap_if* i = first; i != nullptr; i = i->next)
    out += std::string(i->name) + " " + std::to_string(i->flags & (kUp | kRunning)) + " " + addresses_of(i) + "\n";
  return out;
}

void say_interfaces(const LibPcap& lib, const pcap_if* first) {
  bool asked = false;
  Probe permission;
  for (const pcap_if* i = first; i != nullptr; i = i->next) {
    const bool up = (i->flags & kUp) != 0;
    const Probe p = up ? probe(lib, i->name) : Probe();
    if (up && (!asked || permission.status < 0)) permission = p;
    asked = asked || up;
    const char* link = p.link < 0 ? nullptr : lib.datalink_val_to_name(p.link);
    Line line("interface");
    line.text("name", i->name)
        .text("description", i->description == nullptr ? "" : i->description)
        .raw("addresses", addresses_of(i))
        .flag("up", up);
    line.flag("running", (i->flags & kRunning) != 0)
        .flag("loopback", (i->flags & kLoopback) != 0)
        .flag("monitor", p.monitor);
    if (p.link >= 0)
      line.number("link", static_cast<std::uint64_t>(p.link)).text("linkName", link == nullptr ? "" : link);
    line.say();
  }
  if (!asked) return;
  const bool denied = permission.status == kErrorPermission || permission.status == kErrorPromiscPermission;
  Line("permission")
      .flag("ok", permission.status >= 0)
      .text("code", permission.status >= 0 ? ""
                    : denied               ? "permission"
                                           : "failed")
      .text("message", permission.message)
      .say();
}

}  // namespace

int list_interfaces(const LibPcap& lib, bool watch) {
  std::string known;
  for (;;) {
    char error[kErrorBuffer] = "";
    pcap_if* first = nullptr;
    if (lib.findalldevs(&first, error) != 0) {
      Line("error").text("code", "failed").text("message", error).say();
      return 1;
    }
    const std::string shape = shape_of(first);
    if (shape != known || known.empty()) {
      say_interfaces(lib, first);
      Line("end").text("library", lib.lib_version()).say();
      known = shape;
    }
    std::string rates;
    for (const pcap_if* i = first; i != nullptr; i = i->next)
      rates += (rates.empty() ? "" : ",") + quoted(i->name) + ":" + std::to_string(byte_counter(i->name));
    lib.freealldevs(first);
    if (!watch) return 0;
    Line("counters").raw("bytes", "{" + rates + "}").say();
    std::string words;
    if (!hear_parent(kCountEvery, words)) return 0;
  }
}

int check_filters(const LibPcap& lib, int link, const char* const* filters, int count) {
  // A filter is parsed without privilege here, as it is for a capture.
  std::string problem;
  if (!drop_privileges(problem)) {
    Line("error").text("code", "failed").text("message", problem).say();
    return 1;
  }
  pcap_t* p = lib.open_dead(link, 262144);
  for (int i = 0; i < count; i++) {
    bpf_program program = {};
    std::string why;
    const bool ok = compile_filter(lib, p, filters[i], program, why);
    Line("filter").flag("ok", ok).text("message", why).say();
    if (ok) lib.freecode(&program);
  }
  lib.close(p);
  return 0;
}
