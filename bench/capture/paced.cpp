// Sends the frames of a capture out of one interface at an even rate, whatever times they were captured at, and every
// so many of them something that a rule looks for: in turns a marked datagram, and a request over a new connection
// whose answer acknowledges it. Says as JSON what it really offered. Sleeps between bursts of a millisecond, so that
// whoever captures on the same processors has them. Reads classic pcap in this machine's byte order.
#include "raw-socket.h"

#include <net/ethernet.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <fcntl.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string>
#include <vector>

namespace {

constexpr std::uint32_t kMicroseconds = 0xa1b2c3d4, kNanoseconds = 0xa1b23c4d;
constexpr std::size_t kFileHead = 24, kRecordHead = 16;
constexpr std::uint64_t kSecond = 1000000000ULL, kBurst = 1000000ULL;
constexpr int kBatch = 64;

using Frame = std::vector<unsigned char>;

std::uint64_t now() {
  timespec t = {};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * kSecond + static_cast<std::uint64_t>(t.tv_nsec);
}

void put16(unsigned char* at, unsigned v) {
  at[0] = static_cast<unsigned char>(v >> 8);
  at[1] = static_cast<unsigned char>(v);
}

void put32(unsigned char* at, std::uint32_t v) {
  put16(at, v >> 16);
  put16(at + 2, v & 0xffff);
}

std::uint16_t sum_of(const unsigned char* at, std::size_t length, std::uint32_t sum = 0) {
  for (std::size_t i = 0; i + 1 < length; i += 2) sum += static_cast<std::uint32_t>(at[i] << 8 | at[i + 1]);
  if (length % 2 == 1) sum += static_cast<std::uint32_t>(at[length - 1] << 8);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

// Ethernet and IPv4 around a transport header and its payload; the checksum of the transport stands at `sum_at`.
Frame wrapped(bool back, unsigned protocol, std::vector<unsigned char> inside, std::size_t sum_at) {
  Frame f(34 + inside.size());
  const unsigned char near[] = {2, 0, 0, 0, 0, 1}, far[] = {2, 0, 0, 0, 0, 2};
  const unsigned char client[] = {10, 77, 0, 1}, server[] = {203, 0, 113, 77};
  std::memcpy(&f[0], back ? near : far, 6);
  std::memcpy(&f[6], back ? far : near, 6);
  f[12] = 8;
  f[14] = 0x45;
  put16(&f[16], static_cast<unsigned>(f.size() - 14));
  f[22] = 64;
  f[23] = static_cast<unsigned char>(protocol);
  std::memcpy(&f[26], back ? server : client, 4);
  std::memcpy(&f[30], back ? client : server, 4);
  put16(&f[24], sum_of(&f[14], 20));
  std::uint32_t pseudo = protocol + static_cast<std::uint32_t>(inside.size());
  for (int i = 26; i < 34; i += 2) pseudo += static_cast<std::uint32_t>(f[i] << 8 | f[i + 1]);
  put16(&inside[sum_at], sum_of(inside.data(), inside.size(), pseudo));
  std::memcpy(&f[34], inside.data(), inside.size());
  return f;
}

Frame tcp(bool back, unsigned port, std::uint32_t seq, std::uint32_t ack, unsigned flags, const std::string& payload) {
  std::vector<unsigned char> t(20 + payload.size());
  put16(&t[0], back ? 80 : port);
  put16(&t[2], back ? port : 80);
  put32(&t[4], seq);
  put32(&t[8], ack);
  t[12] = 0x50;
  t[13] = static_cast<unsigned char>(flags);
  put16(&t[14], 65535);
  std::memcpy(t.data() + 20, payload.data(), payload.size());
  return wrapped(back, 6, t, 16);
}

// What rules look for, the n-th: packets in the order in which they are sent.
std::vector<Frame> trigger(std::uint64_t n) {
  const auto port = static_cast<unsigned>(20000 + n % 40000);
  if (n % 2 == 0) {
    const std::string said = "sightline bench trigger " + std::to_string(n);
    std::vector<unsigned char> u(8 + said.size());
    put16(&u[0], port);
    put16(&u[2], 7777);
    put16(&u[4], static_cast<unsigned>(u.size()));
    std::memcpy(u.data() + 8, said.data(), said.size());
    return {wrapped(false, 17, u, 6)};
  }
  const std::string asked = "GET /sightline-bench-trigger/" + std::to_string(n) +
                            " HTTP/1.1\r\nHost: bench.example\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n";
  const std::string said = "HTTP/1.1 204 No Content\r\n\r\n";
  const auto length = static_cast<std::uint32_t>(asked.size()), answer = static_cast<std::uint32_t>(said.size());
  return {tcp(false, port, 1000, 0, 0x02, ""),
          tcp(true, port, 9000, 1001, 0x12, ""),
          tcp(false, port, 1001, 9001, 0x10, ""),
          tcp(false, port, 1001, 9001, 0x18, asked),
          tcp(true, port, 9001, 1001 + length, 0x18, said),
          tcp(false, port, 1001 + length, 9001 + answer, 0x11, ""),
          tcp(true, port, 9001 + answer, 1002 + length, 0x11, ""),
          tcp(false, port, 1002 + length, 9002 + answer, 0x10, "")};
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 8) {
    std::fprintf(stderr,
                 "paced INTERFACE CAPTURE LONGEST_FRAME PACKETS_A_SECOND SECONDS TRIGGERS_A_SECOND FIRST_TRIGGER\n");
    return 2;
  }
  const std::size_t longest = std::strtoul(argv[3], nullptr, 10);
  const std::uint64_t rate = std::strtoull(argv[4], nullptr, 10), seconds = std::strtoull(argv[5], nullptr, 10);
  // Each trigger has a flow of its own, also where this was run before.
  const std::uint64_t triggers = std::strtoull(argv[6], nullptr, 10), first = std::strtoull(argv[7], nullptr, 10);
  const int fd = raw_socket(argv[1]);
  if (fd < 0) return 1;
  const int file = open(argv[2], O_RDONLY);
  struct stat about = {};
  if (file < 0 || fstat(file, &about) != 0 || about.st_size < static_cast<off_t>(kFileHead)) {
    std::perror(argv[2]);
    return 1;
  }
  const auto size = static_cast<std::size_t>(about.st_size);
  // Read before the first packet is sent: a page that is missing would be a pause.
  const auto* bytes = static_cast<unsigned char*>(mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0));
  std::uint32_t magic = 0;
  if (bytes == MAP_FAILED) {
    std::perror(argv[2]);
    return 1;
  }
  std::memcpy(&magic, bytes, sizeof magic);
  if (magic != kMicroseconds && magic != kNanoseconds) {
    std::fprintf(stderr, "%s is no such capture\n", argv[2]);
    return 1;
  }

