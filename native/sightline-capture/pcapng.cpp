// Lays out pcapng blocks: section, interface, packet, statistics.
#include "pcapng.h"

namespace {

class Block {
 public:
  explicit Block(std::vector<unsigned char>& into, std::uint32_t type) : into_(into), at_(into.size()) {
    u32(type).u32(0);
  }

  Block& u16(std::uint16_t v) { return raw(&v, sizeof v); }
  Block& u32(std::uint32_t v) { return raw(&v, sizeof v); }
  Block& raw(const void* data, std::size_t length) {
    const auto* p = static_cast<const unsigned char*>(data);
    into_.insert(into_.end(), p, p + length);
    return *this;
  }
  Block& option(std::uint16_t code, const void* data, std::size_t length) {
    u16(code).u16(static_cast<std::uint16_t>(length)).raw(data, length);
    while ((into_.size() - at_) % 4 != 0) into_.push_back(0);
    return *this;
  }
  Block& option(std::uint16_t code, const std::string& text) {
    return text.empty() ? *this : option(code, text.data(), text.size() > kLongest ? kLongest : text.size());
  }
  Block& stamp(std::uint16_t code, std::uint64_t ns) {
    const std::uint32_t halves[2] = {static_cast<std::uint32_t>(ns >> 32), static_cast<std::uint32_t>(ns)};
    return option(code, halves, sizeof halves);
  }
  void close() {
    u16(0).u16(0);
    const auto length = static_cast<std::uint32_t>(into_.size() - at_ + 4);
    std::memcpy(&into_[at_ + 4], &length, 4);
    u32(length);
  }

 private:
  static constexpr std::size_t kLongest = 4096;
  std::vector<unsigned char>& into_;
  std::size_t at_;
};

}  // namespace

std::string section_comment(const std::string& text) {
  std::string out = text.substr(0, kCommentLength);
  out.resize(kCommentLength, ' ');
  return out;
}

std::vector<unsigned char> section_head(const std::vector<InterfaceDescription>& interfaces, const std::string& os,
                                        const std::string& application) {
  std::vector<unsigned char> out;
  Block(out, 0x0a0d0d0a)
      .u32(0x1a2b3c4d)
      .u16(1)
      .u16(0)
      .u32(0xffffffff)
      .u32(0xffffffff)
      .option(1, section_comment("Live capture, not ended in order."))
      .option(3, os)
      .option(4, application)
      .close();
  constexpr unsigned char kNanosecondResolution = 9;
  for (const InterfaceDescription& i : interfaces) {
    Block block(out, 1);
    block.u16(i.link).u16(0).u32(i.snap_length).option(2, i.name).option(9, &kNanosecondResolution, 1);
    if (!i.filter.empty()) block.option(11, std::string(1, '\0') + i.filter);
    block.option(12, os).close();
  }
  return out;
}

std::vector<unsigned char> statistics_blocks(const std::vector<Counts>& counts, std::uint64_t started,
                                             std::uint64_t now) {
  std::vector<unsigned char> out;
  for (std::size_t i = 0; i < counts.size(); i++) {
    const Counts& c = counts[i];
    Block(out, 5)
        .u32(static_cast<std::uint32_t>(i))
        .u32(static_cast<std::uint32_t>(now >> 32))
        .u32(static_cast<std::uint32_t>(now))
        .stamp(2, started)
        .stamp(3, now)
        .option(4, &c.received, 8)
        .option(5, &c.interface_dropped, 8)
        .option(7, &c.dropped, 8)
        .close();
  }
  return out;
}
