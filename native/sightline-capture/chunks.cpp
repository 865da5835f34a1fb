// The bounded queue of chunks between the ring and the writer.
#include "chunks.h"
#include <algorithm>
#include <chrono>

namespace {
constexpr std::chrono::milliseconds kMoment(10);
}

std::unique_ptr<Chunk> ChunkQueue::take_empty() {
  std::unique_lock<std::mutex> lock(mutex_);
  if (free_.empty() && made_ >= kMost) empty_.wait_for(lock, kMoment, [this] { return !free_.empty(); });
  if (!free_.empty()) {
    auto chunk = std::move(free_.back());
    free_.pop_back();
    return chunk;
  }
  if (made_ >= kMost) return nullptr;
  made_++;
  return std::make_unique<Chunk>();
}

void ChunkQueue::give_full(std::unique_ptr<Chunk> chunk) {
  const std::lock_guard<std::mutex> lock(mutex_);
  bytes_ += chunk->used;
  waiting_.push_back(std::move(chunk));
  full_.notify_one();
}

void ChunkQueue::give_clock(std::uint64_t clock) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!waiting_.empty())
    waiting_.back()->clock = clock;
  else if (writing_)
    writing_clock_ = clock;
  else
    clock_ = clock;
}

std::unique_ptr<Chunk> ChunkQueue::take_full(int milliseconds) {
  std::unique_lock<std::mutex> lock(mutex_);
  full_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return closed_ || !waiting_.empty(); });
  if (waiting_.empty()) return nullptr;
  auto chunk = std::move(waiting_.front());
  waiting_.pop_front();
  writing_ = true;
  writing_clock_ = chunk->clock;
  return chunk;
}

void ChunkQueue::give_empty(std::unique_ptr<Chunk> chunk) {
  const std::lock_guard<std::mutex> lock(mutex_);
  bytes_ -= chunk->used;
  writing_ = false;
  clock_ = std::max(clock_, writing_clock_);
  chunk->used = 0;
  chunk->packets = 0;
  chunk->clock = 0;
  free_.push_back(std::move(chunk));
  empty_.notify_one();
}

void ChunkQueue::close() {
  const std::lock_guard<std::mutex> lock(mutex_);
  closed_ = true;
  full_.notify_all();
}

bool ChunkQueue::closed() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return closed_;
}

std::uint64_t ChunkQueue::waiting_bytes() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return bytes_;
}

std::uint64_t ChunkQueue::clock() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return clock_;
}
