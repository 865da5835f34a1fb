// pcapng blocks (draft-ietf-opsawg-pcapng) in the machine's byte order, nanosecond stamps. Whole blocks only.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

struct InterfaceDescription {
  std::string name, filter;
  std::uint16_t link = 1;
  std::uint32_t snap_length = 262144;
};

// What capturing on one interface counted so far.
struct Counts {
  std::uint64_t received = 0, dropped = 0, interface_dropped = 0;
};

// Section header and interface descriptions: what each segment begins with.
std::vector<unsigned char> section_head(const std::vector<InterfaceDescription>& interfaces, const std::string& os,
                                        const std::string& application);

// The section's comment (capinfos shows it) has a fixed length, so that the counts can be put into it when a segment
// ends.
constexpr std::size_t kCommentAt = 28, kCommentLength = 120;
std::string section_comment(const std::string& text);

constexpr std::size_t kStatisticsBlock = 88;
// One statistics block an interface.
std::vector<unsigned char> statistics_blocks(const std::vector<Counts>& counts, std::uint64_t started,
                                             std::uint64_t now);

constexpr std::uint32_t kPacketBlock = 6, kPacketOverhead = 32;

inline std::size_t packet_block_size(std::uint32_t captured) {
  return kPacketOverhead + ((captured + 3U) & ~3U);
}

// Writes one enhanced packet block to `to`, which has room for packet_block_size().
inline void put_packet(unsigned char* to, std::uint32_t index, std::uint64_t nanoseconds, std::uint32_t captured,
                       std::uint32_t wire, const unsigned char* bytes) {
  const auto length = static_cast<std::uint32_t>(packet_block_size(captured));
  const std::uint32_t head[7] = {kPacketBlock,
                                 length,
                                 index,
                                 static_cast<std::uint32_t>(nanoseconds >> 32),
                                 static_cast<std::uint32_t>(nanoseconds),
                                 captured,
                                 wire};
  std::memcpy(to, head, sizeof head);
  std::memcpy(to + sizeof head, bytes, captured);
  std::memset(to + sizeof head + captured, 0, length - kPacketOverhead - captured);
  std::memcpy(to + length - 4, &length, 4);
}
