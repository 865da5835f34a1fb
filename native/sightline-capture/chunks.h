// Bytes on their way from the ring to the disk. The ring fills one chunk while the writer empties others; when the disk
// stands still the queue is bounded, and the kernel then counts what it had no room for.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <vector>

struct Chunk {
  static constexpr std::size_t kCapacity = 655360;
  // The memory is not set to zero, so that pages that are never filled cost nothing.
  std::unique_ptr<unsigned char[]> data{new unsigned char[kCapacity]};
  std::size_t used = 0;
  std::uint64_t packets = 0;
  // Everything that came before this moment is in this chunk or in earlier ones; 0 when that is not known.
  std::uint64_t clock = 0;
};

class ChunkQueue {
 public:
  // An empty chunk, or null when all are full and none became free within a moment.
  std::unique_ptr<Chunk> take_empty();
  void give_full(std::unique_ptr<Chunk> chunk);
  // Nothing new came until `clock`.
  void give_clock(std::uint64_t clock);
  // The next full chunk; null after `close` when none is left, or after `milliseconds` without one.
  std::unique_ptr<Chunk> take_full(int milliseconds);
  void give_empty(std::unique_ptr<Chunk> chunk);
  void close();
  bool closed();
  std::uint64_t waiting_bytes();
  // The clock of what the writer has written.
  std::uint64_t clock();

 private:
  static constexpr std::size_t kMost = 512;
  std::mutex mutex_;
  std::condition_variable full_, empty_;
  std::deque<std::unique_ptr<Chunk>> waiting_;
  std::vector<std::unique_ptr<Chunk>> free_;
  std::size_t made_ = 0;
  std::uint64_t bytes_ = 0, clock_ = 0, writing_clock_ = 0;
  bool closed_ = false, writing_ = false;
};
