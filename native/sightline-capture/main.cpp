// sightline-capture: lists interfaces, checks capture filters, captures to pcapng. The only program of Sightline that
// touches an interface; it parses nothing, gives up every privilege once the interfaces are open, and reports as JSON
// lines.
//
// Three threads capture. The ring's (ring.cpp) empties libpcap's memory into chunks of 256 KiB as finished packet
// blocks; with several interfaces it always takes the earliest packet. The writer's (segments.cpp) puts chunks into
// files and begins the next one. At most 335 MB wait between the two (chunks.h); then the kernel's ring fills, and the
// kernel counts what it drops. The conductor (capture.cpp) opens, gives up privileges, listens to stdin, whose end is
// the parent's end, and says ten times a second where things are, with a clock: everything before it is on disk.
//
// Segments end with a statistics block, whose counts are also in the section's comment, because capinfos 4.0 shows
// comments and not statistics. A disk that is full cuts back to the last whole block; 64 KiB set aside make room for
// the statistics. Durations are taken from the clock that nobody sets; only stamps and names are the wall clock's.
//
// Where root was lent (sudo, pkexec), the helper becomes the caller before it makes anything, and only what was made
// for the capture is given away. A filter is parsed by a child without privilege; names.cpp stands before the C
// library's resolver, so that libpcap can look up no host. Landlock (landlock.cpp) leaves it the ring's folder, seccomp
// (confine.cpp) no writing to the sockets that packets come from.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "capture.h"
#include "interfaces.h"
#include "privileges.h"
#include "report.h"

namespace {

constexpr const char* kUsage =
    "sightline-capture list [--watch]\n"
    "sightline-capture check LINKTYPE FILTER...\n"
    "sightline-capture capture --interface NAME [--interface NAME...] (--output FILE | --folder FOLDER [--prefix NAME] "
    "[--segment-bytes N] [--segment-seconds N] [--segments N])\n"
    "    [--filter EXPRESSION] [--snap-length BYTES] [--buffer MIB] [--no-promiscuous] [--monitor] [--stop-packets N] "
    "[--stop-seconds N] [--stop-bytes N] [--application NAME]\n"
    "    [--descriptor N]  the output or the folder, opened by the caller\n";

constexpr long long kMost = 1LL << 53;
constexpr int kMostInterfaces = 64;

bool number_in(const char* text, long long low, long long high, long long& out) {
  char* end = nullptr;
  out = std::strtoll(text, &end, 10);
  return end != text && *end == 0 && out >= low && out <= high;
}

int usage(const std::string& problem) {
  std::fprintf(stderr, "%s\n%s", problem.c_str(), kUsage);
  return 2;
}

// Options with a text.
bool take_text(CaptureOptions& o, const std::string& name, const char* value) {
  if (name == "--interface")
    o.interfaces.emplace_back(value);
  else if (name == "--output")
    o.output = value;
  else if (name == "--folder")
    o.folder = value;
  else if (name == "--prefix")
    o.prefix = value;
  else if (name == "--filter")
    o.filter = value;
  else if (name == "--application")
    o.application = value;
  else
    return false;
  return true;
}

// Options with a number. @returns what is wrong, or ""
std::string take_number(CaptureOptions& o, const std::string& name, const char* value) {
  struct Range {
    const char* name;
    long long low, high;
    std::uint64_t* into;
  };
  std::uint64_t snap = 0, buffer = 0, descriptor = 0;
  const Range ranges[] = {{"--snap-length", 64, 262144, &snap},
                          {"--buffer", 1, 1024, &buffer},
                          {"--segment-bytes", 65536, kMost, &o.segment_bytes},
                          {"--segment-seconds", 1, kMost / 1000000000LL, &o.segment_seconds},
                          {"--segments", 1, 1000000, &o.segments},
                          {"--descriptor", 3, 1023, &descriptor},
                          {"--stop-packets", 1, kMost, &o.stop_packets},
                          {"--stop-seconds", 1, kMost / 1000000000LL, &o.stop_seconds},
                          {"--stop-bytes", 1, kMost, &o.stop_bytes}};
  for (const Range& r : ranges) {
    if (name != r.name) continue;
    long long v = 0;
    if (!number_in(value, r.low, r.high, v))
      return name + " takes " + std::to_string(r.low) + " to " + std::to_string(r.high);
    *r.into = static_cast<std::uint64_t>(v);
    if (snap > 0) o.snap_length = static_cast<int>(snap);
    if (descriptor > 0) o.descriptor = static_cast<int>(descriptor);
    if (buffer > 0) o.buffer_mib = static_cast<int>(buffer);
    return "";
  }
  return "there is no option " + name;
}

int run_capture(const LibPcap& lib, int argc, char** argv) {
  CaptureOptions o;
  o.application = "Sightline";
  for (int i = 2; i < argc; i++) {
    const std::string name = argv[i];
    if (name == "--no-promiscuous")
      o.promiscuous = false;
    else if (name == "--monitor")
      o.monitor = true;
    else if (i + 1 >= argc)
      return usage(name + " takes a value");
    else if (!take_text(o, name, argv[++i])) {
      const std::string problem = take_number(o, name, argv[i]);
      if (!problem.empty()) return usage(problem);
    }
  }
  // An interface that is named twice is captured once; otherwise each of its packets would be in the file twice.
  std::vector<std::string> once;
  for (const std::string& name : o.interfaces) {
    if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(name);
  }
  o.interfaces = once;
  if (o.interfaces.empty() || o.interfaces.size() > kMostInterfaces)
    return usage("--interface is needed, at most 64 times");
  if (o.output.empty() == o.folder.empty()) return usage("one of --output and --folder is needed");
  if (o.prefix.find_first_of("/\\") != std::string::npos) return usage("--prefix is a name, not a path");
  return capture(lib, o);
}

}  // namespace

int main(int argc, char** argv) {
  forget_environment();
  const std::string command = argc > 1 ? argv[1] : "";
  if (command != "list" && command != "check" && command != "capture") return usage("say what to do");
  LibPcap lib = {};
  std::string why;
  if (!load_libpcap(lib, why)) {
    Line("error").text("code", "no-libpcap").text("message", why).say();
    return 1;
  }
  if (command == "list") return list_interfaces(lib, argc > 2 && std::strcmp(argv[2], "--watch") == 0);
  if (command == "capture") return run_capture(lib, argc, argv);
  long long link = 0;
  if (argc < 4 || !number_in(argv[2], 0, 65535, link))
    return usage("check takes the number of a link type and filters");
  return check_filters(lib, static_cast<int>(link), argv + 3, argc - 3);
}
