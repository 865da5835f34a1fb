// The writer's thread: chunks into files, the next file when one is full, the oldest removed.
#include "segments.h"
#include <cerrno>
#include <cstring>
#include <ctime>
#include "clock.h"
#include "report.h"

namespace {

constexpr int kLookMilliseconds = 200;
constexpr std::size_t kReserve = 65536;

std::uint32_t block_length(const unsigned char* block) {
  std::uint32_t length = 0;
  std::memcpy(&length, block + 4, 4);
  return length;
}

// The name that dumpcap would give: prefix, number, local time.
std::string segment_name(const std::string& prefix, std::uint64_t number) {
  char stamp[32] = "";
  const std::time_t now = std::time(nullptr);
  std::tm parts = {};
#ifdef _WIN32
  localtime_s(&parts, &now);
#else
  localtime_r(&now, &parts);
#endif
  std::strftime(stamp, sizeof stamp, "%Y%m%d%H%M%S", &parts);
  std::string digits = std::to_string(number);
  if (digits.size() < 5) digits.insert(0, 5 - digits.size(), '0');
  return prefix + "_" + digits + "_" + stamp + ".pcapng";
}

}  // namespace

Segments::Segments(const CaptureOptions& options, std::vector<unsigned char> head, std::size_t interfaces)
    : options_(options), head_(std::move(head)), started_(now_nanoseconds()), counts_(interfaces) {}

Segments::~Segments() {
  if (fd_ >= 0) close_file(fd_);
  if (reserve_ >= 0) close_file(reserve_);
}

bool Segments::prepare(std::string& why) {
  if (options_.output.empty()) return place_.take_folder(options_.folder, options_.descriptor, why);
  fd_ = options_.descriptor >= 0 ? options_.descriptor : make_output(options_.output);
  // A file that exists already is opened later, as the user that this program becomes and with no more right.
  if (fd_ < 0 && errno != EEXIST) why = options_.output + ": " + std::strerror(errno);
  return why.empty();
}

bool Segments::settle(std::string& why) {
  if (options_.output.empty()) {
    reserve();
    return true;
  }
  if (fd_ < 0) fd_ = open_output(options_.output);
  if (fd_ < 0)
    why = options_.output + ": it is there already, and could not be opened for writing: " + std::strerror(errno);
  return fd_ >= 0;
}

// Sets room aside for the statistics that close a segment, in case the disk is full by then.
void Segments::reserve() {
  const std::string name = options_.prefix + ".reserve";
  reserve_ = place_.create(name);
  if (reserve_ < 0) return;
  place_.remove(name);
  const std::vector<unsigned char> room(kReserve);
  std::size_t written = 0;
  write_all(reserve_, room.data(), room.size(), written);
}

bool Segments::begin() {
  return open_next();
}

bool Segments::open_next() {
  std::string path = options_.output;
  if (options_.output.empty()) {
    const std::string name = segment_name(options_.prefix, number_ + 1);
    path = place_.path(name);
    fd_ = place_.create(name);
    if (fd_ < 0) {
      fail(errno);
      return false;
    }
    names_.push_back(name);
  }
  number_++;
  size_ = 0;
  opened_ = steady_nanoseconds();
  Line("segment").number("number", number_).text("path", path).number("base", written_).say();
  put(head_.data(), head_.size());
  if (options_.segments > 0 && names_.size() > options_.segments) {
    place_.remove(names_.front());
    names_.pop_front();
    Line("removed").number("number", number_ - options_.segments).say();
  }
  return !failed_;
}

void Segments::close_current() {
  if (fd_ < 0) return;
  std::vector<Counts> counts;
  {
    const std::lock_guard<std::mutex> lock(counting_);
    counts = counts_;
  }
  const std::vector<unsigned char> end = statistics_blocks(counts, started_, now_nanoseconds());
  std::size_t written = 0;
  if (write_all(fd_, end.data(), end.size(), written) != 0)
    cut_file(fd_, size_);
  else {
    size_ += written;
    written_ += written;
  }
  Counts sum;
  for (const Counts& c : counts)
    sum = {sum.received + c.received, sum.dropped + c.dropped, sum.interface_dropped + c.interface_dropped};
  put_at(fd_, kCommentAt,
         section_comment("Received " + std::to_string(sum.received) + ", dropped by the kernel " +
                         std::to_string(sum.dropped) + ", by the interface " + std::to_string(sum.interface_dropped) +
                         "."));
  close_file(fd_);
  fd_ = -1;
}

void Segments::fail(int error) {
  error_ = std::strerror(error);
  failed_ = true;
}

void Segments::put(const unsigned char* data, std::size_t length) {
  std::size_t written = 0;
  const int error = write_all(fd_, data, length, written);
  std::size_t whole = written;
  if (error != 0) {
    // Only whole blocks stay, so that the file can be read without a warning.
    for (whole = 0; whole + 8 <= written && whole + block_length(data + whole) <= written;)
      whole += block_length(data + whole);
    cut_file(fd_, size_ + whole);
    if (reserve_ >= 0) close_file(reserve_);
    reserve_ = -1;
    fail(error);
  }
  size_ += whole;
  written_ += whole;
}

// How many bytes of whole blocks the current segment still takes; at least one block in a segment that has none.
std::size_t Segments::fitting(const unsigned char* data, std::size_t length) const {
  const std::uint64_t most = options_.segment_bytes - counts_.size() * kStatisticsBlock;
  if (options_.segment_bytes == 0 || size_ + length <= most) return length;
  std::size_t fit = 0;
  while (fit < length && (size_ + fit + block_length(data + fit) <= most || size_ + fit == head_.size()))
    fit += block_length(data + fit);
  return fit;
}

bool Segments::too_old() const {
  return options_.output.empty() && options_.segment_seconds > 0 && size_ > head_.size() &&
         steady_nanoseconds() - opened_ >= options_.segment_seconds * kSecond;
}

void Segments::put_whole_blocks(const Chunk& chunk) {
  std::size_t done = 0;
  while (done < chunk.used && !failed_) {
    const unsigned char* data = chunk.data.get() + done;
    const std::size_t fit = options_.output.empty() ? fitting(data, chunk.used - done) : chunk.used - done;
    if (fit == 0) {
      close_current();
      if (!open_next()) return;
      continue;
    }
    const std::uint64_t before = size_;
    put(data, fit);
    std::uint64_t packets = 0;
    if (fit == chunk.used && !failed_)
      packets = chunk.packets;
    else
      for (std::size_t at = 0; at < size_ - before; at += block_length(data + at)) packets++;
    kept_ += packets;
    done += fit;
  }
}

void Segments::run(ChunkQueue& queue) {
  while (!failed_) {
    std::unique_ptr<Chunk> chunk = queue.take_full(kLookMilliseconds);
    if (chunk == nullptr && queue.closed()) break;
    if (too_old()) {
      close_current();
      if (!open_next()) break;
    }
    if (chunk == nullptr) continue;
    put_whole_blocks(*chunk);
    queue.give_empty(std::move(chunk));
  }
  // The ring's last counts are there when it has ended.
  while (!queue.closed()) queue.take_full(kLookMilliseconds);
  close_current();
}

void Segments::count(const std::vector<Counts>& counts) {
  const std::lock_guard<std::mutex> lock(counting_);
  counts_ = counts;
}
