// libpcap or Npcap, found at run time: no development package is needed to build, and its absence is a sentence, not a crash.
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
constexpr int kErrorNoSuchDevice = -5, kErrorNoMonitor = -6, kErrorPermission = -8, kErrorNotUp = -9, kErrorPromiscPermission = -11;

using PacketHandler = void (*)(unsigned char* user, const pcap_pkthdr* header, const unsigned char* bytes);

// The functions used of libpcap 1.5 and later, by their own names.
struct LibPcap {
  int (*findalldevs)(pcap_if**, char*);
  void (*freealldevs)(pcap_if*);
  pcap_t* (*create)(const char*, char*);
  int (*set_snaplen)(pcap_t*, int);
  int (*set_promisc)(pcap_t*, int);
  int (*can_set_rfmon)(pcap_t*);
  int (*set_rfmon)(pcap_t*, int);
  int (*set_timeout)(pcap_t*, int);
  int (*set_buffer_size)(pcap_t*, int);
  int (*set_tstamp_precision)(pcap_t*, int);
  int (*get_tstamp_precision)(pcap_t*);
  int (*activate)(pcap_t*);
  char* (*geterr)(pcap_t*);
  const char* (*statustostr)(int);
  int (*datalink)(pcap_t*);
  const char* (*datalink_val_to_name)(int);
  int (*compile)(pcap_t*, bpf_program*, const char*, int, std::uint32_t);
  int (*setfilter)(pcap_t*, bpf_program*);
  void (*freecode)(bpf_program*);
  int (*setnonblock)(pcap_t*, int, char*);
  int (*get_selectable_fd)(pcap_t*);
  int (*dispatch)(pcap_t*, int, PacketHandler, unsigned char*);
  int (*next_ex)(pcap_t*, pcap_pkthdr**, const unsigned char**);
  int (*stats)(pcap_t*, pcap_stat*);
  pcap_t* (*open_dead)(int, int);
  void (*close)(pcap_t*);
  const char* (*lib_version)();
};

// False when there is no usable libpcap; `why` then says what was looked for.
bool load_libpcap(LibPcap& lib, std::string& why);
