// The thread that empties the kernel's ring: from libpcap's memory into chunks, and nothing else.
#pragma once
#include <atomic>
#include <string>
#include <vector>
#include "chunks.h"
#include "libpcap.h"
#include "options.h"
#include "segments.h"

struct Handle {
  std::string name;
  pcap_t* pcap = nullptr;
  bool nanoseconds = false, alive = true;
  int fd = -1;
  Counts counts;
  pcap_stat seen = {};
  // Adds what libpcap counts, whose numbers have 32 bits and begin again at 0, to counters of 64 bits.
  void add(const pcap_stat& now);
};

// Compiles and sets the filter of an open interface. @returns false with `why`
bool set_filter(const LibPcap& lib, const CaptureOptions& options, const Handle& handle, std::string& why);
// Opens and activates an interface, without its filter. @returns null, or the code of what is wrong with `why`
const char* open_handle(const LibPcap& lib, const CaptureOptions& options, const std::string& name, Handle& handle,
                        std::string& why);

class Ring {
 public:
  Ring(const LibPcap& lib, const CaptureOptions& options, std::vector<Handle>& handles, ChunkQueue& queue,
       Segments& segments)
      : lib_(lib), options_(options), handles_(handles), queue_(queue), segments_(segments) {}

  void run();
  void stop() { stopping_ = true; }
  void pause(bool paused) { paused_ = paused; }
  bool paused() const { return paused_; }
  bool ended() const { return ended_; }
  // Why it ended by itself: "packets", "bytes", "gone", "interface", or "" when told to. Valid once ended.
  const char* code() const { return code_; }
  const std::string& reason() const { return reason_; }

  std::atomic<std::uint64_t> packets{0}, bytes{0}, skipped{0};
  // Of all interfaces together.
  std::atomic<std::uint64_t> received{0}, dropped{0}, interface_dropped{0};

 private:
  // The earliest packet of an interface that is not taken yet.
  struct Head {
    pcap_pkthdr* header = nullptr;
    const unsigned char* bytes = nullptr;
    std::uint64_t stamp = 0;
  };
  static void on_packet(unsigned char* user, const pcap_pkthdr* header, const unsigned char* bytes);
  void take(std::uint32_t index, const pcap_pkthdr& header, const unsigned char* bytes);
  int read_one();
  int read_merged();
  void wait();
  void hand_over();
  void count();
  bool lost(Handle& handle, int status);
  std::uint64_t stamp(const Handle& handle, const pcap_pkthdr& header) const;

  const LibPcap& lib_;
  const CaptureOptions& options_;
  std::vector<Handle>& handles_;
  ChunkQueue& queue_;
  Segments& segments_;
  std::unique_ptr<Chunk> chunk_;
  std::vector<Head> heads_;
  std::uint64_t file_bytes_ = 0;
  std::atomic<bool> stopping_{false}, paused_{false}, ended_{false};
  const char* code_ = "";
  std::string reason_;
};
