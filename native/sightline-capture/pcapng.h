// Writes pcapng (draft-ietf-opsawg-pcapng): one section, one interface, nanosecond stamps. Whole blocks only, so that the
// file can be read by anyone while it grows.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

struct InterfaceOptions {
  std::string name, description, filter, os, application;
  std::uint16_t link = 1;
  std::uint32_t snap_length = 262144;
};

struct Counts {
  std::uint64_t received = 0, dropped = 0, interface_dropped = 0;
};

class PcapngWriter {
 public:
  explicit PcapngWriter(int fd) : fd_(fd) { buffer_.reserve(kFlushAt + 300000); }
  void begin(const InterfaceOptions& options);
  void packet(std::uint64_t nanoseconds, std::uint32_t captured, std::uint32_t wire, const unsigned char* bytes);
  void statistics(std::uint64_t nanoseconds, const Counts& counts);
  // False when the disk took less than everything; `written()` then counts what it took.
  bool flush();
  std::uint64_t written() const { return written_; }
  const std::string& error() const { return error_; }

 private:
  static constexpr std::size_t kFlushAt = 1 << 20;
  void u16(std::uint16_t v);
  void u32(std::uint32_t v);
  void option(std::uint16_t code, const void* data, std::size_t length);
  void option(std::uint16_t code, const std::string& text);
  void pad();
  std::size_t open_block(std::uint32_t type);
  void close_block(std::size_t at);

  int fd_;
  std::vector<unsigned char> buffer_;
  std::uint64_t written_ = 0;
  std::string error_;
};
