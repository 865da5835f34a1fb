// libpcap or Npcap, found at run time: no development package is needed to build, and where the library is missing the
// helper says so.
#pragma once
#include <cstdint>
#include <string>
#ifdef _WIN32
#include <winsock2.h>
#else
#include <sys/socket.h>
#include <sys/time.h>
#endif

struct pcap;
using pcap_t = pcap;

struct bpf_program {
  unsigned bf_len;
  void* bf_insns;
};
struct pcap_pkthdr {
  struct timeval ts;
  std::uint32_t caplen, len;
};
struct pcap_stat {
  unsigned ps_recv, ps_drop, ps_ifdrop;
  unsigned windows_only[3];
};
struct pcap_addr {
  pcap_addr* next;
  sockaddr *addr, *netmask, *broadaddr, *dstaddr;
};
struct pcap_if {
  pcap_if* next;
  char* name;
  char* description;
  pcap_addr* addresses;
  std::uint32_t flags;
};

constexpr int kErrorBuffer = 256;
constexpr unsigned kLoopback = 1, kUp = 2, kRunning = 4;
constexpr int kNanoseconds = 1;
constexpr int kErrorNoSuchDevice = -5, kErrorNoMonitor = -6, kErrorPermission = -8, kErrorNotUp = -9,
              kErrorPromiscPermission = -11;

using PacketHandler = void (*)(unsigned char* user, const pcap_pkthdr* header, const unsigned char* bytes);

// The functions used of libpcap 1.5 and later, by their own names without pcap_.
// clang-format off
#define SIGHTLINE_LIBPCAP(EACH) \
  EACH(findalldevs, int(pcap_if**, char*)) \
  EACH(freealldevs, void(pcap_if*)) \
  EACH(create, pcap_t*(const char*, char*)) \
  EACH(activate, int(pcap_t*)) \
  EACH(close, void(pcap_t*)) \
  EACH(set_snaplen, int(pcap_t*, int)) \
  EACH(set_promisc, int(pcap_t*, int)) \
  EACH(can_set_rfmon, int(pcap_t*)) \
  EACH(set_rfmon, int(pcap_t*, int)) \
  EACH(set_timeout, int(pcap_t*, int)) \
  EACH(set_buffer_size, int(pcap_t*, int)) \
  EACH(set_tstamp_precision, int(pcap_t*, int)) \
  EACH(get_tstamp_precision, int(pcap_t*)) \
  EACH(setnonblock, int(pcap_t*, int, char*)) \
  EACH(geterr, char*(pcap_t*)) \
  EACH(statustostr, const char*(int)) \
  EACH(datalink, int(pcap_t*)) \
  EACH(datalink_val_to_name, const char*(int)) \
  EACH(lib_version, const char*()) \
  EACH(compile, int(pcap_t*, bpf_program*, const char*, int, std::uint32_t)) \
  EACH(setfilter, int(pcap_t*, bpf_program*)) \
  EACH(freecode, void(bpf_program*)) \
  EACH(open_dead, pcap_t*(int, int)) \
  EACH(dispatch, int(pcap_t*, int, PacketHandler, unsigned char*)) \
  EACH(next_ex, int(pcap_t*, pcap_pkthdr**, const unsigned char**)) \
  EACH(stats, int(pcap_t*, pcap_stat*))
// clang-format on

template <typename Signature>
using Function = Signature*;

struct LibPcap {
#define SIGHTLINE_MEMBER(name, ...) Function<__VA_ARGS__> name;
  SIGHTLINE_LIBPCAP(SIGHTLINE_MEMBER)
#undef SIGHTLINE_MEMBER
  Function<int(pcap_t*)> get_selectable_fd;  // Null on Windows.
};

// False when there is no usable libpcap; `why` then says what was looked for.
bool load_libpcap(LibPcap& lib, std::string& why);
