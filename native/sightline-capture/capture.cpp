// The conductor: opens, gives up privileges, starts the ring's and the writer's threads, and then only talks.
#include "capture.h"
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <thread>
#include "chunks.h"
#include "clock.h"
#include "interfaces.h"
#include "names.h"
#include "parent.h"
#include "place.h"
#include "privileges.h"
#include "report.h"
#include "ring.h"
#include "segments.h"
#ifndef _WIN32
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>
#endif

namespace {

constexpr int kListen = 20;
constexpr std::uint64_t kStatusEvery = 100 * kMillisecond, kLinkEvery = 300 * kMillisecond;
constexpr std::size_t kLongestWord = 4096;

volatile std::sig_atomic_t stop_signal = 0;

void on_signal(int) {
  stop_signal = 1;
}

std::string os_name() {
#ifdef _WIN32
  return "Windows";
#else
  utsname u = {};
  return uname(&u) == 0 ? std::string(u.sysname) + " " + u.release : "";
#endif
}

int fail(const char* code, const std::string& message) {
  Line("error").text("code", code).text("message", message).say();
  return 1;
}

void say_status(const Ring& ring, const Segments& segments, ChunkQueue& queue) {
  // The order matters: what is written may go beyond the clock, but must never be less than the clock says.
  const std::uint64_t clock = queue.clock();
  Line("status")
      .number("packets", ring.packets)
      .number("bytes", ring.bytes)
      .number("received", ring.received)
      .number("dropped", ring.dropped)
      .number("ifdropped", ring.interface_dropped)
      .number("skipped", ring.skipped)
      .number("offset", segments.written())
      .number("waiting", queue.waiting_bytes())
      .number("clock", clock / kMillisecond)
      .flag("paused", ring.paused())
      .say();
}

// Carries out the words of whole lines. @returns false when the parent said stop, or sent something unknown
bool obey(Ring& ring, std::string& words) {
  for (std::size_t end = words.find('\n'); end != std::string::npos; words.erase(0, end + 1), end = words.find('\n')) {
    const std::string line = words.substr(0, end);
    if (line == "stop") return false;
    if (line == "pause" || line == "resume") ring.pause(line == "pause");
  }
  return words.size() < kLongestWord;
}

class Links {
 public:
  explicit Links(const std::vector<Handle>& handles) {
    for (const Handle& h : handles) known_.emplace_back(h.name, watch_.state(h.name));
  }
  void look() {
    for (auto& [name, before] : known_) {
      const LinkState now = watch_.state(name);
      if (now == before || now == LinkState::unknown) continue;
      Line("link")
          .text("name", name)
          .text("state", now == LinkState::up     ? "up"
                         : now == LinkState::down ? "down"
                                                  : "gone")
          .text("message", "")
          .say();
      before = now;
    }
  }

