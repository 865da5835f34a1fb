// Sends the frames of a capture out of one interface, each as long after the first as it was captured after the first;
// says as JSON how many it sent and by how much the latest was late. Reads classic pcap in this machine's byte order
// with stamps in microseconds, as the tests write it.
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>
#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <vector>

namespace {

constexpr std::uint32_t kMagic = 0xa1b2c3d4;
constexpr std::uint32_t kLongest = 65536;
constexpr std::int64_t kSecond = 1000000000;

struct FileHead {
  std::uint32_t magic;
  std::uint16_t major, minor;
  std::uint32_t zone, accuracy, snap, link;
};

struct RecordHead {
  std::uint32_t seconds, micros, captured, wire;
};

std::int64_t now() {
  timespec t = {};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<std::int64_t>(t.tv_sec) * kSecond + t.tv_nsec;
}

void wait_until(std::int64_t due) {
  const timespec t = {static_cast<time_t>(due / kSecond), static_cast<long>(due % kSecond)};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, nullptr) == EINTR) {
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "replay INTERFACE CAPTURE\n");
    return 2;
  }
  const int fd = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to = {};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(argv[1]));
  if (fd < 0 || to.sll_ifindex == 0 || bind(fd, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) {
    std::perror(argv[1]);
    return 1;
  }
  std::FILE* file = std::fopen(argv[2], "rb");
  FileHead head = {};
  if (file == nullptr || std::fread(&head, sizeof head, 1, file) != 1 || head.magic != kMagic) {
    std::fprintf(stderr, "%s is no such capture\n", argv[2]);
    return 1;
  }
  std::vector<unsigned char> frame(kLongest);
  RecordHead record = {};
  std::int64_t begun = 0, first = 0, late = 0;
  unsigned long sent = 0;
  while (std::fread(&record, sizeof record, 1, file) == 1) {
    if (record.captured > kLongest || std::fread(frame.data(), 1, record.captured, file) != record.captured) {
      std::fprintf(stderr, "%s is cut\n", argv[2]);
      return 1;
    }
    const std::int64_t stamp = record.seconds * kSecond + record.micros * INT64_C(1000);
    if (sent == 0) {
      begun = now();
      first = stamp;
    }
    const std::int64_t due = begun + stamp - first;
    wait_until(due);
    late = std::max(late, now() - due);
    while (send(fd, frame.data(), record.captured, 0) < 0) {
      if (errno != ENOBUFS && errno != EAGAIN && errno != EINTR) {
        std::perror("send");
        return 1;
      }
    }
    sent++;
  }
  std::printf("{\"sent\":%lu,\"late\":%.6f}\n", sent, static_cast<double>(late) / kSecond);
  std::fclose(file);
  close(fd);
  return 0;
}
