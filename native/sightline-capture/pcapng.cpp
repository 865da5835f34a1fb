#include "pcapng.h"
#include <cerrno>
#include <cstring>
#ifdef _WIN32
#include <io.h>
#define write _write
#else
#include <unistd.h>
#endif

void PcapngWriter::u16(std::uint16_t v) {
  const auto* p = reinterpret_cast<const unsigned char*>(&v);
  buffer_.insert(buffer_.end(), p, p + 2);
}

void PcapngWriter::u32(std::uint32_t v) {
  const auto* p = reinterpret_cast<const unsigned char*>(&v);
  buffer_.insert(buffer_.end(), p, p + 4);
}

void PcapngWriter::pad() {
  while (buffer_.size() % 4 != 0) buffer_.push_back(0);
}

void PcapngWriter::option(std::uint16_t code, const void* data, std::size_t length) {
  u16(code);
  u16(static_cast<std::uint16_t>(length));
  const auto* p = static_cast<const unsigned char*>(data);
  buffer_.insert(buffer_.end(), p, p + length);
  pad();
}

void PcapngWriter::option(std::uint16_t code, const std::string& text) {
  if (!text.empty()) option(code, text.data(), text.size() > 4096 ? 4096 : text.size());
}

// Blocks begin at multiples of four in the file, and the buffer is emptied whole: so do they in the buffer.
std::size_t PcapngWriter::open_block(std::uint32_t type) {
  const std::size_t at = buffer_.size();
  u32(type);
  u32(0);
  return at;
}

void PcapngWriter::close_block(std::size_t at) {
  const auto length = static_cast<std::uint32_t>(buffer_.size() - at + 4);
  std::memcpy(&buffer_[at + 4], &length, 4);
  u32(length);
}

void PcapngWriter::begin(const InterfaceOptions& o) {
  std::size_t at = open_block(0x0a0d0d0a);
  u32(0x1a2b3c4d);
  u16(1);
  u16(0);
  u32(0xffffffff);
  u32(0xffffffff);
  option(3, o.os);
  option(4, o.application);
  option(0, nullptr, 0);
  close_block(at);
  at = open_block(1);
  u16(o.link);
  u16(0);
  u32(o.snap_length);
  option(2, o.name);
  option(3, o.description);
  const unsigned char resolution = 9;
  option(9, &resolution, 1);
  if (!o.filter.empty()) option(11, std::string(1, '\0') + o.filter);
  option(0, nullptr, 0);
  close_block(at);
}

void PcapngWriter::packet(std::uint64_t ns, std::uint32_t captured, std::uint32_t wire, const unsigned char* bytes) {
  const std::size_t at = open_block(6);
  u32(0);
  u32(static_cast<std::uint32_t>(ns >> 32));
  u32(static_cast<std::uint32_t>(ns));
  u32(captured);
  u32(wire);
  buffer_.insert(buffer_.end(), bytes, bytes + captured);
  pad();
  close_block(at);
  if (buffer_.size() >= kFlushAt) flush();
}

void PcapngWriter::statistics(std::uint64_t ns, const Counts& counts) {
  const std::size_t at = open_block(5);
  u32(0);
  u32(static_cast<std::uint32_t>(ns >> 32));
  u32(static_cast<std::uint32_t>(ns));
  option(4, &counts.received, 8);
  option(5, &counts.interface_dropped, 8);
  option(7, &counts.dropped, 8);
  option(0, nullptr, 0);
  close_block(at);
}

bool PcapngWriter::flush() {
  std::size_t done = 0;
  while (done < buffer_.size() && error_.empty()) {
    const auto n = write(fd_, buffer_.data() + done, static_cast<unsigned>(buffer_.size() - done));
    if (n < 0) {
      if (errno == EINTR) continue;
      error_ = std::strerror(errno);
    } else {
      done += static_cast<std::size_t>(n);
      written_ += static_cast<std::uint64_t>(n);
    }
  }
  buffer_.clear();
  return error_.empty();
}