 private:
  LinkWatch watch_;
  std::vector<std::pair<std::string, LinkState>> known_;
};

std::vector<int> packet_sockets(const std::vector<Handle>& handles) {
  std::vector<int> all;
  for (const Handle& h : handles) {
    if (h.fd >= 0) all.push_back(h.fd);
  }
  return all;
}

bool compile_all(const LibPcap& lib, const CaptureOptions& o, const std::vector<Handle>& handles, std::string& why) {
  for (const Handle& h : handles) {
    bpf_program program = {};
    if (!compile_filter(lib, h.pcap, o.filter, program, why)) return false;
    lib.freecode(&program);
  }
  return true;
}

// Whether the filter compiles for every interface. What somebody typed is parsed by a child that has given up every
// privilege, before anything is made for a capture that would not begin.
bool filters_good(const LibPcap& lib, const CaptureOptions& o, const std::vector<Handle>& handles, std::string& why) {
  if (o.filter.empty()) return true;
#ifdef _WIN32
  return compile_all(lib, o, handles, why);
#else
  int ends[2] = {-1, -1};
  const pid_t child = pipe(ends) == 0 ? fork() : -1;
  if (child < 0) {
    why = std::string("the filter could not be checked: ") + std::strerror(errno);
    return false;
  }
  if (child == 0) {
    std::string said;
    const bool good = drop_privileges(said) && compile_all(lib, o, handles, said);
    std::size_t written = 0;
    write_all(ends[1], reinterpret_cast<const unsigned char*>(said.data()), said.size(), written);
    _exit(good ? 0 : 1);
  }
  close(ends[1]);
  char text[512];
  for (ssize_t n = 0; (n = read(ends[0], text, sizeof text)) > 0;) why.append(text, static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
  if (why.empty()) why = "the filter could not be checked";
  return false;
#endif
}

struct Ended {
  const char* code;
  std::string reason;
};

// Linux has both. Where its calls can be filtered they have to be; where there is no filter for the processor, Landlock
// has to hold. Other systems have neither.
bool confined_enough(bool filtered, const std::string& confined) {
#ifdef __linux__
  return filtered || (!can_confine_calls() && !confined.empty());
#else
  (void)filtered;
  (void)confined;
  return true;
#endif
}

Ended conduct(Ring& ring, Segments& segments, ChunkQueue& queue, Links& links, const CaptureOptions& o) {
  const std::uint64_t started = steady_nanoseconds();
  std::uint64_t told = 0, looked = started;
  std::string words;
  while (stop_signal == 0 && !ring.ended() && !segments.failed()) {
    if (!hear_parent(kListen, words) || !obey(ring, words)) break;
    const std::uint64_t now = steady_nanoseconds();
    if (o.stop_seconds > 0 && now - started >= o.stop_seconds * kSecond) return {"seconds", ""};
    if (now - told >= kStatusEvery) {
      told = now;
      say_status(ring, segments, queue);
    }
    if (now - looked >= kLinkEvery) {
      looked = now;
      links.look();
    }
  }
  return {"stopped", ""};
}

}  // namespace

int capture(const LibPcap& lib, const CaptureOptions& o) {
  raise_priority();
  std::vector<Handle> handles(o.interfaces.size());
  std::vector<InterfaceDescription> described;
  std::string why, names;
  for (std::size_t i = 0; i < handles.size(); i++) {
    const char* code = open_handle(lib, o, o.interfaces[i], handles[i], why);
    if (code != nullptr) return fail(code, handles.size() > 1 ? o.interfaces[i] + ": " + why : why);
    described.push_back({o.interfaces[i], o.filter, static_cast<std::uint16_t>(lib.datalink(handles[i].pcap)),
                         static_cast<std::uint32_t>(o.snap_length)});
    names += (names.empty() ? "" : ",") + quoted(o.interfaces[i]);
  }
  if (!filters_good(lib, o, handles, why)) return fail("filter", why);
  Segments segments(o, section_head(described, os_name(), o.application), handles.size());
  // Where root was lent, nothing may be made that the caller could not make without it.
  const bool lent = lent_by_caller();
  if (lent && !drop_privileges(why)) return fail("failed", why);
  if (!segments.prepare(why)) return fail("output", why);
  Links links(handles);
  if (!lent && !drop_privileges(why)) return fail("failed", why);
  for (const Handle& h : handles) {
    if (!set_filter(lib, o, h, why)) return fail("filter", why);
  }
  if (!segments.settle(why)) return fail("output", why);
#ifndef _WIN32
  // Segments have the local time in their names. The time zone's file is read now: from here on it cannot be.
  tzset();
#endif
  std::string confined = confine_files(segments.folder()) ? "landlock" : "";
  if (!segments.begin()) return fail("disk", segments.error());
#ifndef _WIN32
  std::signal(SIGPIPE, SIG_IGN);
#endif
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);

  ChunkQueue queue;
  Ring ring(lib, o, handles, queue, segments);
  std::thread writer([&segments, &queue] { segments.run(queue); });
  std::thread reader([&ring] { ring.run(); });
  why = can_confine_calls() ? confine_calls(packet_sockets(handles)) : "there is none for this processor";
  if (why.empty()) confined += confined.empty() ? "seccomp" : "+seccomp";
  if (!confined_enough(why.empty(), confined) && std::getenv("SIGHTLINE_UNCONFINED") == nullptr) {
    ring.stop();
    reader.join();
    queue.close();
    writer.join();
    return fail("unconfined", "the helper could not leave itself only the system calls that it needs (seccomp: " + why +
                                  "), and captures with no more; SIGHTLINE_UNCONFINED=1 in the environment lets it");
  }
  Line("started")
      .raw("interfaces", "[" + names + "]")
      .number("link", described[0].link)
      .text("confined", confined)
      .say();

  Ended ended = conduct(ring, segments, queue, links, o);
  ring.stop();
  reader.join();
  queue.close();
  writer.join();
  if (segments.failed())
    ended = {"disk", segments.error()};
  else if (*ring.code() != 0)
    ended = {ring.code(), ring.reason()};
  say_status(ring, segments, queue);
  Line("stopped").text("code", ended.code).text("message", ended.reason).number("kept", segments.kept()).say();
  for (const Handle& h : handles) lib.close(h.pcap);
  return 0;
}
