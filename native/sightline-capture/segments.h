// The files of a capture: one, or a ring of segments of which each is a capture of its own. Runs in the writer's
// thread.
#pragma once
#include <atomic>
#include <deque>
#include <mutex>
#include <string>
#include <vector>
#include "chunks.h"
#include "options.h"
#include "pcapng.h"
#include "place.h"

class Segments {
 public:
  Segments(const CaptureOptions& options, std::vector<unsigned char> head, std::size_t interfaces);
  Segments(const Segments&) = delete;
  Segments& operator=(const Segments&) = delete;
  ~Segments();

  // Makes the place, or takes the one that was opened by the parent, while there may be a privilege: nothing that is
  // there already is changed. @returns false with the error
  bool prepare(std::string& why);
  // Opens what was there before, when there is no privilege any more. @returns false with the error
  bool settle(std::string& why);
  // The folder that segments are made in, or -1.
  int folder() const { return place_.descriptor(); }
  // Opens the first segment.
  bool begin();
  // Takes what waits until the queue is closed and empty, or the disk refuses.
  void run(ChunkQueue& queue);
  // Statistics for the end of the next segment.
  void count(const std::vector<Counts>& counts);

  // Bytes in all segments that were ever written; what followers of the files go by.
  std::uint64_t written() const { return written_.load(); }
  std::uint64_t kept() const { return kept_.load(); }
  bool failed() const { return failed_.load(); }
  // Set before `failed` is.
  const std::string& error() const { return error_; }

 private:
  bool open_next();
  void close_current();
  void put(const unsigned char* data, std::size_t length);
  void put_whole_blocks(const Chunk& chunk);
  std::size_t fitting(const unsigned char* data, std::size_t length) const;
  bool too_old() const;
  void fail(int error);
  void reserve();

  const CaptureOptions& options_;
  const std::vector<unsigned char> head_;
  Place place_;
  int fd_ = -1, reserve_ = -1;
  std::uint64_t number_ = 0, size_ = 0, opened_ = 0, started_;
  std::deque<std::string> names_;
  std::vector<Counts> counts_;
  std::mutex counting_;
  std::atomic<std::uint64_t> written_{0}, kept_{0};
  std::atomic<bool> failed_{false};
  std::string error_;
};