  const std::uint64_t begun = now(), total = rate * seconds, apart = triggers == 0 ? total + 1 : rate / triggers;
  std::vector<Frame> marked;
  std::size_t at = kFileHead, next_marked = 0;
  std::uint64_t sent = 0, asked = 0, refused = 0, skipped = 0, late = 0, turns = 0;
  std::vector<iovec> parts(kBatch);
  std::vector<mmsghdr> messages(kBatch);
  bool is_broken = false;
  while (sent < total && !is_broken) {
    const std::uint64_t t = now();
    if (t >= begun + (seconds + 1) * kSecond) break;
    const std::uint64_t due = std::min(total, (t - begun) * rate / kSecond);
    if (due <= sent) {
      const timespec nap = {0, static_cast<long>(kBurst)};
      nanosleep(&nap, nullptr);
      continue;
    }
    late = std::max(late, due - sent);
    int want = 0;
    for (; want < kBatch && sent + static_cast<std::uint64_t>(want) < due; want++) {
      const std::uint64_t number = sent + static_cast<std::uint64_t>(want);
      if (next_marked == marked.size() && number > 0 && number / apart > asked && triggers > 0) {
        // A batch may hold packets of the one before: it goes first.
        if (want > 0) break;
        marked = trigger(first + asked++);
        next_marked = 0;
      }
      if (next_marked < marked.size()) {
        Frame& f = marked[next_marked++];
        parts[want] = {f.data(), f.size()};
      } else {
        std::uint32_t captured = 0;
        for (;;) {
          if (at + kRecordHead > size) {
            at = kFileHead;
            turns++;
          }
          std::memcpy(&captured, bytes + at + 8, sizeof captured);
          if (captured > size - at - kRecordHead) {
            at = size;
            continue;
          }
          if (captured >= 34 && captured <= longest) break;
          at += kRecordHead + captured;
          skipped++;
        }
        parts[want] = {const_cast<unsigned char*>(bytes + at + kRecordHead), captured};
        at += kRecordHead + captured;
      }
      messages[want] = {};
      messages[want].msg_hdr.msg_iov = &parts[want];
      messages[want].msg_hdr.msg_iovlen = 1;
    }
    // All of a batch are sent before another is made: what was drawn for it is not drawn again.
    int done = 0;
    while (done < want) {
      const int n = sendmmsg(fd, messages.data() + done, static_cast<unsigned>(want - done), 0);
      if (n > 0)
        done += n;
      else if (errno == ENOBUFS || errno == EAGAIN || errno == EINTR)
        refused++;
      else {
        std::perror("send");
        is_broken = true;
        break;
      }
    }
    sent += static_cast<std::uint64_t>(done);
  }
  const double took = static_cast<double>(now() - begun) / kSecond;
  std::printf(
      "{\"sent\":%llu,\"seconds\":%.3f,\"offered\":%.0f,\"refused\":%llu,\"skipped\":%llu,\"triggers\":%llu,"
      "\"late\":%llu,\"turns\":%llu}\n",
      static_cast<unsigned long long>(sent), took, static_cast<double>(sent) / took,
      static_cast<unsigned long long>(refused), static_cast<unsigned long long>(skipped),
      static_cast<unsigned long long>(asked), static_cast<unsigned long long>(late),
      static_cast<unsigned long long>(turns));
  close(fd);
  return is_broken ? 1 : 0;
}
