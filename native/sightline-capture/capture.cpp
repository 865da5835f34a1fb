#include "capture.h"
#include <fcntl.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include "pcapng.h"
#include "privileges.h"
#include "report.h"
#ifdef _WIN32
#include <io.h>
#include <windows.h>
#else
#include <poll.h>
#include <sys/utsname.h>
#include <unistd.h>
#endif

namespace {

volatile std::sig_atomic_t stop_asked = 0;

void on_signal(int) { stop_asked = 1; }

std::uint64_t now_nanoseconds() {
  return static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

std::string os_name() {
#ifdef _WIN32
  return "Windows";
#else
  utsname u;
  return uname(&u) == 0 ? std::string(u.sysname) + " " + u.release : "";
#endif
}

struct Session {
  PcapngWriter* writer;
  bool nanoseconds, paused;
  std::uint64_t packets, bytes, skipped;
};

void on_packet(unsigned char* user, const pcap_pkthdr* h, const unsigned char* bytes) {
  auto* s = reinterpret_cast<Session*>(user);
  if (s->paused) {
    s->skipped++;
    return;
  }
  const auto fraction = static_cast<std::uint64_t>(h->ts.tv_usec) * (s->nanoseconds ? 1 : 1000);
  s->writer->packet(static_cast<std::uint64_t>(h->ts.tv_sec) * 1000000000ULL + fraction, h->caplen, h->len, bytes);
  s->packets++;
  s->bytes += h->len;
}

const char* code_of(int status) {
  switch (status) {
    case kErrorPermission: case kErrorPromiscPermission: return "permission";
    case kErrorNoSuchDevice: return "no-such-interface";
    case kErrorNotUp: return "interface-down";
    default: return "failed";
  }
}

int fail(const char* code, const std::string& message) {
  Line("error").text("code", code).text("message", message).say();
  return 1;
}

Counts counts_of(const LibPcap& lib, pcap_t* p) {
  pcap_stat s = {};
  if (lib.stats(p, &s) != 0) return {};
  return {s.ps_recv, s.ps_drop, s.ps_ifdrop};
}

void say_status(const Session& s, const Counts& c) {
  Line("status").number("packets", s.packets).number("bytes", s.bytes).number("received", c.received).number("dropped", c.dropped).number("ifdropped", c.interface_dropped)
      .number("skipped", s.skipped).number("offset", s.writer->written()).flag("paused", s.paused).say();
}

// Reads what the parent says. @returns false when it said stop, or is gone
bool obey(Session& s, std::string& pending) {
#ifndef _WIN32
  char text[256];
  const ssize_t n = read(0, text, sizeof text);
  if (n <= 0) return n < 0 && (errno == EAGAIN || errno == EINTR);
  pending.append(text, static_cast<std::size_t>(n));
#endif
  for (std::size_t end; (end = pending.find('\n')) != std::string::npos; pending.erase(0, end + 1)) {
    const std::string line = pending.substr(0, end);
    if (line == "stop") return false;
    if (line == "pause") s.paused = true;
    if (line == "resume") s.paused = false;
  }
  return pending.size() < 4096;
}

}  // namespace

int capture(const LibPcap& lib, const CaptureOptions& o) {
  char error[kErrorBuffer] = "";
  pcap_t* p = lib.create(o.interface.c_str(), error);
  if (p == nullptr) return fail("failed", error);
  lib.set_snaplen(p, o.snap_length);
  lib.set_promisc(p, o.promiscuous ? 1 : 0);
  lib.set_timeout(p, 20);
  lib.set_buffer_size(p, o.buffer_mib * 1024 * 1024);
  lib.set_tstamp_precision(p, kNanoseconds);
  const int status = lib.activate(p);
  if (status < 0) return fail(code_of(status), *lib.geterr(p) != 0 ? lib.geterr(p) : lib.statustostr(status));
  bpf_program program = {};
  if (!o.filter.empty()) {
    if (lib.compile(p, &program, o.filter.c_str(), 1, 0xffffffff) != 0 || lib.setfilter(p, &program) != 0) return fail("filter", lib.geterr(p));
    lib.freecode(&program);
  }
  const int fd = open(o.output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND
#ifdef _WIN32
                      | O_BINARY
#else
                      | O_CLOEXEC | O_NOFOLLOW
#endif
                      , 0600);
  if (fd < 0) return fail("output", o.output + ": " + std::strerror(errno));
#ifndef _WIN32
  // Whoever reads the file is the caller, also when this program runs as root.
  if (geteuid() == 0 && std::getenv("SUDO_UID") != nullptr && fchown(fd, static_cast<uid_t>(std::strtoul(std::getenv("SUDO_UID"), nullptr, 10)), static_cast<gid_t>(-1)) != 0) return fail("output", std::strerror(errno));
#endif
  std::string why;
  if (!drop_privileges(why)) return fail("failed", why);

  PcapngWriter writer(fd);
  InterfaceOptions section;
  section.name = o.interface;
  section.filter = o.filter;
  section.os = os_name();
  section.application = o.application;
  section.link = static_cast<std::uint16_t>(lib.datalink(p));
  section.snap_length = static_cast<std::uint32_t>(o.snap_length);
  writer.begin(section);
  if (!writer.flush()) return fail("disk", writer.error());
  Session s = {&writer, lib.get_tstamp_precision(p) == kNanoseconds, false, 0, 0, 0};
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  Line("started").text("interface", o.interface).number("link", section.link).text("output", o.output).say();

  std::string pending;
  lib.setnonblock(p, 1, error);
  std::uint64_t told = 0;
  const char* ended = "stopped";
  std::string reason;
  while (stop_asked == 0) {
#ifndef _WIN32
    pollfd wait[2] = {{lib.get_selectable_fd(p), POLLIN, 0}, {0, POLLIN, 0}};
    poll(wait, 2, 50);
    if (wait[1].revents != 0 && !obey(s, pending)) break;
#else
    Sleep(10);
#endif
    const int n = lib.dispatch(p, -1, on_packet, reinterpret_cast<unsigned char*>(&s));
    if (n < 0) {
      ended = "interface";
      reason = lib.geterr(p);
      break;
    }
    if (!writer.flush()) {
      ended = "disk";
      reason = writer.error();
      break;
    }
    const std::uint64_t now = now_nanoseconds();
    if (now - told >= 100000000ULL) {
      told = now;
      say_status(s, counts_of(lib, p));
    }
  }
  const Counts last = counts_of(lib, p);
  writer.statistics(now_nanoseconds(), last);
  writer.flush();
  say_status(s, last);
  Line("stopped").text("code", ended).text("message", reason).say();
  lib.close(p);
  return 0;
}

int check_filters(const LibPcap& lib, const std::string& interface, const char* const* filters, int count) {
  char error[kErrorBuffer] = "";
  int link = 1;
  // The interface's own link type where it may be opened, else Ethernet.
  if (!interface.empty()) {
    pcap_t* live = lib.create(interface.c_str(), error);
    if (live != nullptr) {
      if (lib.activate(live) >= 0) link = lib.datalink(live);
      lib.close(live);
    }
  }
  pcap_t* p = lib.open_dead(link, 262144);
  for (int i = 0; i < count; i++) {
    bpf_program program = {};
    const bool ok = lib.compile(p, &program, filters[i], 1, 0xffffffff) == 0;
    Line("filter").flag("ok", ok).text("message", ok ? "" : lib.geterr(p)).say();
    if (ok) lib.freecode(&program);
  }
  lib.close(p);
  return 0;
}
