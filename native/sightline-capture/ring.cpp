// The ring's thread: takes the earliest packet of all interfaces and writes it into a chunk as a finished block.
#include "ring.h"
#include <algorithm>
#include "clock.h"
#include "names.h"
#include "report.h"
#ifdef _WIN32
#include <windows.h>
#else
#include <poll.h>
#endif

namespace {

// So many packets are taken before stop, drops and limits are looked at again.
constexpr int kAtOnce = 8192;
constexpr int kTimeoutMilliseconds = 20, kWaitMilliseconds = 50;
// How long reading goes on after the word to stop: enough for a full ring, but not for as long as packets keep coming.
constexpr std::uint64_t kLastReading = 250 * kMillisecond;
constexpr std::size_t kHandOver = 262144;
constexpr std::uint64_t kCountEvery = 100 * kMillisecond;
// A packet may wait in a block of the kernel's ring for one timeout; after two it has come for certain.
constexpr std::uint64_t kClockLag = 2ULL * kTimeoutMilliseconds * kMillisecond;

const char* code_of(int status) {
  switch (status) {
    case kErrorPermission:
    case kErrorPromiscPermission:
      return "permission";
    case kErrorNoSuchDevice:
      return "no-such-interface";
    case kErrorNotUp:
      return "interface-down";
    case kErrorNoMonitor:
      return "no-monitor-mode";
    default:
      return "failed";
  }
}

}  // namespace

const char* open_handle(const LibPcap& lib, const CaptureOptions& o, const std::string& name, Handle& handle,
                        std::string& why) {
  char error[kErrorBuffer] = "";
  pcap_t* p = lib.create(name.c_str(), error);
  if (p == nullptr) {
    why = error;
    return "failed";
  }
  handle.name = name;
  handle.pcap = p;
  lib.set_snaplen(p, o.snap_length);
  lib.set_promisc(p, o.promiscuous ? 1 : 0);
  if (o.monitor) lib.set_rfmon(p, 1);
  lib.set_timeout(p, kTimeoutMilliseconds);
  lib.set_buffer_size(p, o.buffer_mib * 1024 * 1024);
  lib.set_tstamp_precision(p, kNanoseconds);
  const int status = lib.activate(p);
  if (status < 0) {
    why = *lib.geterr(p) != 0 ? lib.geterr(p) : lib.statustostr(status);
    return code_of(status);
  }
  handle.nanoseconds = lib.get_tstamp_precision(p) == kNanoseconds;
  lib.setnonblock(p, 1, error);
  if (lib.get_selectable_fd != nullptr) handle.fd = lib.get_selectable_fd(p);
  return nullptr;
}

namespace {

// How far a counter went on. More than half of its range between two looks means that it was set back, and counts as 0.
std::uint64_t progress(unsigned before, unsigned now) {
  constexpr unsigned kHalf = 1U << 31;
  const unsigned by = now - before;
  return by < kHalf ? by : 0;
}

}  // namespace

void Handle::add(const pcap_stat& now) {
  counts.received += progress(seen.ps_recv, now.ps_recv);
  counts.dropped += progress(seen.ps_drop, now.ps_drop);
  counts.interface_dropped += progress(seen.ps_ifdrop, now.ps_ifdrop);
  seen = now;
}

bool set_filter(const LibPcap& lib, const CaptureOptions& o, const Handle& handle, std::string& why) {
  if (o.filter.empty()) return true;
  bpf_program program = {};
  if (!compile_filter(lib, handle.pcap, o.filter, program, why)) return false;
  const bool set = lib.setfilter(handle.pcap, &program) == 0;
  if (!set) why = lib.geterr(handle.pcap);
  lib.freecode(&program);
  return set;
}

std::uint64_t Ring::stamp(const Handle& handle, const pcap_pkthdr& h) const {
  return static_cast<std::uint64_t>(h.ts.tv_sec) * kSecond +
         static_cast<std::uint64_t>(h.ts.tv_usec) * (handle.nanoseconds ? 1 : 1000);
}

void Ring::on_packet(unsigned char* user, const pcap_pkthdr* h, const unsigned char* bytes) {
  reinterpret_cast<Ring*>(user)->take(0, *h, bytes);
}

