// Sends frames at a fixed rate out of one interface, pinned to one processor; says as JSON what it really offered.
// UDP between two hosts, in conversations of some packets each; the payload begins with a mark, a number and the time
// of sending. SIGTERM ends it in order. 'gentle' sleeps between bursts, for rates at which nothing is measured.
#include "raw-socket.h"

#include <arpa/inet.h>
#include <net/ethernet.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

namespace {

constexpr int kBatch = 32;
constexpr std::size_t kHeaders = 14 + 20 + 8;
constexpr std::uint64_t kSecond = 1000000000ULL;
constexpr std::uint32_t kMark = 0x534c4247;
constexpr timespec kBreath = {0, 1000000};

volatile std::sig_atomic_t ended = 0;

void end(int) {
  ended = 1;
}

std::uint64_t now(clockid_t clock) {
  timespec t = {};
  clock_gettime(clock, &t);
  return static_cast<std::uint64_t>(t.tv_sec) * kSecond + static_cast<std::uint64_t>(t.tv_nsec);
}

void put16(unsigned char* at, unsigned v) {
  at[0] = static_cast<unsigned char>(v >> 8);
  at[1] = static_cast<unsigned char>(v);
}

std::uint16_t header_sum(const unsigned char* ip) {
  std::uint32_t sum = 0;
  for (int i = 0; i < 20; i += 2) sum += static_cast<std::uint32_t>(ip[i] << 8 | ip[i + 1]);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

std::vector<unsigned char> frame_of(std::size_t length) {
  std::vector<unsigned char> f(length);
  const unsigned char head[] = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0, 0x45, 0};
  std::memcpy(f.data(), head, sizeof head);
  put16(&f[16], static_cast<unsigned>(length - 14));
  f[22] = 64;
  f[23] = 17;
  const unsigned char addresses[] = {192, 0, 2, 10, 192, 0, 2, 20};
  std::memcpy(&f[26], addresses, sizeof addresses);
  put16(&f[24], header_sum(&f[14]));
  put16(&f[38], static_cast<unsigned>(length - 34));
  for (std::size_t i = kHeaders + 20; i < length; i++) f[i] = static_cast<unsigned char>(i * 7);
  return f;
}

// A port scan from many hosts: each tries fifty ports of the peer, each try is answered with a reset.
void make_scan(unsigned char* f, std::uint64_t number) {
  const std::uint64_t attempt = number / 2, source = attempt / 50;
  const bool answer = number % 2 == 1;
  const unsigned char scanner[4] = {10, 1, static_cast<unsigned char>(source >> 8), static_cast<unsigned char>(source)},
                      peer[4] = {192, 0, 2, 20};
  std::memcpy(f + 26, answer ? peer : scanner, 4);
  std::memcpy(f + 30, answer ? scanner : peer, 4);
  f[23] = 6;
  put16(f + 24, 0);
  put16(f + 24, header_sum(f + 14));
  std::memset(f + 34, 0, 20);
  put16(f + (answer ? 36 : 34), 40000);
  put16(f + (answer ? 34 : 36), static_cast<unsigned>(1000 + attempt % 50));
  // A reset counts where it acknowledges the SYN (RFC 9293, 3.10.7.3); any other leaves the flow open.
  f[45] = answer ? 1 : 0;
  f[46] = 0x50;
  f[47] = answer ? 0x14 : 0x02;
  put16(f + 48, 1024);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(
        stderr,
        "generate INTERFACE FRAME_BYTES PACKETS_A_SECOND SECONDS [PACKETS_A_CONVERSATION] [CPU] [scan|gentle]\n");
    return 2;
  }
  const std::size_t length = std::strtoul(argv[2], nullptr, 10);
  const std::uint64_t rate = std::strtoull(argv[3], nullptr, 10), seconds = std::strtoull(argv[4], nullptr, 10);
  const std::uint64_t conversation = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 50;
  if (argc > 6) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(std::atoi(argv[6]), &set);
    sched_setaffinity(0, sizeof set, &set);
  }
  const std::string_view manner = argc > 7 ? argv[7] : "";
  const bool scan = manner == "scan", gentle = manner == "gentle";
  std::signal(SIGTERM, end);
  const int fd = raw_socket(argv[1]);
  if (fd < 0) return 1;
  std::vector<std::vector<unsigned char>> frames(kBatch, frame_of(scan ? 54 : length));
  std::vector<iovec> parts(kBatch);
  std::vector<mmsghdr> messages(kBatch);
  for (int i = 0; i < kBatch; i++) {
    parts[i] = {frames[i].data(), frames[i].size()};
    messages[i] = {};
    messages[i].msg_hdr.msg_iov = &parts[i];
    messages[i].msg_hdr.msg_iovlen = 1;
  }
  const std::uint64_t begun = now(CLOCK_MONOTONIC), end = begun + seconds * kSecond, total = rate * seconds;
  std::uint64_t sent = 0, refused = 0;
  while (sent < total && ended == 0) {
    const std::uint64_t t = now(CLOCK_MONOTONIC);
    if (t >= end + kSecond / 50) break;
    const std::uint64_t due = rate == 0 ? total : (t - begun) * rate / kSecond;
    if (due <= sent) {
      if (gentle) nanosleep(&kBreath, nullptr);
      continue;
    }
    const std::uint64_t want = due - sent < kBatch ? due - sent : kBatch;
    const std::uint64_t stamp = now(CLOCK_REALTIME);
    for (std::uint64_t i = 0; i < want; i++) {
      unsigned char* f = frames[i].data();
      const std::uint64_t number = sent + i;
      if (scan) {
        make_scan(f, number);
        continue;
      }
      // Each conversation has its own pair of ports.
      put16(f + 34, static_cast<unsigned>(1024 + (number / 8 / conversation * 8 + number % 8) % 60000));
      put16(f + 36, 4000 + static_cast<unsigned>((number / 8 / conversation * 8) / 60000 % 50000));
      std::memcpy(f + kHeaders, &kMark, 4);
      std::memcpy(f + kHeaders + 4, &number, 8);
      std::memcpy(f + kHeaders + 12, &stamp, 8);
    }
    const int n = sendmmsg(fd, messages.data(), static_cast<unsigned>(want), 0);
    if (n > 0)
      sent += static_cast<std::uint64_t>(n);
    else if (errno == ENOBUFS || errno == EAGAIN)
      refused++;
    else
      break;
  }
  const double took = static_cast<double>(now(CLOCK_MONOTONIC) - begun) / kSecond;
  std::printf("{\"sent\":%llu,\"seconds\":%.3f,\"offered\":%.0f,\"refused\":%llu}\n",
              static_cast<unsigned long long>(sent), took, static_cast<double>(sent) / took,
              static_cast<unsigned long long>(refused));
  close(fd);
  return 0;
}
