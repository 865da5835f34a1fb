// Stands in for libpcap: an interface whose counters run through 32 bits in a second, and begin again once.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct stat3 {
  unsigned received, dropped, interface_dropped;
};
static int ends[2];
static unsigned received = 0xc0000000u, dropped = 0xffffff00u, asked;

int pcap_findalldevs(void** all, char* error) {
  (void)error;
  *all = 0;
  return 0;
}
void pcap_freealldevs(void* all) {
  (void)all;
}
void* pcap_create(const char* name, char* error) {
  (void)name;
  (void)error;
  return calloc(1, 8);
}
int pcap_activate(void* p) {
  (void)p;
  return pipe(ends);
}
void pcap_close(void* p) {
  free(p);
}
int pcap_set_snaplen(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_set_promisc(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_can_set_rfmon(void* p) {
  (void)p;
  return 0;
}
int pcap_set_rfmon(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_set_timeout(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_set_buffer_size(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_set_tstamp_precision(void* p, int n) {
  (void)p;
  (void)n;
  return 0;
}
int pcap_get_tstamp_precision(void* p) {
  (void)p;
  return 1;
}
int pcap_setnonblock(void* p, int n, char* error) {
  (void)p;
  (void)n;
  (void)error;
  return 0;
}
char* pcap_geterr(void* p) {
  (void)p;
  static char none[] = "";
  return none;
}
const char* pcap_statustostr(int n) {
  (void)n;
  return "";
}
int pcap_datalink(void* p) {
  (void)p;
  return 1;
}
const char* pcap_datalink_val_to_name(int n) {
  (void)n;
  return "EN10MB";
}
const char* pcap_lib_version(void) {
  // A library that is loaded may be told by the environment what to load.
  const char* drivers = getenv("IBV_DRIVERS");
  return drivers == 0 ? "stand-in" : drivers;
}
int pcap_compile(void* p, void* program, const char* text, int optimise, unsigned mask) {
  (void)p;
  (void)program;
  (void)text;
  (void)optimise;
  (void)mask;
  return 0;
}
int pcap_setfilter(void* p, void* program) {
  (void)p;
  (void)program;
  return 0;
}
void pcap_freecode(void* program) {
  (void)program;
}
void* pcap_open_dead(int link, int snap) {
  (void)link;
  (void)snap;
  return calloc(1, 8);
}
int pcap_dispatch(void* p, int n, void* handler, unsigned char* user) {
  (void)p;
  (void)n;
  (void)handler;
  (void)user;
  return 0;
}
int pcap_next_ex(void* p, void* header, void* bytes) {
  (void)p;
  (void)header;
  (void)bytes;
  return 0;
}
int pcap_get_selectable_fd(void* p) {
  (void)p;
  return ends[0];
}
int pcap_stats(void* p, struct stat3* into) {
  (void)p;
  if (asked++ > 0) {
    received += 0x30000000u;
    dropped += 0x80u;
  }
  // The driver was set back once: that is no progress.
  if (asked == 6) dropped = 5;
  into->received = received;
  into->dropped = dropped;
  into->interface_dropped = 7;
  return 0;
}
