// sightline-capture: lists interfaces, checks capture filters, captures to pcapng. The only program of Sightline that
// touches an interface; it parses nothing, gives up every privilege once the interface is open, and reports as JSON lines.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include "capture.h"
#include "interfaces.h"
#include "report.h"

namespace {

constexpr const char* kUsage =
    "sightline-capture list [--watch]\n"
    "sightline-capture check INTERFACE FILTER...\n"
    "sightline-capture capture --interface NAME --output FILE [--filter EXPRESSION] [--snap-length BYTES] [--buffer MIB] [--no-promiscuous] [--application NAME]\n";

bool number_in(const char* text, int low, int high, int& out) {
  char* end = nullptr;
  const long v = std::strtol(text, &end, 10);
  if (end == text || *end != 0 || v < low || v > high) return false;
  out = static_cast<int>(v);
  return true;
}

int usage(const std::string& problem) {
  std::fprintf(stderr, "%s\n%s", problem.c_str(), kUsage);
  return 2;
}

int run_capture(const LibPcap& lib, int argc, char** argv) {
  CaptureOptions o;
  o.application = "Sightline";
  for (int i = 2; i < argc; i++) {
    const std::string name = argv[i];
    if (name == "--no-promiscuous") {
      o.promiscuous = false;
      continue;
    }
    if (i + 1 >= argc) return usage(name + " takes a value");
    const char* value = argv[++i];
    if (name == "--interface") o.interface = value;
    else if (name == "--output") o.output = value;
    else if (name == "--filter") o.filter = value;
    else if (name == "--application") o.application = value;
    else if (name == "--snap-length") { if (!number_in(value, 64, 262144, o.snap_length)) return usage("--snap-length takes 64 to 262144"); }
    else if (name == "--buffer") { if (!number_in(value, 1, 1024, o.buffer_mib)) return usage("--buffer takes 1 to 1024"); }
    else return usage("there is no option " + name);
  }
  if (o.interface.empty() || o.output.empty()) return usage("--interface and --output are needed");
  return capture(lib, o);
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command != "list" && command != "check" && command != "capture") return usage("say what to do");
  LibPcap lib = {};
  std::string why;
  if (!load_libpcap(lib, why)) {
    Line("error").text("code", "no-libpcap").text("message", why).say();
    return 1;
  }
  if (command == "list") return list_interfaces(lib, argc > 2 && std::strcmp(argv[2], "--watch") == 0);
  if (command == "check") return argc < 4 ? usage("check takes an interface (or '') and filters") : check_filters(lib, argv[2], argv + 3, argc - 3);
  return run_capture(lib, argc, argv);
}