void Ring::take(std::uint32_t index, const pcap_pkthdr& h, const unsigned char* data) {
  if (paused_.load(std::memory_order_relaxed)) {
    skipped.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  const std::uint64_t seen = packets.load(std::memory_order_relaxed);
  const std::size_t size = packet_block_size(h.caplen);
  if (*code_ != 0) return;
  if (options_.stop_bytes > 0 && file_bytes_ + size > options_.stop_bytes) {
    code_ = "bytes";
    return;
  }
  if (chunk_ != nullptr && chunk_->used + size > Chunk::kCapacity) hand_over();
  // The disk stands still: this waits, and the kernel counts the packets that it has no more room for.
  while (chunk_ == nullptr && !segments_.failed()) chunk_ = queue_.take_empty();
  if (chunk_ == nullptr || size > Chunk::kCapacity) return;
  put_packet(chunk_->data.get() + chunk_->used, index, stamp(handles_[index], h), h.caplen, h.len, data);
  chunk_->used += size;
  chunk_->packets++;
  file_bytes_ += size;
  packets.store(seen + 1, std::memory_order_relaxed);
  bytes.store(bytes.load(std::memory_order_relaxed) + h.len, std::memory_order_relaxed);
  if (options_.stop_packets > 0 && seen + 1 >= options_.stop_packets) code_ = "packets";
  if (chunk_->used >= kHandOver) hand_over();
}

void Ring::hand_over() {
  if (chunk_ == nullptr || chunk_->used == 0) return;
  queue_.give_full(std::move(chunk_));
  chunk_ = nullptr;
}

// The part of an interface that is gone ends; with the last interface the capture ends.
bool Ring::lost(Handle& handle, int status) {
  if (status >= 0) return false;
  const std::string said = lib_.geterr(handle.pcap);
  handle.alive = false;
  reason_ = handle.name + ": " + said;
  Line("link").text("name", handle.name).text("state", "lost").text("message", said).say();
  if (std::none_of(handles_.begin(), handles_.end(), [](const Handle& h) { return h.alive; }))
    code_ = said.find("disappeared") != std::string::npos || said.find("not up") != std::string::npos ? "gone"
                                                                                                      : "interface";
  return true;
}

int Ring::read_one() {
  const int n = lib_.dispatch(handles_[0].pcap, kAtOnce, on_packet, reinterpret_cast<unsigned char*>(this));
  return lost(handles_[0], n) ? 0 : n;
}

// With several interfaces, the earliest of the packets at hand is always taken.
int Ring::read_merged() {
  heads_.resize(handles_.size());
  for (int taken = 0;; taken++) {
    Head* first = nullptr;
    for (std::size_t i = 0; i < handles_.size(); i++) {
      Head& head = heads_[i];
      if (head.header == nullptr && handles_[i].alive) {
        const int n = lib_.next_ex(handles_[i].pcap, &head.header, &head.bytes);
        if (lost(handles_[i], n) || n != 1)
          head.header = nullptr;
        else
          head.stamp = stamp(handles_[i], *head.header);
      }
      if (head.header != nullptr && (first == nullptr || head.stamp < first->stamp)) first = &head;
    }
    if (first == nullptr) return taken;
    take(static_cast<std::uint32_t>(first - heads_.data()), *first->header, first->bytes);
    first->header = nullptr;
    if (*code_ != 0 || stopping_ || taken >= kAtOnce) return taken + 1;
  }
}

void Ring::wait() {
#ifdef _WIN32
  Sleep(1);
#else
  std::vector<pollfd> ready;
  for (const Handle& h : handles_) {
    if (h.alive) ready.push_back({h.fd, POLLIN, 0});
  }
  poll(ready.data(), static_cast<nfds_t>(ready.size()), kWaitMilliseconds);
#endif
}

void Ring::count() {
  std::vector<Counts> all;
  Counts sum;
  for (Handle& h : handles_) {
    pcap_stat s = {};
    if (h.alive && lib_.stats(h.pcap, &s) == 0) h.add(s);
    sum.received += h.counts.received;
    sum.dropped += h.counts.dropped;
    sum.interface_dropped += h.counts.interface_dropped;
    all.push_back(h.counts);
  }
  received = sum.received;
  dropped = sum.dropped;
  interface_dropped = sum.interface_dropped;
  segments_.count(all);
}

void Ring::run() {
  std::uint64_t counted = 0;
  while (!stopping_ && *code_ == 0 && !segments_.failed()) {
    const std::uint64_t before = now_nanoseconds(), now = steady_nanoseconds();
    const int n = handles_.size() == 1 ? read_one() : read_merged();
    if (n == 0) {
      hand_over();
      queue_.give_clock(before - kClockLag);
      if (*code_ == 0) wait();
    }
    if (now - counted >= kCountEvery) {
      counted = now;
      count();
    }
  }
  // What the kernel holds at the moment of stopping still belongs to the capture.
  const std::uint64_t stopped = steady_nanoseconds();
  while (*code_ == 0 && !segments_.failed() && steady_nanoseconds() - stopped < kLastReading) {
    if ((handles_.size() == 1 ? read_one() : read_merged()) == 0) break;
  }
  hand_over();
  count();
  ended_ = true;
}
